"""Taking an applied change back from the present state of a file: what goes cleanly, what does not. Pure.

Applied text is located by comparing the file as it was applied with the file as it is, from both ends,
never by searching; where the two comparisons disagree, nobody can know, and the hunk is a conflict.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.services.anchors.lines import Change, changed_runs, split_lines
from app.services.proposals.edits import Edit, FileEdits, apply_edits, reverse


class UndoState(StrEnum):
    """What undo can do about one hunk."""

    CLEAN = "clean"
    CONFLICT = "conflict"
    ALREADY_UNDONE = "already_undone"


class Obstacle(StrEnum):
    """Why a hunk cannot be undone."""

    CHANGED = "changed"  # its lines were edited since
    AMBIGUOUS = "ambiguous"  # equal lines stand beside it, so its place is not certain
    LINE_END = "line_end"  # the lines to restore end without a line end, and something follows now
    FILE_GONE = "file_gone"  # deleted or renamed since
    FILE_EXISTS = "file_exists"  # deleted by the change, and there is another one now
    FILE_CHANGED = "file_changed"  # created by the change, and edited since


@dataclass(frozen=True, slots=True)
class HunkUndo:
    """The fate of one applied edit. `found` stands at 1-based `found_line` now, where `expected` should.

    `edit` is set when clean, against the present file; neighbours that grew together share one.
    """

    index: int
    state: UndoState
    expected: bytes
    restores: bytes
    found: bytes
    found_line: int
    edit: Edit | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """A later edit that undo leaves alone: `now` stands at 1-based `line` of the present file, where `was` did."""

    line: int
    was: bytes
    now: bytes


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing a change of one file would do to the file as it is now (None: it is not there)."""

    path: str
    mode: str
    present: bytes | None
    hunks: tuple[HunkUndo, ...]
    kept: tuple[KeptEdit, ...] = ()
    whole_file: bool = False

    @property
    def change(self) -> FileEdits:
        """The clean part as a change of the present file."""
        edits = tuple(dict.fromkeys(hunk.edit for hunk in self.hunks if hunk.edit is not None))
        if self.whole_file and edits:
            new = edits[0].new if self.present is None else None
            return FileEdits.between(self.path, self.present, new, mode=self.mode)
        new = self.present if self.present is None else apply_edits(self.present, edits)
        return FileEdits(self.path, self.mode, self.present, new, edits)


def plan_undo(applied: FileEdits, present: bytes | None) -> UndoPlan:
    """Plan how to take back the edits of `applied` (the chosen ones) from the file as it is now."""
    if not applied.edits:
        return UndoPlan(applied.path, applied.mode, present, ())
    if applied.old is None or applied.new is None:
        return _plan_whole_file(applied, present)
    if present is None:
        gone = tuple(_conflict(index, edit, Obstacle.FILE_GONE) for index, edit in enumerate(reverse(applied.edits)))
        return UndoPlan(applied.path, applied.mode, None, gone)
    return _Undo(applied, applied.old, applied.new, present).plan()


def _plan_whole_file(applied: FileEdits, present: bytes | None) -> UndoPlan:
    """A created file may go if it is untouched; a deleted one may come back if its path is free."""
    (edit,) = reverse(applied.edits)
    found = present or b""
    hunk = HunkUndo(0, UndoState.CLEAN, edit.old, edit.new, found, 1)
    if present == applied.old:
        hunk = replace(hunk, state=UndoState.ALREADY_UNDONE)
    elif present == applied.new:
        hunk = replace(hunk, edit=edit)
    else:
        obstacle = Obstacle.FILE_EXISTS if applied.new is None else Obstacle.FILE_CHANGED
        hunk = replace(hunk, state=UndoState.CONFLICT, obstacle=obstacle)
    return UndoPlan(applied.path, applied.mode, present, (hunk,), whole_file=True)


