"""Documented files → the draft of a proposal: one hunk for every edit, labelled with the symbols it documents. Pure."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.services.ai.docstrings.edits import SymbolEdit
from app.services.ai.results import Suggestion
from app.services.ai.working import ChangedFile, WorkedOut
from app.services.manifest.digest import ManifestRef
from app.services.proposals.drafts import Draft, DraftFile, DraftHunk
from app.services.proposals.edits import Edit
from app.services.proposals.regions import Region, edits_in

_MOST_NAMES = 3


def draft_of(worked: WorkedOut, manifest: ManifestRef, *, ai_job_id: UUID, answered_by: str) -> Draft | None:
    """Draft the proposal of a documentation job; None when nothing would change."""
    if not worked.files:
        return None
    count = sum(len(file.documented.edits) for file in worked.files)
    return Draft(
        project_id=manifest.project_id,
        kind="documentation",
        title=_title(worked.files),
        summary=f"{count} symbols documented by {answered_by}. Code is unchanged: every file parses to the same "
        "syntax tree apart from its documentation.",
        base_ref=manifest.ref,
        base_commit=manifest.commit,
        manifest_id=manifest.id,
        manifest_hash=manifest.hash,
        files=tuple(_file(file, worked.result.suggestions) for file in worked.files),
        notes=[asdict(one) for one in worked.result.skipped],
        ai_job_id=ai_job_id,
    )


def _title(files: Sequence[ChangedFile]) -> str:
    names = [file.asked.path.rsplit("/", 1)[-1] for file in files]
    more = len(names) - _MOST_NAMES
    title = f"Document {', '.join(names[:_MOST_NAMES])}" + (f" and {more} more files" if more > 0 else "")
    return title if len(title) <= 300 else f"Document {len(names)} files"


def _file(file: ChangedFile, suggestions: Sequence[Suggestion]) -> DraftFile:
    new, symbols = file.documented.new_data, file.documented.edits
    by_name = {one.symbol or "": one for one in suggestions if one.path == file.asked.path}
    hunks = tuple(
        DraftHunk(edit, label=_label(names), receipts=_receipts(names, by_name))
        for edit, names in symbol_hunks(file.old, new, symbols)
    )
    return DraftFile(file.asked.path, file.asked.mode, file.asked.blob_id, file.old, new, hunks)


def symbol_hunks(old: bytes, new: bytes, symbols: Sequence[SymbolEdit]) -> list[tuple[Edit, list[SymbolEdit]]]:
    """Give a hunk for every symbol, so that any choice of hunks parses; symbols on one line share theirs."""
    found = edits_in(old, new, [Region(symbol.start, symbol.end, symbol.grows) for symbol in symbols])
    return [(each.edit, [symbols[index] for index in each.regions]) for each in found]


def _label(symbols: Sequence[SymbolEdit]) -> str:
    names = [symbol.symbol or "the file" for symbol in symbols]
    label = f"Document {', '.join(names[:_MOST_NAMES])}" if names else "Document"
    more = len(names) - _MOST_NAMES
    return (label + (f" and {more} more" if more > 0 else ""))[:300]


def _receipts(symbols: Sequence[SymbolEdit], suggestions: dict[str, Suggestion]) -> list[dict[str, Any]]:
    found = [suggestions[symbol.symbol] for symbol in symbols if symbol.symbol in suggestions]
    return [asdict(receipt) for one in found for receipt in one.receipts]
