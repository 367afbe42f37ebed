"""A quotation from a language model → the one place in the file where it stands, or the reason why none.

Only surrounding blank lines, common indentation and trailing blanks may differ. Time is linear on any input.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Literal

LONGEST_QUOTE = 20_000  # characters: five times what a reply may hold, still cheap to search for
_BLANKS = " \t\r\f\v"

Reason = Literal["absent", "ambiguous", "empty", "too_long"]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a quotation stands: 1-based inclusive lines, and the file's own text there."""

    start_line: int
    end_line: int
    exact: bool
    text: str


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """Why a quotation has no place."""

    reason: Reason


def place_quote(text: str, quote: str, *, near_line: int | None = None) -> Placement | NotPlaced:
    """Find the one run of whole lines that the quote was copied from.

    A place that matches to the letter beats those that match after tidying. Of several, `near_line`
    decides only if the runner-up is more than twice as far from it.
    """
    if len(quote) > LONGEST_QUOTE:
        return NotPlaced("too_long")
    literal = _lines(quote)
    wanted = _without_blank_ends(literal)
    if not wanted:
        return NotPlaced("empty")
    lines = _lines(text)
    exact = wanted == literal
    starts = _find(lines, wanted) if exact else []
    if not starts:
        exact, starts = False, _find_tidied(lines, wanted)
    if not starts:
        return NotPlaced("absent")
    start = _nearest(starts, len(wanted), near_line)
    if start is None:
        return NotPlaced("ambiguous")
    end = start + len(wanted)
    own_text = "\n".join(text.split("\n")[start:end]).removesuffix("\r")
    return Placement(start + 1, end, exact, own_text)


def _lines(text: str) -> list[str]:
    """Split at LF or CRLF only, as git counts lines; a final line end opens no further line."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def _without_blank_ends(lines: list[str]) -> list[str]:
    filled = [index for index, line in enumerate(lines) if line.strip(_BLANKS)]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _find_tidied(lines: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Find where the lines agree but for a common indentation and trailing blanks.

    Each line is compared with what sets its indentation apart from the filled line before it, which a
    common prefix does not change. The first line has nothing before it: only its content counts.
    """
    tidy_lines, tidy_wanted = _relative(lines), _relative(wanted)
    if len(wanted) == 1:
        first = tidy_wanted[0][0]
        return [index for index, line in enumerate(tidy_lines) if line[0] == first]
    return [
        rest - 1 for rest in _find(tidy_lines, tidy_wanted[1:]) if rest and tidy_lines[rest - 1][0] == tidy_wanted[0][0]
    ]


def _relative(lines: Sequence[str]) -> list[tuple[str, str, str]]:
    """Give each line as (content, what the filled line before has more in front, what this one has more)."""
    result = []
    before = ""
    for line in lines:
        content = line.strip(_BLANKS)
        if not content:
            result.append(("", "", ""))
            continue
        indent = line[: len(line) - len(line.lstrip(_BLANKS))]
        shared = _shared_length(before, indent)
        result.append((content, before[shared:], indent[shared:]))
        before = indent
    return result


def _shared_length(one: str, other: str) -> int:
    if one == other:
        return len(one)
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _find(items: Sequence[Hashable], wanted: Sequence[Hashable]) -> list[int]:
    """Find every start of a sub-sequence, overlapping ones too, in linear time.

    Algorithm: Knuth, Morris and Pratt, "Fast pattern matching in strings", 1977. Items are numbered
    first, so that long items are hashed once and never compared again.
    """
    numbers = {item: number for number, item in enumerate(wanted)}
    pattern = [numbers[item] for item in wanted]
    borders = _borders(pattern)
    found = []
    matched = 0
    for index, item in enumerate(items):
        number = numbers.get(item, -1)
        while matched and (matched == len(pattern) or pattern[matched] != number):
            matched = borders[matched - 1]
        if pattern[matched] == number:
            matched += 1
        if matched == len(pattern):
            found.append(index + 1 - matched)
    return found


def _borders(pattern: Sequence[int]) -> list[int]:
    """For each prefix: the length of the longest shorter prefix that also ends it."""
    borders = [0] * len(pattern)
    length = 0
    for index in range(1, len(pattern)):
        while length and pattern[index] != pattern[length]:
            length = borders[length - 1]
        if pattern[index] == pattern[length]:
            length += 1
        borders[index] = length
    return borders


def _nearest(starts: Sequence[int], size: int, near_line: int | None) -> int | None:
    """Choose the start that is clearly nearest to a 1-based line; None when there is no clear choice."""
    if len(starts) == 1:
        return starts[0]
    if near_line is None:
        return None
    distances = ((max(start + 1 - near_line, near_line - start - size, 0), start) for start in starts)
    (distance, start), (next_distance, _) = nsmallest(2, distances)
    return start if next_distance > 2 * distance else None