def _conflict(index: int, edit: Edit, obstacle: Obstacle) -> HunkUndo:
    return HunkUndo(index, UndoState.CONFLICT, edit.old, edit.new, b"", edit.old_start, obstacle=obstacle)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where some lines of the earlier version are now, 0-based; `intact` when that is certain and nothing changed.

    Otherwise they span what later edits made of the lines; `replaced` when none of the lines is left.
    """

    start: int
    end: int
    intact: bool
    replaced: bool = False


class _Alignment:
    """Which lines of an earlier version became which lines of the present one."""

    def __init__(self, runs: Sequence[Change]) -> None:
        """Take the changed runs between the two versions."""
        self.runs = runs
        self._starts = [run.old_start for run in runs]
        self._ends = [run.old_end for run in runs]

    def touching(self, start: int, end: int) -> Sequence[Change]:
        """Give the runs that change lines [start, end), or that reach the gap before `start` if there are none."""
        if start == end:
            return self.runs[bisect_left(self._ends, start) : bisect_right(self._starts, start)]
        return self.runs[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def place(self, start: int, end: int) -> _Place:
        """Find lines [start, end) of the earlier version, or the gap before `start` when there are none."""
        touching = self.touching(start, end)
        if not touching:
            moved = self._moved_at(start)
            return _Place(start + moved, end + moved, intact=True)
        first, last = touching[0], touching[-1]
        if start == end:
            # Where lines were only taken away, the gap between them is still one place.
            return _Place(first.new_start, first.new_end, intact=first.new_start == first.new_end, replaced=True)
        return _Place(
            first.new_start - max(first.old_start - start, 0),
            last.new_end + max(end - last.old_end, 0),
            intact=False,
            replaced=first is last and first.old_start <= start and end <= first.old_end,
        )

    def _moved_at(self, line: int) -> int:
        before = bisect_right(self._ends, line)
        return self.runs[before - 1].new_end - self.runs[before - 1].old_end if before else 0


class _Undo:
    """One undo of a modified file."""

    def __init__(self, applied: FileEdits, old: bytes, new: bytes, present: bytes) -> None:
        """Compare the applied version with the present one from both ends."""
        self._applied = applied
        self._present = present
        self._lines = split_lines(present)
        self._new_lines = split_lines(new)
        self._down = _Alignment(changed_runs(self._new_lines, self._lines))
        self._up = _Alignment(_from_the_end(self._new_lines, self._lines))
        self._from_old = _Alignment(changed_runs(split_lines(old), self._lines))

    def plan(self) -> UndoPlan:
        """Decide about every edit, join clean neighbours and list what is kept."""
        inverse = reverse(self._applied.edits)
        hunks = [self._decide(index, edit) for index, edit in enumerate(inverse)]
        kept = self._kept([inverse[hunk.index] for hunk in hunks if hunk.state is not UndoState.CLEAN])
        return UndoPlan(self._applied.path, self._applied.mode, self._present, tuple(_joined(hunks)), kept)

    def _decide(self, index: int, edit: Edit) -> HunkUndo:
        start, end = edit.old_start - 1, edit.old_end - 1
        down, up = self._down.place(start, end), self._up.place(start, end)
        hunk = HunkUndo(
            index,
            UndoState.CONFLICT,
            expected=edit.old,
            restores=edit.new,
            found=b"".join(self._lines[down.start : down.end]),
            found_line=down.start + 1,
            obstacle=Obstacle.CHANGED,
        )
        if not down.intact and not up.intact:
            if self._is_back(self._applied.edits[index], down):
                return replace(hunk, state=UndoState.ALREADY_UNDONE, obstacle=None)
            return hunk
        if not (down.intact and up.intact and self._same_outcome(down, up, edit)):
            return replace(hunk, obstacle=Obstacle.AMBIGUOUS)
        if self._would_glue(down, edit):
            return replace(hunk, obstacle=Obstacle.LINE_END)
        return replace(hunk, state=UndoState.CLEAN, obstacle=None, edit=Edit(down.start + 1, edit.old, edit.new))

    def _is_back(self, applied: Edit, around: _Place) -> bool:
        """Say whether the lines from before the change stand where its own lines should, and stand there instead."""
        place = self._from_old.place(applied.old_start - 1, applied.old_end - 1)
        if not place.intact:
            return False
        if around.replaced:
            return around.start <= place.start and place.end <= around.end
        return (place.start, place.end) == (around.start, around.end)

    def _same_outcome(self, one: _Place, other: _Place, edit: Edit) -> bool:
        """Say whether undoing at either place gives the same file."""
        if one.start == other.start:
            return True
        first, second = sorted((one, other), key=lambda place: place.start)
        restored = split_lines(edit.new)
        lines = self._lines[first.start : second.end]
        size = first.end - first.start
        return [*restored, *lines[size:]] == [*lines[: len(lines) - size], *restored]

    def _would_glue(self, place: _Place, edit: Edit) -> bool:
        """Say whether a line would lose its end to the next one."""
        if place.end < len(self._lines):
            return edit.new != b"" and not edit.new.endswith(b"\n")
        before = self._lines[place.start - 1] if place.start else b"\n"
        return edit.new != b"" and not before.endswith(b"\n")

    def _kept(self, lost: Iterable[Edit]) -> tuple[KeptEdit, ...]:
        """List the later edits that do not touch any of the hunks that stay as they are."""
        touched = {run for edit in lost for run in self._down.touching(edit.old_start - 1, edit.old_end - 1)}
        return tuple(
            KeptEdit(
                run.new_start + 1,
                was=b"".join(self._new_lines[run.old_start : run.old_end]),
                now=b"".join(self._lines[run.new_start : run.new_end]),
            )
            for run in self._down.runs
            if run not in touched
        )


def _from_the_end(old: Sequence[bytes], new: Sequence[bytes]) -> list[Change]:
    """Compare two versions backwards: what may stand in several places stands as far up as it can."""
    runs = changed_runs(old[::-1], new[::-1])
    return [
        Change(len(old) - run.old_end, len(old) - run.old_start, len(new) - run.new_end, len(new) - run.new_start)
        for run in reversed(runs)
    ]


def _joined(hunks: Sequence[HunkUndo]) -> list[HunkUndo]:
    """Give clean edits that came to start at one line a single edit, so that each can be applied by itself."""
    edits: dict[int, Edit] = {}
    for hunk in hunks:
        if hunk.edit is not None:
            start = hunk.edit.old_start
            before = edits.get(start, Edit(start, b"", b""))
            edits[start] = Edit(start, before.old + hunk.edit.old, before.new + hunk.edit.new)
    return [hunk if hunk.edit is None else replace(hunk, edit=edits[hunk.edit.old_start]) for hunk in hunks]
