"""What a sync did, as its history tells it: refs that came, moved, were forced or went, and what was healed."""

from collections.abc import Sequence
from typing import Any

from app.adapters.git.port import Ref, RefAction, SyncResult

# A history row is read often; who needs every one of ten thousand tags asks the mirror.
MOST_REFS = 100


def changes_of(result: SyncResult, refs: Sequence[Ref], *, branch_before: str | None) -> dict[str, Any]:
    """Build what is kept of a sync: counts of everything, the first hundred refs, and what deserves a remark."""
    listed = [update for update in result.refs if update.action is not RefAction.UPDATED] + [
        update for update in result.refs if update.action is RefAction.UPDATED
    ]
    return {
        "counts": {action.value: len(result.changed(action)) for action in RefAction},
        "refs": [
            {"name": each.name, "action": each.action.value, "before": each.before, "after": each.after}
            for each in listed[:MOST_REFS]
        ],
        "branches": sum(ref.name.startswith("refs/heads/") for ref in refs),
        "tags": sum(ref.name.startswith("refs/tags/") for ref in refs),
        "generation": result.generation,
        "state": result.state,
        "seconds": round(result.seconds, 3),
        "default_branch": result.default_branch,
        "notes": list(_notes(result, branch_before)),
        "lost_refs": list(result.lost_refs[:MOST_REFS]),
    }


def moved_refs(result: SyncResult) -> tuple[str, ...] | None:
    """Name the refs that lead somewhere new; None when any may: they are too many to name, or not all known."""
    moved = tuple(update.name for update in result.refs if update.action is not RefAction.DELETED)
    return moved if result.is_complete and len(moved) <= MOST_REFS else None


def _notes(result: SyncResult, branch_before: str | None) -> list[str]:
    notes: list[str] = []
    if result.head is None:
        notes.append("The repository has no commits yet.")
    if forced := result.changed(RefAction.FORCED):
        notes.append(f"History was rewritten on {_some(forced)}.")
    branches = [name for name in result.changed(RefAction.DELETED) if name.startswith("refs/heads/")]
    if branches:
        notes.append(f"Deleted: {_some(branches)}.")
    if branch_before is not None and result.default_branch is not None and branch_before != result.default_branch:
        notes.append(f"The default branch changed from {branch_before} to {result.default_branch}.")
    if not result.is_complete:
        notes.append("What the sync before left is not known any more: more may have moved than is listed.")
    if result.healed:
        notes.append("The mirror was damaged and was built anew.")
    if result.rebuilt:
        notes.append("Rewritten history had filled the mirror up to its limit; it was built anew.")
    if result.lost_refs:
        notes.append(f"Recorded changes that could not be kept: {_some(result.lost_refs)}.")
    return notes


def _some(names: tuple[str, ...] | list[str]) -> str:
    short = [name.removeprefix("refs/heads/").removeprefix("refs/tags/") for name in names[:5]]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(short)}{more}"
