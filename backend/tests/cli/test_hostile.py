"""Names and texts of others are shown, never obeyed."""

from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.console import safe, safe_lines
from app.cli.failures import detail_lines
from app.cli.notes import note_lines

from tests.cli.conftest import Shell
from tests.fixtures.repos import commit

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
EVIL = "a\u202etxt.\u2066exe"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", "⟨U+001B⟩]0;owned⟨U+0007⟩"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("one\ntwo", "one⟨U+000A⟩two"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("filler\u3164", "filler⟨U+3164⟩"),
        ("\U000e0041tag", "⟨U+E0041⟩tag"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("naïve 日本 ✓", "naïve 日本 ✓"),
    ],
)
def test_what_is_not_seen_is_made_visible(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text())
def test_what_is_shown_holds_no_control(text: str) -> None:
    assert not {category(each) for each in safe(text)} & HIDDEN
    assert not {category(each) for each in safe_lines(text) if each not in "\n\t"} & HIDDEN


async def test_file_names_and_contents_cannot_move_the_cursor(shell: Shell, project: Path) -> None:
    commit(project, {f"{EVIL}.py": "def f(x):\n    return x  # \x1b[2J \u202e\n"}, "Evil")
    await shell.good("sync", "shop")
    for arguments in (("files", "shop"), ("manifest", "diff", "shop"), ("docs", "shop", f"{EVIL}.py")):
        said = await shell(*arguments)
        assert not {"\x1b", "\u202e", "\u2066"} & set(said.out + said.err), arguments
        assert "⟨U+202E⟩" in said.out + said.err


async def test_markup_and_emoji_names_mean_nothing(shell: Shell, shop: Path) -> None:
    name = "[red]x[/nonsense] :smile: [link=http://evil]"
    await shell.good("project", "create", name, "--url", str(shop))
    assert name in (await shell.good("project", "list")).out
    assert name in (await shell.good("project", "show", name)).out
    await shell.good("docs", name, "shop.py")
    assert name in (await shell.good("review")).out
    await shell.good("project", "delete", name, "--yes")


async def test_json_for_a_terminal_is_as_harmless(shell: Shell, project: Path) -> None:
    commit(project, {f"{EVIL}.py": "x = 1\n"}, "Evil")
    await shell.good("sync", "shop")
    said = await shell.good("files", "shop", "--json")
    assert said.out.isascii()
    assert f"{EVIL}.py" in [row["path"] for row in said.json]


def test_notes_are_grouped_by_their_reason() -> None:
    documented = [{"path": f"{name}.py", "symbol": "f", "reason": "documented"} for name in "aabcde"]
    assert note_lines([*documented, {"path": "x.md", "symbol": None, "reason": "no grammar"}]) == [
        "left alone, documented: 6 places in a.py (2), b.py, c.py and 2 more files",
        "left alone, no grammar: x.md",
    ]


def test_a_note_about_files_too_many_to_name_names_none() -> None:
    assert note_lines([{"path": "", "symbol": None, "reason": "no grammar (9 more)"}]) == [
        "left alone, no grammar (9 more)"
    ]


def test_a_refusal_tells_which_files_were_left_out_and_why() -> None:
    details = {"left_out": [{"path": "a.md", "reason": "no grammar"}, {"path": "b.md", "reason": "no grammar"}]}
    assert [line.plain for line in detail_lines(details, told="")] == ["  left alone, no grammar: a.md, b.md"]


def test_notes_of_an_undo_are_sentences() -> None:
    notes = [
        {"kind": "conflict", "path": "a.py", "line": 3, "why": "Its lines were edited since."},
        {"kind": "kept", "path": "a.py", "line": 9, "lines": 2},
        {"kind": "moved", "path": "b.py", "from": "c.py"},
    ]
    assert note_lines(notes) == [
        "conflict, stays as it is: a.py:3 Its lines were edited since.",
        "later edit kept: a.py:9 (2 lines)",
        "follows the file: c.py is b.py now",
    ]
