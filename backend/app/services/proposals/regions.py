"""Hunks for edits that are known beforehand: each keeps together what belongs together. Pure.

A comparison of lines knows nothing of syntax. It may keep a blank line in the middle of an edit and so cut
it in two hunks, of which one alone would not parse; edits that are known need not be found again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.services.anchors.lines import split_lines
from app.services.proposals.edits import Edit, EditMismatch, UnsoundEdits, apply_edits


@dataclass(frozen=True, slots=True)
class Region:
    """Lines [start, end) of the old file, 0-based, that an edit touches, and by how many lines it makes it longer."""

    start: int
    end: int
    grows: int


@dataclass(frozen=True, slots=True)
class RegionalEdit:
    """One hunk, and which of the given regions it covers: several, where they share a line."""

    edit: Edit
    regions: tuple[int, ...]


def edits_in(old: bytes, new: bytes, regions: Sequence[Region]) -> tuple[RegionalEdit, ...]:
    """Give one hunk per region, without the equal lines at its ends; UnsoundEdits if the files differ elsewhere."""
    old_lines, new_lines = split_lines(old), split_lines(new)
    found: list[RegionalEdit] = []
    moved = 0
    for region, indexes in _apart(regions):
        before = old_lines[region.start : region.end]
        after = new_lines[region.start + moved : region.end + moved + region.grows]
        moved += region.grows
        edit = _trimmed(region.start, before, after)
        if edit.old == edit.new:
            continue
        if found and found[-1].edit.old_start == edit.old_start:
            last = found.pop()
            both = Edit(edit.old_start, last.edit.old + edit.old, last.edit.new + edit.new)
            found.append(RegionalEdit(both, (*last.regions, *indexes)))
        else:
            found.append(RegionalEdit(edit, indexes))
    try:
        fits = apply_edits(old, [each.edit for each in found]) == new
    except EditMismatch:
        fits = False
    if not fits:
        raise UnsoundEdits("the files differ outside of the regions")
    return tuple(found)


def _apart(regions: Sequence[Region]) -> Iterable[tuple[Region, tuple[int, ...]]]:
    """Put regions in order and join those that share lines."""
    joined: list[tuple[Region, tuple[int, ...]]] = []
    for index in sorted(range(len(regions)), key=lambda index: (regions[index].start, index)):
        region = regions[index]
        if joined and region.start < joined[-1][0].end:
            last, before = joined.pop()
            wide = Region(last.start, max(last.end, region.end), last.grows + region.grows)
            joined.append((wide, (*before, index)))
        else:
            joined.append((region, (index,)))
    return joined


def _trimmed(start: int, before: Sequence[bytes], after: Sequence[bytes]) -> Edit:
    most = min(len(before), len(after))
    top = next((count for count in range(most) if before[count] != after[count]), most)
    most -= top
    tail = next((count for count in range(most) if before[-1 - count] != after[-1 - count]), most)
    old, new = before[top : len(before) - tail], after[top : len(after) - tail]
    return Edit(start + top + 1, b"".join(old), b"".join(new))
