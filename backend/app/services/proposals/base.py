"""What a proposal was made from, read again from the mirror and compared to the byte.

Reads git, so it is never called inside a transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.adapters.git.errors import PathNotFound, RefNotFound
from app.adapters.git.port import EntryType, MirrorReader, TreeEntry
from app.core.hashing import sha256_hex
from app.services.proposals.edits import FileEdits, as_text
from app.services.proposals.errors import ApprovalStale
from app.services.proposals.patch import unified_diff

LARGEST_FILE = 8 * 1024 * 1024  # bytes: larger files are never proposed for change
_LARGEST_COMPARED = 1024 * 1024  # bytes of a file whose movement is shown as a diff
_LONGEST_DIFF = 32 * 1024  # characters shown of what moved; the rest is in git
_MOST_PATHS = 50  # named in an answer


@dataclass(frozen=True, slots=True)
class BaseFile:
    """A file as it was at the base; `blob` and `sha256` are None where there was none."""

    path: str
    mode: str
    blob: str | None
    sha256: str | None

    def is_still(self, entry: TreeEntry | None) -> bool:
        """Say whether this is what stands at the path elsewhere."""
        if entry is None:
            return self.blob is None
        return (entry.oid, entry.mode) == (self.blob, self.mode)


@dataclass(frozen=True, slots=True)
class Base:
    """The ref and commit a proposal stands on, and the files it touches there."""

    ref: str
    commit: str
    files: tuple[BaseFile, ...]


async def read_base(reader: MirrorReader, base: Base) -> dict[str, bytes | None]:
    """Read the base's files, by path; ApprovalStale, with a diff of what moved, when anything is not as it was."""
    head = await _head(reader, base)
    if head != base.commit:
        await _refuse_movement(reader, base, head)
    return await read_files(reader, base)


async def read_files(reader: MirrorReader, base: Base) -> dict[str, bytes | None]:
    """Read the base's files at its own commit; ApprovalStale when that commit is not what it was."""
    for file in base.files:
        try:
            entry = await find_entry(reader, base.commit, file.path)
        except RefNotFound:
            raise _stale("base_changed", base, head=None, paths=[]) from None
        if not file.is_still(entry):
            raise _stale("base_changed", base, head=None, paths=[file.path])
    blobs = await reader.read_blobs([file.blob for file in base.files if file.blob], max_bytes=LARGEST_FILE)
    contents = {blob.oid: blob.data for blob in blobs}
    for file in base.files:
        data = contents.get(file.blob) if file.blob else None
        if (None if data is None else sha256_hex(data)) != file.sha256:
            raise _stale("base_changed", base, head=None, paths=[file.path])
    return {file.path: contents[file.blob] if file.blob else None for file in base.files}


async def find_entry(reader: MirrorReader, commit: str, path: str) -> TreeEntry | None:
    """Look up what stands at a path, whatever it is; None when nothing does."""
    try:
        return await reader.entry(commit, path)
    except PathNotFound:
        return None


async def read_entry(reader: MirrorReader, entry: TreeEntry | None, *, max_bytes: int = LARGEST_FILE) -> bytes | None:
    """Read a regular file's bytes; None for anything else, and for what is missing or too large."""
    if entry is None or entry.type is not EntryType.FILE:
        return None
    return await _read_blob(reader, entry.oid, max_bytes=max_bytes)


async def _read_blob(reader: MirrorReader, oid: str, *, max_bytes: int) -> bytes | None:
    (blob,) = await reader.read_blobs([oid], max_bytes=max_bytes)
    return blob.data


async def _head(reader: MirrorReader, base: Base) -> str:
    try:
        return await reader.resolve(base.ref)
    except RefNotFound:
        raise _stale("branch_gone", base, head=None, paths=[]) from None


async def _refuse_movement(reader: MirrorReader, base: Base, head: str) -> None:
    """Raise unless the base is still in the branch's history and no touched file differs at its head."""
    kept = await reader.is_ancestor(base.commit, head)
    moved: dict[str, TreeEntry | None] = {}
    for file in base.files:
        entry = await find_entry(reader, head, file.path)
        if not file.is_still(entry):
            moved[file.path] = entry
    if kept and not moved:
        return
    diff = await _movement(reader, [file for file in base.files if file.path in moved], moved)
    raise _stale("files_changed" if kept else "history_rewritten", base, head=head, paths=moved, diff=diff)


async def _movement(reader: MirrorReader, files: Iterable[BaseFile], moved: Mapping[str, TreeEntry | None]) -> str:
    """Show how files moved, as a unified diff of bounded size."""
    text = ""
    for file in sorted(files, key=lambda file: file.path):
        old = await _read_blob(reader, file.blob, max_bytes=_LARGEST_COMPARED) if file.blob else None
        new = await read_entry(reader, moved[file.path], max_bytes=_LARGEST_COMPARED)
        text += as_text(unified_diff([FileEdits.between(file.path, old, new, mode=file.mode)]))
        if len(text) > _LONGEST_DIFF:
            break
    return text


def _stale(reason: str, base: Base, *, head: str | None, paths: Iterable[str], diff: str = "") -> ApprovalStale:
    details: dict[str, Any] = {
        "reason": reason,
        "base_ref": base.ref,
        "base_commit": base.commit,
        "head_commit": head,
        "paths": sorted(paths)[:_MOST_PATHS],
        "diff": diff[:_LONGEST_DIFF],
        "diff_truncated": len(diff) > _LONGEST_DIFF,
    }
    return ApprovalStale(_MESSAGES[reason], **details)


_MESSAGES = {
    "files_changed": "The files were changed on the branch since this proposal was made. Nothing was applied; "
    "look at what moved, then ask for a new proposal.",
    "history_rewritten": "The branch's history was rewritten: the commit this proposal stands on is no longer in it. "
    "Nothing was applied; ask for a new proposal.",
    "branch_gone": "The branch this proposal was made for no longer exists. Nothing was applied; "
    "ask for a new proposal on another branch.",
    "base_changed": "The repository no longer holds the files this proposal was made from. Nothing was applied; "
    "sync the project, then ask for a new proposal.",
}
