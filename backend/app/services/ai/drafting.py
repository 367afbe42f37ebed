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
from app.services.proposals.edits import Edit, FileEdits

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
    new = file.documented.new_data
    change = FileEdits.between(file.asked.path, file.old, new, mode=file.asked.mode)
    symbols = symbols_by_hunk(change.edits, file.documented.edits)
    by_name = {one.symbol or "": one for one in suggestions if one.path == file.asked.path}
    hunks = tuple(
        DraftHunk(edit, label=_label(names), receipts=_receipts(names, by_name))
        for edit, names in zip(change.edits, symbols, strict=True)
    )
    return DraftFile(file.asked.path, file.asked.mode, file.asked.blob_id, file.old, new, hunks)


def symbols_by_hunk(edits: Sequence[Edit], documented: Sequence[SymbolEdit]) -> list[list[SymbolEdit]]:
    """Say which symbols each hunk documents. Both come in the file's order; neighbouring edits may share a hunk."""
    groups: list[list[SymbolEdit]] = [[] for _ in edits]
    if len(edits) == len(documented):
        return [[symbol] for symbol in documented]
    for symbol in documented:
        nearest = min(range(len(edits)), key=lambda index: _distance(edits[index], symbol.line), default=None)
        if nearest is not None:
            groups[nearest].append(symbol)
    return groups


def _distance(edit: Edit, line: int) -> int:
    """Lines between a definition and a hunk: documentation stands before a definition, or some lines into it."""
    return max(edit.old_start - line, line - edit.old_end, 0)


def _label(symbols: Sequence[SymbolEdit]) -> str:
    names = [symbol.symbol or "the file" for symbol in symbols]
    label = f"Document {', '.join(names[:_MOST_NAMES])}" if names else "Document"
    more = len(names) - _MOST_NAMES
    return (label + (f" and {more} more" if more > 0 else ""))[:300]


def _receipts(symbols: Sequence[SymbolEdit], suggestions: dict[str, Suggestion]) -> list[dict[str, Any]]:
    found = [suggestions[symbol.symbol] for symbol in symbols if symbol.symbol in suggestions]
    return [asdict(receipt) for one in found for receipt in one.receipts]
