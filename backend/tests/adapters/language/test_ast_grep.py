"""ast-grep on files of ours: what a pattern finds, what is no pattern, and what neither can do."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.ids import SystemIds
from app.adapters.language.ast_grep import AstGrep
from app.adapters.language.patterns import PATTERN_LANGUAGES, PatternTooCostly, Rewrite
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock


@pytest.fixture
def engine(tmp_path: Path) -> AstGrep:
    """The program, on workspaces of this test."""
    return AstGrep(SystemProcesses(SystemClock()), tmp_path, SystemIds())


async def test_it_says_what_would_stand_where(engine: AstGrep) -> None:
    files = {"a/é.py": "x = 'é'; old(1, b, c)\n".encode(), "b.py": b"nothing = 1\n"}
    answer = await engine.rewrites("python", "old($A, $$$REST)", "new($$$REST, first=$A)", files)
    assert answer.found == {"a/é.py": [Rewrite(10, 22, b"new(b, c, first=1)")]}
    assert answer.unread == {}


async def test_matches_in_one_another_are_all_told_the_outer_one_first(engine: AstGrep) -> None:
    answer = await engine.rewrites("python", "f($A)", "g($A)", {"a.py": b"f(f(1))\n"})
    assert answer.found["a.py"] == [Rewrite(0, 7, b"g(f(1))"), Rewrite(2, 6, b"g(1)")]


async def test_lines_that_follow_are_indented_like_the_first(engine: AstGrep) -> None:
    data = b"def f():\n    if ready:\n        go()\n        stop()\n"
    answer = await engine.rewrites("python", "if $C:\n    $$$B", "with $C:\n    if True:\n        $$$B", {"a.py": data})
    assert answer.found["a.py"][0].new == b"with ready:\n        if True:\n            go()\n            stop()"


@pytest.mark.parametrize("language", sorted(PATTERN_LANGUAGES))
async def test_every_language_of_the_table_is_known(engine: AstGrep, language: str) -> None:
    said = await engine.problem_with(language, "((((")
    assert said is None or "not supported" not in said


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("foo($A, (", "it does not parse"),
        ("a; b", "Multiple AST nodes are detected."),
        ("", "No AST root is detected."),
        ("$$$A", "Standalone multi meta variable"),
        ("--help", None),
        ("print($A)", None),
    ],
)
async def test_what_is_no_pattern_is_told_why(engine: AstGrep, pattern: str, said: str | None) -> None:
    problem = await engine.problem_with("python", pattern)
    assert problem is said or (problem or "").startswith(said or "-")


async def test_files_that_cost_too_much_are_left_out_and_the_others_searched(engine: AstGrep) -> None:
    chain = b"y = " + b" + ".join([b"1"] * 3_000) + b"\n"
    frugal = replace(engine, limits=replace(engine.limits, max_output=100_000))
    files = {"a.py": b"a + b\n", "m.py": chain, "z.py": b"c + d\n"}
    answer = await frugal.rewrites("python", "$A + $B", "$B + $A", files)
    assert sorted(answer.found) == ["a.py", "z.py"]
    assert [*answer.unread] == ["m.py"]


async def test_a_search_without_end_is_given_up(engine: AstGrep) -> None:
    hasty = replace(engine, limits=replace(engine.limits, timeout=timedelta(0)))
    with pytest.raises(PatternTooCostly):
        await hasty.rewrites("python", "f($A)", "g", {f"{index}.py": b"f(1)\n" for index in range(64)})


async def test_settings_of_a_repository_are_files_like_others(engine: AstGrep) -> None:
    settings = b"customLanguages:\n  x:\n    libraryPath: /tmp/evil.so\n    extensions: [yml]\n"
    answer = await engine.rewrites("yaml", "extensions: $A", "extensions: []", {"sgconfig.yml": settings, ".x": b""})
    assert len(answer.found["sgconfig.yml"]) == 1
