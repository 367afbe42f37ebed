"""Renames in languages without a server: what is told of them, what is declined, what means harm."""

from collections.abc import Mapping
from contextlib import suppress

import pytest

from app.services.refactor.asked import RenameRequest
from app.services.refactor.errors import InvalidName, NameCollision, SymbolNotFound
from app.services.refactor.names import check_name
from app.services.refactor.plan import Plan
from app.services.refactor.rename_syntax import plan_syntax_rename
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import SYNTAX_LANGUAGES

Files = Mapping[str, str]


def planned(files: Files, new: str) -> tuple[Plan, dict[str, bytes]]:
    """Rename what is marked; the plan and the files it is for."""
    path = next(path for path, text in files.items() if "§" in text)
    before = files[path].partition("§")[0]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    data = {at: text.replace("§", "").encode() for at, text in files.items()}
    plan, _ = plan_syntax_rename(RenameRequest(path, line, column, new), data)
    return plan, data


def test_nothing_is_certain_and_the_notes_say_why() -> None:
    plan, _ = planned({"a.go": "package a\n\n// total adds\nfunc §total§() {}\n"}, "sum")
    assert [(edit.tier, edit.why) for edit in plan.edits] == [(Tier.LIKELY, "definition")]
    assert "no server is asked for this language" in plan.doubts[0].reason


def test_comments_and_strings_are_text() -> None:
    code = 'package a\n\n// add_all adds. `total` too.\nfunc §add_all§() { log("add_all", "x add_all y") }\n'
    plan, _ = planned({"a.go": code}, "sum_all")
    assert [edit.why for edit in plan.of(Tier.TEXT)] == ["comment", "string", "string"]


def test_other_members_of_the_name_are_told() -> None:
    plan, _ = planned({"a.go": "package a\ntype A struct{ §n§ int }\ntype B struct{ n int }\n"}, "m")
    assert [(note.line, note.kind) for note in plan.notes][:1] == [(3, "doubt")]
    assert len(plan.edits) == 2


@pytest.mark.parametrize(
    ("files", "new", "reason"),
    [
        ({"a.go": "package a\nfunc f() { §x§ := 1; y := 2; use(x, y) }\n"}, "y", "already_defined"),
        ({"a.go": "package a\nfunc f() { §x§ := 1; use(x, y) }\n"}, "y", "captured"),
        ({"a.go": "package a\nfunc §f§() {}\nfunc g() {}\n"}, "g", "already_defined"),
        ({"p/a.go": "package a\nfunc §f§() {}\n", "p/b.go": "package a\nvar g = 1\n"}, "g", "already_defined"),
        ({"a.go": "package a\nfunc §f§() {}\nfunc h(g int) { f() }\n"}, "g", "captured"),
        ({"a.go": "package a\nfunc §f§() {}\nfunc h() { len(f()) }\n"}, "len", "captured"),
        ({"A.java": "class A { int §f§() { return 1; } int g() { return f(); } }\n"}, "g", "already_defined"),
        ({"a.rb": "def f(§x§, y)\n  x\nend\n"}, "y", "already_defined"),
    ],
)
def test_a_name_that_is_taken_is_declined(files: Files, new: str, reason: str) -> None:
    with pytest.raises(NameCollision) as declined:
        planned(files, new)
    assert declined.value.details["reason"] == reason
    assert declined.value.details["places"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.go": "package a\nfunc f() { §println§(1) }\n"}, "defined_outside"),
        ({"a.go": "package a\n// §word§\n"}, "no_name_there"),
    ],
)
def test_what_is_not_defined_here_is_no_symbol(files: Files, reason: str) -> None:
    with pytest.raises(SymbolNotFound) as declined:
        planned(files, "y")
    assert declined.value.details["reason"] == reason


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("go", "f", "func"), ("rust", "f", "impl"), ("java", "f", "class"), ("cpp", "f", "template"),
        ("php", "$f", "$1"),
        ("ruby", "f", "F"), ("csharp", "F", "F"), ("lua", "f", "two words"), ("swift", "f", "let"), ("go", "main", "x"),
        ("kotlin", "toString", "x"), ("shell", "f", "fi"), ("rust", "fn", "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_name_is_refused(language: str, old: str, new: str) -> None:
    with pytest.raises(InvalidName):
        check_name(language, old, new)


@pytest.mark.parametrize("language", sorted(set(SYNTAX_LANGUAGES.values())))
def test_every_language_takes_a_plain_name(language: str) -> None:
    check_name(language, "total", "add_up")


@pytest.mark.parametrize("path", ["a.go", "a.rs", "A.java", "a.c", "a.cpp", "a.rb", "a.php", "a.lua", "a.sh", "a.kt"])
@pytest.mark.parametrize(
    "text",
    [
        "{ §total§ " + "{ total " * 900 + "}" * 900,
        "total ((( §total§ ]] '\"\n" + "total " * 5_000 + "/* total",
        "§total§\r\0\x7f total = = total",
    ],
    ids=["deep", "broken", "odd"],
)
def test_files_that_mean_harm_end_in_a_plan_or_a_code(path: str, text: str) -> None:
    with suppress(SymbolNotFound, NameCollision):
        planned({path: text}, "sum")
