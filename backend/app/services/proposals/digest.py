"""What an approval is bound to: one hash over every byte, place, mode and path of a proposal. Pure."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.hashing import canonical_json, sha256_hex
from app.services.proposals.edits import Edit

_VERSION = 1


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the digest covers of one file. The base is None for a created file, the result for a deleted one."""

    path: str
    mode: str
    base_blob: str | None
    base_sha256: str | None
    new_sha256: str | None
    edits: tuple[Edit, ...]


def proposal_digest(base_commit: str, manifest_hash: str, files: Iterable[FileFacts]) -> str:
    """Hash a proposal's contents to 64 hexadecimal digits; the order of files and edits does not matter."""
    ordered = sorted(files, key=lambda file: file.path)
    return sha256_hex(
        canonical_json(
            {
                "version": _VERSION,
                "base_commit": base_commit,
                "manifest_hash": manifest_hash,
                "files": [_file(file) for file in ordered],
            }
        )
    )


def selection_digest(digest: str, hunk_ids: Iterable[UUID]) -> str:
    """Hash which hunks of the proposal with this digest were chosen; order and repetition do not matter."""
    chosen = sorted({str(hunk_id) for hunk_id in hunk_ids})
    return sha256_hex(canonical_json({"version": _VERSION, "proposal": digest, "hunks": chosen}))


def _file(file: FileFacts) -> dict[str, Any]:
    edits = sorted(file.edits, key=lambda edit: (edit.old_start, edit.old, edit.new))
    return {
        "path": file.path,
        "mode": file.mode,
        "base_blob": file.base_blob,
        "base_sha256": file.base_sha256,
        "new_sha256": file.new_sha256,
        "hunks": [
            {"old_start": edit.old_start, "old": b64encode(edit.old).decode(), "new": b64encode(edit.new).decode()}
            for edit in edits
        ],
    }
