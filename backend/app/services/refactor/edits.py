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
    for _, found in _by_line(_line_starts(data), edits):
        best = min(edit.tier.rank for edit in found)
        for edit in found:
            (kept if edit.tier.rank == best else left).append(edit)
    return sorted(kept, key=lambda edit: edit.start), sorted(left, key=lambda edit: edit.start)


@dataclass(frozen=True, slots=True)
class LineHunk:
    """The lines that some edits share, with their words replaced, and these edits."""

    edit: Edit
    words: tuple[WordEdit, ...]

    @property
    def tier(self) -> Tier:
        """The tier of the lines: that of all of their words."""
        return max((word.tier for word in self.words), key=lambda tier: tier.rank)


def line_hunks(data: bytes, edits: Sequence[WordEdit]) -> list[LineHunk]:
    """Give a hunk for every run of lines that changes, as short as can be, so that each is approved by itself."""
    starts = _line_starts(data)
    return [
        LineHunk(_edit_of(run, data[starts[run.start] : starts[run.stop]], starts[run.start], words), tuple(words))
        for run, words in _by_line(starts, edits)
    ]


def _line_starts(data: bytes) -> list[int]:
    return [0, *accumulate(map(len, split_lines(data)))]


def _by_line(starts: Sequence[int], edits: Iterable[WordEdit]) -> list[tuple[range, list[WordEdit]]]:
    """Sort edits out by the lines, counted from 0, that they touch: those that share one go together."""
    grouped: list[tuple[range, list[WordEdit]]] = []
    last = max(len(starts) - 1, 1)
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        first, end = (min(bisect_right(starts, offset), last) for offset in (edit.start, _inner_end(starts, edit)))
        run, words = grouped[-1] if grouped else (range(0), [])
        if words and first - 1 < run.stop:
            grouped[-1] = (range(run.start, max(run.stop, end)), [*words, edit])
        else:
            grouped.append((range(first - 1, end), [edit]))
    return grouped


def _inner_end(starts: Sequence[int], edit: WordEdit) -> int:
    """Where an edit ends; one that leaves whole lines behind does not touch the line after them."""
    leaves_lines = edit.new.endswith(b"\n") or (not edit.new and starts[bisect_left(starts, edit.start)] == edit.start)
    return edit.end - 1 if leaves_lines and edit.end > edit.start else edit.end


def _edit_of(run: range, lines: bytes, start: int, words: Sequence[WordEdit]) -> Edit:
    moved = [WordEdit(word.path, word.start - start, word.end - start, word.new, word.tier) for word in words]
    return Edit(run.start + 1, lines, apply_words(lines, moved))


def by_path(edits: Sequence[WordEdit]) -> Mapping[str, list[WordEdit]]:
    """Sort edits out by file."""
    found: dict[str, list[WordEdit]] = {}
    for edit in edits:
        found.setdefault(edit.path, []).append(edit)
    return found
