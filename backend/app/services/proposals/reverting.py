"""Drafts the undo of an applied proposal against the repository as it is now.

Reads git, so it is never called inside a transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.adapters.git.errors import RefNotFound
from app.adapters.git.port import MirrorReader, PathChange, TreeEntry
from app.models.proposal import Proposal
from app.services.proposals.application import ApplyPlan
from app.services.proposals.base import find_entry, read_entry, read_files
from app.services.proposals.drafts import MODES, Draft, DraftFile, DraftHunk
from app.services.proposals.edits import Edit, FileEdits, as_text, count_lines
from app.services.proposals.errors import ProposalConflict
from app.services.proposals.undo import HunkUndo, Obstacle, UndoPlan, UndoState, plan_undo

_MOST_NOTES = 200  # kept edits and conflicts that are listed; more help nobody
_SENTENCES = {
    Obstacle.CHANGED: "these lines were edited since",
    Obstacle.AMBIGUOUS: "equal lines stand beside these, so their place is not certain",
    Obstacle.LINE_END: "something follows these lines now, and they would end without a line end",
    Obstacle.FILE_GONE: "the file was deleted or moved since",
    Obstacle.FILE_EXISTS: "there is another file at this path now",
    Obstacle.FILE_CHANGED: "the file was edited since it was created",
}


@dataclass(frozen=True, slots=True)
class FileUndo:
    """The undo of one file, where it is now; `came_from` when it was moved since."""

    plan: UndoPlan
    entry: TreeEntry | None
    came_from: str | None = None

    def draft(self, units: Mapping[str, Sequence[str]]) -> DraftFile:
        """Propose the clean part; show the conflicts beside it. What was one unit, by path and edit, stays one."""
        unit_of = units.get(self.came_from or self.plan.path, ())
        change = self.plan.change
        hunks: dict[Edit, DraftHunk] = {}
        for hunk in self.plan.hunks:
            edit = hunk.edit or Edit(hunk.found_line, hunk.found, hunk.restores)
            if hunk.state is UndoState.CONFLICT:
                details = {
                    "conflict": hunk.obstacle,
                    "why": _why(hunk),
                    "expected": as_text(hunk.expected),
                }
                hunks[edit] = DraftHunk(edit, "conflict", selectable=False, details=details)
            elif hunk.state is UndoState.CLEAN:
                details = {"together": unit_of[hunk.index]} if unit_of[hunk.index] else {}
                # Neighbours that share an edit are of the unit that one of them is of.
                hunks[edit] = DraftHunk(edit, "undo", details=details or (hunks[edit].details if edit in hunks else {}))
        blob = self.entry.oid if self.entry else None
        mode = self.entry.mode if self.entry else self.plan.mode
        return DraftFile(change.path, mode, blob, self.plan.present, change.new, tuple(hunks.values()))


async def draft_undo(reader: MirrorReader, original: Proposal, plan: ApplyPlan, commit: str) -> Draft:
    """Draft the undo; ProposalConflict when nothing can be undone, with the reasons.

    It stands on the branch if the change arrived there (its commit, or its text), else on the change itself.
    """
    contents = await read_files(reader, plan.base)
    applied = plan.changes(contents)
    units = {file.path: file.units for file in plan.files}
    ref, target = plan.base.ref, await _head(reader, plan.base.ref)
    undos = await _undo_at(reader, applied, commit, target) if target else []
    if target is None or not (_reaches(undos) or await reader.is_ancestor(commit, target)):
        ref, target = plan.ref_name, commit
        undos = await _undo_at(reader, applied, commit, commit)
    notes = _notes(undos)
    if not any(undo.plan.change.edits for undo in undos):
        conflicts = [note for note in notes if note["kind"] == "conflict"]
        message = "Nothing can be undone: every line was edited since." if conflicts else "Nothing is left to undo."
        raise ProposalConflict(message, conflicts=conflicts)
    return Draft(
        project_id=original.project_id,
        kind="undo",
        title=f"Undo: {original.title}"[:300],
        summary=_summary(undos),
        base_ref=ref,
        base_commit=target,
        manifest_id=original.manifest_id,
        manifest_hash=original.manifest_hash,
        files=tuple(undo.draft(units) for undo in undos if _shown(undo)),
        notes=notes,
        reverts_id=original.id,
    )


async def _head(reader: MirrorReader, ref: str) -> str | None:
    try:
        return await reader.resolve(ref)
    except RefNotFound:
        return None


async def _undo_at(reader: MirrorReader, applied: Sequence[FileEdits], commit: str, target: str) -> list[FileUndo]:
    """Plan the undo of every file as it is at a commit, following files that were moved without a change."""
    found = {change.path: await find_entry(reader, target, change.path) for change in applied}
    gone = [change.path for change in applied if change.new is not None and found[change.path] is None]
    moves = await _moves(reader, commit, target, gone) if gone and commit != target else {}
    undos = []
    for change in applied:
        moved = moves.get(change.path) if change.old is not None else None
        entry = moved or found[change.path]
        change_here = replace(change, path=entry.path) if moved and entry else change
        data = await read_entry(reader, entry)
        if entry is not None and (data is None or entry.mode not in MODES):
            undos.append(FileUndo(_unreadable(change_here), None))
        else:
            undos.append(FileUndo(plan_undo(change_here, data), entry, change.path if moved else None))
    return undos


async def _moves(reader: MirrorReader, commit: str, target: str, gone: Sequence[str]) -> dict[str, TreeEntry]:
    """Find where missing files went, if their very bytes stand at exactly one new path."""
    changed = await reader.changed_paths(commit, target)
    before = {each.path: each.before.oid for each in changed if each.path in gone and each.before}
    arrived: dict[str, list[TreeEntry]] = {}
    for each in changed:
        if each.change is PathChange.ADDED and each.after:
            arrived.setdefault(each.after.oid, []).append(each.after)
    return {path: arrived[oid][0] for path, oid in before.items() if len(arrived.get(oid, ())) == 1}


def _unreadable(change: FileEdits) -> UndoPlan:
    """Something else than a readable regular file stands at the path: nothing of it can be undone."""
    obstacle = Obstacle.FILE_EXISTS
    hunks = tuple(
        HunkUndo(index, UndoState.CONFLICT, edit.new, edit.old, b"", edit.old_start, obstacle=obstacle)
        for index, edit in enumerate(change.edits)
    )
    return UndoPlan(change.path, change.mode, None, hunks)


def _reaches(undos: Iterable[FileUndo]) -> bool:
    """Say whether any of the applied text is there."""
    return any(undo.plan.change.edits for undo in undos)


def _shown(undo: FileUndo) -> bool:
    """Leave out files that have nothing to choose and nothing to look at."""
    states = {hunk.state for hunk in undo.plan.hunks}
    return bool(undo.plan.change.edits) or (UndoState.CONFLICT in states and undo.plan.present is not None)


def _why(hunk: HunkUndo) -> str:
    return _SENTENCES[hunk.obstacle] if hunk.obstacle else ""


def _summary(undos: Sequence[FileUndo]) -> str:
    states = [hunk.state for undo in undos for hunk in undo.plan.hunks]
    clean, conflicts, undone = (
        states.count(each) for each in (UndoState.CLEAN, UndoState.CONFLICT, UndoState.ALREADY_UNDONE)
    )
    kept = sum(len(undo.plan.kept) for undo in undos)
    said = [f"{clean} of {len(states)} {'change' if len(states) == 1 else 'changes'} can be taken back cleanly."]
    if conflicts:
        said.append(f"{conflicts} {'conflicts' if conflicts == 1 else 'conflict'} with later edits and will stay.")
    if undone:
        said.append(f"{undone} {'was' if undone == 1 else 'were'} undone already.")
    if kept:
        said.append(f"{kept} {'later edit is' if kept == 1 else 'later edits are'} kept.")
    return " ".join(said)


def _notes(undos: Iterable[FileUndo]) -> list[dict[str, Any]]:
    """List what a person should know, conflicts first."""
    conflicts: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for undo in undos:
        path = undo.plan.path
        if undo.came_from:
            others.append({"kind": "moved", "path": path, "from": undo.came_from})
        for hunk in undo.plan.hunks:
            if hunk.state is UndoState.CONFLICT:
                conflicts.append({"kind": "conflict", "path": path, "line": hunk.found_line, "why": _why(hunk)})
            elif hunk.state is UndoState.ALREADY_UNDONE:
                others.append({"kind": "already_undone", "path": path, "line": hunk.found_line})
        for kept in undo.plan.kept:
            lines = count_lines(kept.now)
            others.append({"kind": "kept", "path": path, "line": kept.line, "lines": lines})
    return [*conflicts, *others][:_MOST_NOTES]
