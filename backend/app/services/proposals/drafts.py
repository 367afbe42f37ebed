"""What somebody wants to propose, checked before it becomes rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.core.hashing import sha256_hex
from app.core.paths import check_repo_path
from app.services.proposals.digest import FileFacts, proposal_digest
from app.services.proposals.edits import Edit, EditMismatch, FileEdits, UnsoundEdits, apply_edits
from app.services.proposals.errors import DraftRefused

MODES = ("100644", "100755")  # regular files: links and submodules are never changed
MOST_FILES = 1_000  # what a person can still review, with room
MOST_BYTES = 16 * 1024 * 1024  # of all hunks together: a page of the browser must hold them


@dataclass(frozen=True, slots=True)
class DraftHunk:
    """One edit and what people are told about it. A hunk that cannot be chosen is shown only."""

    edit: Edit
    label: str = ""
    tier: str = "proven"
    selectable: bool = True
    receipts: Sequence[Mapping[str, Any]] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One file: its bytes and blob at the base (None: it is not there), and after all hunks (None: deleted)."""

    path: str
    mode: str
    base_blob: str | None
    old: bytes | None
    new: bytes | None
    hunks: tuple[DraftHunk, ...]

    @classmethod
    def of(cls, change: FileEdits, *, base_blob: str | None) -> "DraftFile":
        """Propose every edit of a change, without labels."""
        hunks = tuple(DraftHunk(edit) for edit in change.edits)
        return cls(change.path, change.mode, base_blob, change.old, change.new, hunks)

    @property
    def facts(self) -> FileFacts:
        """What the digest covers."""
        return FileFacts(
            self.path,
            self.mode,
            self.base_blob,
            None if self.old is None else sha256_hex(self.old),
            None if self.new is None else sha256_hex(self.new),
            tuple(hunk.edit for hunk in self.hunks),
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal to be opened. `base_ref` is the full name of the ref that `base_commit` was read from.

    With an `id` that was chosen beforehand, whoever opens it a second time gets the first one back.
    """

    project_id: UUID
    kind: str
    title: str
    base_ref: str
    base_commit: str
    manifest_id: UUID | None
    manifest_hash: str
    files: tuple[DraftFile, ...]
    summary: str = ""
    notes: Sequence[Mapping[str, Any]] = ()
    ai_job_id: UUID | None = None
    reverts_id: UUID | None = None
    id: UUID | None = None

    @property
    def digest(self) -> str:
        """The digest an approval of this draft will be bound to."""
        return proposal_digest(self.base_commit, self.manifest_hash, [file.facts for file in self.files])


def check_draft(draft: Draft) -> None:
    """Raise DraftRefused or PathRefused unless every hunk fits its file and together they give the new bytes."""
    if len(draft.files) > MOST_FILES:
        raise DraftRefused(f"A proposal changes at most {MOST_FILES} files; this one would change {len(draft.files)}.")
    size = sum(len(hunk.edit.old) + len(hunk.edit.new) for file in draft.files for hunk in file.hunks)
    if size > MOST_BYTES:
        raise DraftRefused(f"The changes are larger than {MOST_BYTES // 1024**2} MiB. Ask for fewer files at once.")
    if len({file.path for file in draft.files}) < len(draft.files):
        raise DraftRefused("A file appears twice in the changes.")
    if not any(hunk.selectable for file in draft.files for hunk in file.hunks):
        raise DraftRefused("There is nothing to change.")
    for file in draft.files:
        _check_file(file)


def _check_file(file: DraftFile) -> None:
    check_repo_path(file.path)
    if any("\ud800" <= char <= "\udfff" for char in file.path):
        raise DraftRefused("Only files whose names are UTF-8 can be changed.")
    if file.mode not in MODES:
        raise DraftRefused("Only regular files can be changed.", path=file.path, mode=file.mode)
    if (file.base_blob is None) != (file.old is None):
        raise DraftRefused("A file's base must be known as a whole, or not be there at all.", path=file.path)
    edits = [hunk.edit for hunk in file.hunks if hunk.selectable]
    try:
        fits = apply_edits(file.old or b"", edits) == (file.new or b"")
    except (EditMismatch, UnsoundEdits) as error:
        raise DraftRefused(f"The changes do not fit the file: {error}.", path=file.path) from error
    if not fits or (file.old is None and file.new is None):
        raise DraftRefused("The changes do not lead to the new file.", path=file.path)
