"""A refactor worked out → the draft of a proposal: a hunk for every line, with its tier. Pure."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any
from uuid import UUID

from app.adapters.git.port import TreeEntry
from app.services.manifest.digest import ManifestRef
from app.services.proposals.drafts import Draft, DraftFile, DraftHunk
from app.services.proposals.edits import Edit
from app.services.refactor.edits import WordEdit, apply_words, by_path, line_hunks, one_tier_a_line
from app.services.refactor.plan import PATTERN, Note, Plan, not_proven
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.tiers import Tier

_MOST_NOTES = 500
_LONGEST_SAID = 60  # characters of a pattern in a title
_ON_A_LINE_OF_CODE = "named in text on a line of code, which is approved as a whole"


def draft_of(
    plan: Plan, files: Mapping[str, bytes], entries: Mapping[str, TreeEntry], manifest: ManifestRef, proposal_id: UUID
) -> Draft:
    """Draft the proposal of a plan."""
    drafted: list[DraftFile] = []
    notes = [*plan.notes]
    edits = by_path(plan.edits)
    for path in sorted(edits.keys() | plan.moves.keys()):
        kept, left = one_tier_a_line(files[path], edits.get(path, []))
        if path in plan.moves:
            certain = [edit for edit in kept if edit.tier in (Tier.PROVEN, Tier.LIKELY)]
            left += [edit for edit in kept if edit not in certain]
            drafted += _moved(plan, path, files[path], entries[path], certain)
        else:
            drafted.append(_file(path, files[path], entries[path], kept))
        notes += left_alone(path, files[path], left, _ON_A_LINE_OF_CODE)
    return Draft(
        project_id=manifest.project_id,
        kind="replace" if plan.kind == PATTERN else "rename",
        title=_title(plan),
        summary=_summary(plan),
        base_ref=manifest.ref,
        base_commit=manifest.commit,
        manifest_id=manifest.id,
        manifest_hash=manifest.hash,
        files=tuple(drafted),
        notes=told(notes),
        id=proposal_id,
    )


def _title(plan: Plan) -> str:
    if plan.kind != PATTERN:
        return f"Rename {plan.old} to {plan.new}"
    old, new = (shorten(text, _LONGEST_SAID, placeholder=" …") for text in (plan.old, plan.new))
    return f"Replace {old} by {new}" if new else f"Take out {old}"


def _moved(
    plan: Plan, path: str, data: bytes, entry: TreeEntry, edits: Sequence[WordEdit]
) -> tuple[DraftFile, DraftFile]:
    """A file with another path is one that goes and one that comes; what it says of itself changes on the way."""
    new_path, new = plan.moves[path], apply_words(data, edits)
    tier = (Tier.LIKELY if plan.doubts else Tier.PROVEN).value
    # One without the other would lose the file, or have it twice.
    pair = {"together": path}
    goes = DraftHunk(Edit(1, data, b""), label=f"{tier}: becomes {new_path}", tier=tier, details=pair)
    comes = DraftHunk(Edit(1, b"", new), label=f"{tier}: was {path}", tier=tier, details=pair)
    return (
        DraftFile(path, entry.mode, entry.oid, data, None, (goes,)),
        DraftFile(new_path, entry.mode, None, None, new, (comes,)),
    )


def _file(path: str, data: bytes, entry: TreeEntry, edits: Sequence[WordEdit]) -> DraftFile:
    hunks = tuple(
        DraftHunk(
            hunk.edit,
            label=f"{hunk.tier.value}: {', '.join(dict.fromkeys(word.why for word in hunk.words))}",
            tier=hunk.tier.value,
            details={"words": len(hunk.words)},
        )
        for hunk in line_hunks(data, edits)
    )
    return DraftFile(path, entry.mode, entry.oid, data, apply_words(data, edits), hunks)


def left_alone(path: str, data: bytes, left: Sequence[WordEdit], reason: str) -> list[Note]:
    """Tell of texts that share a line with what is approved as a whole."""
    lines = LineTable(data)
    found = [lines.spot(edit.start).line for edit in left]
    return [Note("not_touched", path, line + 1, reason, lines.text(line).strip()[:200]) for line in found]


def _summary(plan: Plan) -> str:
    counts = plan.counts()
    found = [f"{number} {tier.replace('_', ' ')}" for tier, number in counts.items() if number]
    numbers = ", ".join(found) or "nothing else changes"
    files = len({edit.path for edit in plan.edits} | plan.moves.keys())
    moved = "".join(f" {old} becomes {new}." for old, new in sorted(plan.moves.items()))
    if plan.kind == PATTERN:
        certain = "A pattern knows how code is written and not what it means: look at each."
    elif not plan.doubts:
        certain = "Applied and analysed again: every name still means what it meant."
    else:
        certain = not_proven(len(plan.doubts))
    return f"{numbers} in {files} {'file' if files == 1 else 'files'}.{moved} {certain}"


def told(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Give notes as JSON, the doubts first, and no more than people can read."""
    # Doubts first: they decide whether to trust the rest.
    order = {"doubt": 0, "not_touched": 1, "not_read": 2}
    given: list[dict[str, Any]] = [note.to_json() for note in sorted(notes, key=lambda note: order.get(note.kind, 3))]
    more = len(given) - _MOST_NOTES
    return [*given[:_MOST_NOTES], {"path": "", "reason": f"and {more:,} more notes"}] if more > 0 else given
