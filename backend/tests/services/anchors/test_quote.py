"""A quotation is placed where it stands, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.anchors.quote import LONGEST_QUOTE, NotPlaced, Placement, place_quote

FILE = """\
class Cart:
    def total(self):
        if self.empty:
            return 0

        return sum(self.items)

    def clear(self):
        self.items = []
        return 0


def total():
    return 1
"""


def placed(text: str, quote: str, near_line: int | None = None) -> Placement:
    result = place_quote(text, quote, near_line=near_line)
    assert isinstance(result, Placement), result
    return result


def test_lines_copied_to_the_letter_are_exact() -> None:
    assert placed(FILE, "    def clear(self):\n        self.items = []\n") == Placement(
        8, 9, True, "    def clear(self):\n        self.items = []"
    )


def test_a_quote_without_its_indentation_is_found_but_not_exact() -> None:
    found = placed(FILE, "def clear(self):\n    self.items = []")
    assert (found.start_line, found.end_line, found.exact) == (8, 9, False)
    assert found.text == "    def clear(self):\n        self.items = []"


def test_blank_lines_around_a_quote_and_trailing_blanks_do_not_matter() -> None:
    found = placed(FILE, "\n  \n        if self.empty:  \n            return 0\t\n\n")
    assert (found.start_line, found.end_line, found.exact) == (3, 4, False)


def test_a_blank_line_inside_may_hold_blanks() -> None:
    assert placed(FILE, "            return 0\n   \n        return sum(self.items)").start_line == 4


def test_a_missing_blank_line_inside_is_a_difference() -> None:
    assert place_quote(FILE, "            return 0\n        return sum(self.items)") == NotPlaced("absent")


def test_changed_relative_indentation_is_a_difference() -> None:
    assert place_quote(FILE, "    def clear(self):\n    self.items = []") == NotPlaced("absent")


def test_tabs_are_not_spaces_inside_the_relative_indentation() -> None:
    assert place_quote("if a:\n\tb()\n", "if a:\n    b()\n") == NotPlaced("absent")


def test_a_common_prefix_may_be_of_any_blanks() -> None:
    assert placed("\tif a:\n\t    b()\n", "  if a:\n      b()\n").exact is False


def test_a_changed_letter_is_absent() -> None:
    assert place_quote(FILE, "def clear(Self):") == NotPlaced("absent")


def test_part_of_a_line_is_absent() -> None:
    assert place_quote(FILE, "sum(self.items)") == NotPlaced("absent")


def test_an_exact_place_beats_a_tidied_one() -> None:
    assert placed(FILE, "def total():").start_line == 13
    assert placed("    x\nx\n", "x").start_line == 2


def test_two_places_are_ambiguous() -> None:
    assert place_quote(FILE, "return 0") == NotPlaced("ambiguous")


@pytest.mark.parametrize(("near", "line"), [(4, 4), (5, 4), (10, 10), (40, None), (7, None)])
def test_a_near_line_decides_only_when_it_is_clear(near: int, line: int | None) -> None:
    result = place_quote(FILE, "return 0", near_line=near)
    assert (result.start_line if isinstance(result, Placement) else None) == line


def test_overlapping_places_around_a_line_stay_ambiguous() -> None:
    assert place_quote("a\na\na\n", "a\na", near_line=2) == NotPlaced("ambiguous")


@pytest.mark.parametrize("quote", ["", "\n", "  \n\t\n", "\r\n"])
def test_nothing_but_blanks_is_empty(quote: str) -> None:
    assert place_quote(FILE, quote) == NotPlaced("empty")


def test_an_enormous_quote_is_refused_unread() -> None:
    assert place_quote(FILE, "x" * (LONGEST_QUOTE + 1)) == NotPlaced("too_long")


def test_line_ends_of_windows_do_not_matter_and_are_kept_in_the_text() -> None:
    assert placed("a\r\nb\r\nc\r\n", "a\nb") == Placement(1, 2, True, "a\r\nb")
    assert placed("a\nb\n", "a\r\nb\r\n") == Placement(1, 2, True, "a\nb")


def test_only_line_feeds_end_lines() -> None:
    assert placed("a\x0cb\u2028c\x85d\ne\n", "e").start_line == 2


def test_the_last_line_needs_no_line_end() -> None:
    assert placed("a\nb", "b").end_line == 2


@pytest.mark.parametrize(
    ("line", "quote_lines"),
    [("a", 9_000), ("", 9_000), ("    a", 3_000)],
)
def test_hostile_repetition_is_searched_in_linear_time(line: str, quote_lines: int) -> None:
    text = (line + "\n") * 200_000
    quote = (line + "\n") * quote_lines + "b"
    assert place_quote(text, quote) == NotPlaced("absent")


def test_a_repeated_quote_with_a_hint_is_searched_in_linear_time() -> None:
    assert place_quote("a\n" * 200_000, "a\n" * 9_000, near_line=77_000) == NotPlaced("ambiguous")


line_texts = st.text(alphabet="ab \t", max_size=6)
texts = st.lists(line_texts, max_size=12).map("\n".join)


@given(texts, st.integers(0, 11), st.integers(1, 12))
def test_every_run_of_lines_is_found_or_ambiguous(text: str, first: int, count: int) -> None:
    lines = text.split("\n")[first : first + count]
    result = place_quote(text, "\n".join(lines))
    if not any(line.strip() for line in lines):
        assert result == NotPlaced("empty")
    elif isinstance(result, Placement):
        filled = [index for index, line in enumerate(lines) if line.strip()]
        assert (result.start_line, result.end_line) == (first + 1 + filled[0], first + 1 + filled[-1])
    else:
        assert result == NotPlaced("ambiguous")


@given(texts, texts)
def test_linear_search_agrees_with_looking_everywhere(text: str, quote: str) -> None:
    result = place_quote(text, quote)
    if not quote.strip():
        assert result == NotPlaced("empty")
        return
    expected = _look_everywhere(text, quote)
    match result:
        case NotPlaced("absent"):
            assert expected == []
        case NotPlaced():
            assert len(expected) > 1
        case Placement(start_line=start):
            assert start in expected


@given(texts, texts, st.integers(-3, 20))
def test_the_answer_is_the_files_own_text(text: str, quote: str, near_line: int) -> None:
    result = place_quote(text, quote, near_line=near_line)
    if isinstance(result, Placement):
        assert result.text.split("\n") == text.split("\n")[result.start_line - 1 : result.end_line]


def _look_everywhere(text: str, quote: str) -> list[int]:
    wanted = _tidied(_trim(quote.split("\n")))
    lines = text.split("\n")
    size = len(wanted)
    return [at + 1 for at in range(len(lines) - size + 1) if _tidied(lines[at : at + size]) == wanted]


def _trim(lines: list[str]) -> list[str]:
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1]


def _tidied(lines: list[str]) -> list[str]:
    filled = [line.rstrip() for line in lines if line.strip()]
    common = 0
    while filled and all(len(line) > common and line[common] == filled[0][common] in " \t" for line in filled):
        common += 1
    return [line.rstrip()[common:] for line in lines]
