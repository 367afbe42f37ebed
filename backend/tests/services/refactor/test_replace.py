"""Find and replace by pattern: which edits come of it, which do not, and what is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.adapters.ids import SystemIds
from app.adapters.language.ast_grep import AstGrep
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock
from app.services.refactor.edits import apply_words, by_path
from app.services.refactor.errors import LanguageUnsupported, PatternInvalid, PatternNotFound, TooManyMatches
from app.services.refactor.patterns import ReplaceRequest, check_request
from app.services.refactor.plan import Plan
from app.services.refactor.replace import plan_replacement
from app.services.refactor.tiers import Tier


@pytest.fixture
def engine(tmp_path: Path) -> AstGrep:
    """The program itself."""
    return AstGrep(SystemProcesses(SystemClock()), tmp_path, SystemIds())


async def planned(
    engine: AstGrep, pattern: str, new: str, files: Mapping[str, bytes], language: str = "python"
) -> Plan:
    """Work a replacement out."""

    async def tell(matches: int, files: int) -> None:
        """Nobody listens."""

    return await plan_replacement(ReplaceRequest(language, pattern, new), files, engine, tell)


async def replaced(engine: AstGrep, pattern: str, new: str, data: bytes, language: str = "python") -> bytes:
    """Give the file after the replacement."""
    plan = await planned(engine, pattern, new, {"a": data}, language)
    return apply_words(data, by_path(plan.edits).get("a", []))


@pytest.mark.parametrize(
    ("pattern", "new", "before", "after"),
    [
        ("f($A)", "g($A)", b"f(f(f(1)))\n", b"g(g(g(1)))\n"),
        ("f($A)", "f($A, 1)", b"f(f(0))\n", b"f(f(0, 1), 1)\n"),
        ("not not $A", "$A", b"x = not not not not y\n", b"x = y\n"),
        ("$A == None", "$A is None", b"a == None or f(b == None)\n", b"a is None or f(b is None)\n"),
        ("log($$$A)", "", b"a = 1\nlog(a, b)\nb = 2\n", b"a = 1\nb = 2\n"),
        ("log($$$A)", "", b"a = 1; log(a)\n", b"a = 1; \n"),
        ("f($A)", "g(\n    $A)", b"if x:\r\n    f(1)\r\n", b"if x:\r\n    g(\r\n        1)\r\n"),
        ("f($A)", "g($A)", "é = f('ß')  # f(1)\n".encode(), "é = g('ß')  # f(1)\n".encode()),
        ("f($A)", "g($A)", b"\xef\xbb\xbff(1)\n", b"\xef\xbb\xbfg(1)\n"),
        ("$A.assertEquals($$$B)", "$A.assertEqual($$$B)", b"self.assertEquals(\n  1, 2)", b"self.assertEqual(1, 2)"),
    ],
)
async def test_what_becomes_of_a_file(engine: AstGrep, pattern: str, new: str, before: bytes, after: bytes) -> None:
    assert await replaced(engine, pattern, new, before) == after


@pytest.mark.parametrize(
    ("language", "pattern", "new", "before", "after"),
    [
        ("go", "errors.New(fmt.Sprintf($$$A))", "fmt.Errorf($$$A)",
         'package a\nvar e = errors.New(fmt.Sprintf("%d", 1))\n', 'package a\nvar e = fmt.Errorf("%d", 1)\n'),
        ("c", "strcpy($A)", "copy($A)", "int f(void) { strcpy(x); }\n", "int f(void) { copy(x); }\n"),
        ("rust", "$A.unwrap()", '$A.expect("x")', "fn f() { g().unwrap(); }\n", 'fn f() { g().expect("x"); }\n'),
        ("javascript", "$A == null", "$A === null", "if (a == null) b()\n", "if (a === null) b()\n"),
        ("tsx", "<b>$A</b>", "<strong>$A</strong>", "const x = <b>{y}</b>;\n", "const x = <strong>{y}</strong>;\n"),
        ("java", "System.out.println($A)", "log.info($A)", "class A { void f() { System.out.println(1); } }\n",
         "class A { void f() { log.info(1); } }\n"),
        ("ruby", "puts $A", "warn $A", "puts 1\n", "warn 1\n"),
        ("csharp", "$A.ToList()", "$A.ToArray()", "class A { void F() { var x = y.ToList(); } }\n",
         "class A { void F() { var x = y.ToArray(); } }\n"),
    ],
)  # fmt: skip
async def test_other_languages(engine: AstGrep, language: str, pattern: str, new: str, before: str, after: str) -> None:
    assert await replaced(engine, pattern, new, before.encode(), language) == after.encode()


async def test_a_replacement_that_would_break_the_file_is_left_out_and_told(engine: AstGrep) -> None:
    data = b"if a:\n    log(1)\n\n\ndef f():\n    log(2)\n    return 1\n"
    plan = await planned(engine, "log($A)", "", {"a": data})
    assert apply_words(data, plan.edits) == b"if a:\n    log(1)\n\n\ndef f():\n    return 1\n"
    assert [(note.kind, note.line, note.text) for note in plan.notes] == [("not_touched", 2, "log(1)")]


async def test_a_body_does_not_fall_out_of_its_function(engine: AstGrep) -> None:
    data = b"class A:\n    def f(self):\n        a = 1\n        return a\n\n    def g(self):\n        return 2\n"
    plan = await planned(engine, "def $F($$$P): $$$B", "def $F($$$P) -> int: $$$B", {"a": data})
    assert apply_words(data, plan.edits) == data.replace(b"g(self):\n        return", b"g(self) -> int: return")
    assert [(note.kind, note.line) for note in plan.notes] == [("not_touched", 2)]
    assert await replaced(engine, "f($$$A)", "g(x=lambda: $$$A)", b"f(\n  1,\n)\n") == b"g(x=lambda: 1,)\n"


async def test_nothing_is_more_than_likely(engine: AstGrep) -> None:
    plan = await planned(engine, "f($A)", "g($A)", {"a": b"f(1)\n", "b": b"f(2)\n"})
    assert {(edit.path, edit.tier) for edit in plan.edits} == {("a", Tier.LIKELY), ("b", Tier.LIKELY)}


async def test_what_is_not_there_is_said_with_how_much_was_read(engine: AstGrep) -> None:
    with pytest.raises(PatternNotFound) as found:
        await planned(engine, "f($A)", "g($A)", {"a": b"x = 1\n", "b": b"f\n"})
    assert found.value.details["files"] == 2
    with pytest.raises(PatternNotFound):
        await planned(engine, "f( 1 )", "f(1)", {"a": b"f(1)\n"})


async def test_too_much_is_refused(engine: AstGrep) -> None:
    with pytest.raises(TooManyMatches):
        await planned(engine, "f($A)", "g($A)", {f"{index}": b"f(1)\n" for index in range(1_001)})


async def test_what_grows_without_end_is_left_out(engine: AstGrep) -> None:
    deep = b"f(" * 11 + b"1" * 3_000 + b")" * 11 + b"\n"
    with pytest.raises(PatternNotFound) as found:
        await planned(engine, "f($A)", "g($A, $A)", {"a": deep})
    assert "too large" in str(found.value.details["notes"])


@pytest.mark.parametrize(
    ("asked", "where", "reason"),
    [
        (("$A", "x"), "pattern", "it says nothing"),
        (("f($A)", "f($B)"), "replacement", "$B is not in the pattern, which has: $A"),
        (("f($$$A)", "g($A)"), "replacement", "$A is not in the pattern, which has: $$$A"),
        (("f($_A)", "g($_A)"), "replacement", "$_A is not in the pattern, which has: none"),
        (("f($$$)", "g($$$)"), "replacement", "$$$ is not in the pattern, which has: none"),
        (("f(1)", "f(1)"), "replacement", "nothing changes"),
        (("f(\0)", "x"), "pattern", "it holds a NUL character"),
    ],
)
def test_what_is_plainly_wrong_is_said_before_anything_is_read(asked: tuple[str, str], where: str, reason: str) -> None:
    with pytest.raises(PatternInvalid) as refused:
        check_request(ReplaceRequest("python", *asked))
    assert refused.value.details == {"where": where, "reason": reason}


def test_money_is_no_variable() -> None:
    check_request(ReplaceRequest("javascript", "f($A)", "$jq($A) + `$`"))


def test_languages_are_told() -> None:
    with pytest.raises(LanguageUnsupported) as refused:
        check_request(ReplaceRequest("cobol", "a", "b"))
    assert "python" in refused.value.details["supported"]


@pytest.mark.parametrize(
    ("language", "path", "data", "expected"),
    [
        ("python", "a/b.py", b"", True),
        ("python", "node_modules/b.py", b"", False),
        ("cpp", "a.h", b"class A;\n", True),
        ("c", "a.h", b"class A;\n", False),
        ("c", "a.h", b"int a;\n", True),
        ("typescript", "a.tsx", b"", False),
    ],
)
def test_which_files_are_read(language: str, path: str, data: bytes, expected: bool) -> None:
    asked = ReplaceRequest(language, "a", "b")
    assert (asked.wants(path) and asked.reads(path, data)) is expected
