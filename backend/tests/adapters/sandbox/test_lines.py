"""Output of strangers is shown in lines that do nothing to a terminal."""

import pytest

from app.adapters.sandbox.lines import LONGEST_LINE, Lines, plain


def lines_of(*parts: bytes) -> list[str]:
    told: list[str] = []
    lines = Lines(told.append)
    for part in parts:
        lines.feed(part)
    lines.close()
    return told


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x1b", "a\\u{1b}"),
        ("bell\x07", "bell\\u{7}"),
        ("turned\u202earound", "turned\\u{202e}around"),
        ("grüße 👩\u200d💻\tok", "grüße 👩\u200d💻\tok"),
    ],
)
def test_what_commands_a_terminal_is_taken_out_or_shown(written: str, shown: str) -> None:
    assert plain(written) == shown


def test_lines_end_at_line_feeds_and_carriage_returns() -> None:
    assert lines_of(b"a\nb", b"c\r50%\r100%\n\n", b"end") == ["a", "bc", "50%", "100%", "end"]


def test_a_line_without_end_is_cut() -> None:
    told = lines_of(b"x" * 10_000)
    assert [len(line) for line in told] == [LONGEST_LINE, LONGEST_LINE, 10_000 - 2 * LONGEST_LINE]


def test_characters_that_arrive_in_parts_are_whole() -> None:
    assert lines_of("ü".encode()[:1], "ü".encode()[1:] + b"\xff\n") == ["ü\ufffd"]
