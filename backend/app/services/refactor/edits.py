"""Words to be replaced in a file, each with its tier → the file's new bytes, and hunks for every line. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.services.anchors.lines import split_lines
from app.services.proposals.edits import Edit
from app.services.refactor.tiers import Tier


@dataclass(frozen=True, slots=True)
class WordEdit:
    """Replace the bytes [start, end) of a file. `why` is for people."""

    path: str
    start: int
    end: int
    new: bytes
    tier: Tier
    why: str = ""


def apply_words(data: bytes, edits: Sequence[WordEdit]) -> bytes:
    """Replace the words; they must not overlap."""
    parts: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < done:
            raise ValueError("two edits of one place")
        parts += [data[done : edit.start], edit.new]
        done = edit.end
    return b"".join([*parts, data[done:]])


def offset_map(edits: Sequence[WordEdit]) -> Callable[[int], int]:
    """Say where an offset of the old file lies in the new one; the start of an edit stays its start."""
    ordered = sorted(edits, key=lambda edit: edit.start)
    starts = [edit.start for edit in ordered]
    grown = [0, *accumulate(len(edit.new) - (edit.end - edit.start) for edit in ordered)]

    def mapped(offset: int) -> int:
        return offset + grown[bisect_left(starts, offset)]

    return mapped


def one_tier_a_line(data: bytes, edits: Sequence[WordEdit]) -> tuple[list[WordEdit], list[WordEdit]]:
    """Keep on every line the most certain edits alone; the others come second: a line is approved as a whole."""
    kept: list[WordEdit] = []
    left: list[WordEdit] = []
    for found in _by_line(_line_starts(data), edits).values():
        best = min(edit.tier.rank for edit in found)
        for edit in found:
            (kept if edit.tier.rank == best else left).append(edit)
    return sorted(kept, key=lambda edit: edit.start), sorted(left, key=lambda edit: edit.start)


@dataclass(frozen=True, slots=True)
class LineHunk:
    """One line with its words replaced, and the edits in it."""

    edit: Edit
    words: tuple[WordEdit, ...]

    @property
    def tier(self) -> Tier:
        """The tier of the line: that of all of its words."""
        return max((word.tier for word in self.words), key=lambda tier: tier.rank)


def line_hunks(data: bytes, edits: Sequence[WordEdit]) -> list[LineHunk]:
    """Give a hunk for every line that changes, so that each can be approved by itself. No edit spans lines."""
    lines, starts = split_lines(data), _line_starts(data)
    return [
        LineHunk(_edit_of(index, lines[index], starts[index], words), tuple(words))
        for index, words in _by_line(starts, edits).items()
    ]


def _line_starts(data: bytes) -> list[int]:
    return [0, *accumulate(map(len, split_lines(data)))]


def _by_line(starts: Sequence[int], edits: Iterable[WordEdit]) -> dict[int, list[WordEdit]]:
    grouped: dict[int, list[WordEdit]] = {}
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        grouped.setdefault(bisect_right(starts, edit.start) - 1, []).append(edit)
    return grouped


def _edit_of(index: int, line: bytes, start: int, words: Sequence[WordEdit]) -> Edit:
    moved = [WordEdit(word.path, word.start - start, word.end - start, word.new, word.tier) for word in words]
    return Edit(index + 1, line, apply_words(line, moved))


def by_path(edits: Sequence[WordEdit]) -> Mapping[str, list[WordEdit]]:
    """Sort edits out by file."""
    found: dict[str, list[WordEdit]] = {}
    for edit in edits:
        found.setdefault(edit.path, []).append(edit)
    return found
