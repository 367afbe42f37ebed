"""A move worked out → the draft of a proposal: its code is one unit, texts are hunks of their own. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.adapters.git.port import TreeEntry
from app.services.manifest.digest import ManifestRef
from app.services.proposals.drafts import Draft, DraftFile, DraftHunk
from app.services.proposals.edits import apply_edits, diff_hunks
from app.services.refactor.drafting import left_alone, told
from app.services.refactor.edits import WordEdit, by_path, line_hunks
from app.services.refactor.moving.model import MovePlan
from app.services.refactor.plan import not_proven

_MODE = "100644"
TOGETHER = {"together": "move"}
_WHERE_CODE_CHANGES = "named in text where code changes, which is approved as a whole"


def draft_of_move(
    plan: MovePlan, files: Mapping[str, bytes], entries: Mapping[str, TreeEntry], manifest: ManifestRef, id_: UUID
) -> Draft:
    """Draft the proposal of a move. Only all of its code together makes sense: the hunks say so in `details`."""
    changed, texts = plan.changed(files), by_path(plan.texts)
    notes = [*plan.notes]
    drafted: list[DraftFile] = []
    for path in sorted(changed.keys() | texts.keys()):
        if path == plan.to_path and plan.created is not None:
            made = tuple(_code(plan, path, b"", changed[path]))
            drafted.append(DraftFile(path, _MODE, None, None, changed[path], made))
            continue
        hunks = _code(plan, path, files[path], changed.get(path, files[path]))
        others, left = _apart(files[path], texts.get(path, ()), hunks)
        hunks = sorted([*hunks, *others], key=lambda hunk: hunk.edit.old_start)
        new = apply_edits(files[path], [hunk.edit for hunk in hunks])
        drafted.append(DraftFile(path, entries[path].mode, entries[path].oid, files[path], new, tuple(hunks)))
        notes += left_alone(path, files[path], left, _WHERE_CODE_CHANGES)
    return Draft(
        project_id=manifest.project_id,
        kind="move",
        title=f"Move {plan.name} from {plan.block.path} to {plan.to_path}"[:300],
        summary=_summary(plan, drafted),
        base_ref=manifest.ref,
        base_commit=manifest.commit,
        manifest_id=manifest.id,
        manifest_hash=manifest.hash,
        files=tuple(drafted),
        notes=told(notes),
        id=id_,
    )


def _code(plan: MovePlan, path: str, old: bytes, new: bytes) -> list[DraftHunk]:
    tier = plan.tier.value
    what = "goes" if path == plan.block.path else "comes" if path == plan.to_path else "imports mended"
    return [DraftHunk(edit, label=f"{tier}: {what}", tier=tier, details=TOGETHER) for edit in diff_hunks(old, new)]


def _apart(
    data: bytes, texts: Sequence[WordEdit], hunks: Sequence[DraftHunk]
) -> tuple[list[DraftHunk], list[WordEdit]]:
    """Give texts hunks of their own where no code changes; the others are left alone."""
    edits = [hunk.edit for hunk in hunks]
    taken = {line for edit in edits for line in range(edit.old_start, max(edit.old_end, edit.old_start + 1))}
    found = line_hunks(data, texts)
    kept = [
        DraftHunk(hunk.edit, label=f"{hunk.tier.value}: {hunk.words[0].why}", tier=hunk.tier.value)
        for hunk in found
        if hunk.edit.old_start not in taken
    ]
    return kept, [word for hunk in found if hunk.edit.old_start in taken for word in hunk.words]


def _summary(plan: MovePlan, drafted: Sequence[DraftFile]) -> str:
    code = sum(hunk.details == TOGETHER for file in drafted for hunk in file.hunks)
    texts = sum(len(file.hunks) for file in drafted) - code
    number = len(drafted)
    said = f"{code} changes of code, which belong together" + (f", and {texts} of texts" if texts else "")
    if plan.doubts:
        certain = not_proven(len(plan.doubts))
    else:
        certain = "Made and analysed again: every name still means what it meant."
    return f"{said}, in {number} {'file' if number == 1 else 'files'}. {certain}"
