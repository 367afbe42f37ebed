"""From an approved proposal and its base files to the commit that applies it. Pure: the same in, the same out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.adapters.git.port import CHANGES_PREFIX, ChangedFile, CommitInfo, Signature
from app.core.hashing import sha256_hex
from app.services.proposals.base import Base
from app.services.proposals.edits import Edit, EditMismatch, FileEdits, UnsoundEdits, apply_edits
from app.services.proposals.errors import ApprovalStale

# Fixed, so that an approval gives the same commit however often it is applied, whatever people are called then.
_AUTHOR_NAME = "HiveSync"
_AUTHOR_EMAIL = "hivesync@noreply.invalid"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """The edits of one file that were chosen, and the unit (or "") that each is part of.

    `new_sha256` is known when all are chosen (None also: the file is deleted).
    """

    path: str
    mode: str
    creates: bool
    deletes: bool
    edits: tuple[Edit, ...]
    is_whole: bool
    new_sha256: str | None
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplyPlan:
    """What applying a proposal will do; fixed by its approval."""

    proposal_id: UUID
    project_id: UUID
    title: str
    digest: str
    selection: str
    base: Base
    files: tuple[PlannedFile, ...]
    approved_at: datetime

    @property
    def ref_name(self) -> str:
        """The ref that will lead to the commit."""
        return change_ref(self.proposal_id)

    @property
    def author(self) -> Signature:
        """Author and committer of the commit: its time is that of the approval."""
        return Signature(_AUTHOR_NAME, _AUTHOR_EMAIL, self.approved_at)

    def made(self, commit: CommitInfo) -> bool:
        """Say whether this approval, and no other, gave that commit."""
        is_same = (commit.parents, commit.message) == ((self.base.commit,), self.message)
        return is_same and commit.author.at == self.approved_at.replace(microsecond=0)

    def made_before(self, commit: CommitInfo) -> bool:
        """Say whether any approval of this proposal gave that commit."""
        return commit.parents == (self.base.commit,) and f"\n{self._trailer}\n" in commit.message

    @property
    def _trailer(self) -> str:
        return f"HiveSync-Proposal: {self.proposal_id}"

    @property
    def message(self) -> str:
        """The commit's message; it leads back to the proposal and to what exactly was approved."""
        trailers = f"{self._trailer}\nHiveSync-Approval: {self.selection}\n"
        return f"{self.title}\n\n{trailers}"

    def changes(self, contents: Mapping[str, bytes | None]) -> list[FileEdits]:
        """Apply the chosen edits to the base's files; ApprovalStale when one does not fit to the byte."""
        return change_files(self.files, contents)


def change_ref(proposal_id: UUID) -> str:
    """Name the ref of an applied proposal."""
    return f"{CHANGES_PREFIX}{proposal_id}"


def change_files(files: Iterable[PlannedFile], contents: Mapping[str, bytes | None]) -> list[FileEdits]:
    """Apply planned edits to files, by path; ApprovalStale when one does not fit to the byte."""
    return [_change(file, contents[file.path]) for file in files if file.edits]


def changed_files(changes: Sequence[FileEdits]) -> list[ChangedFile]:
    """Give changes in the form the mirror's writer takes."""
    return [ChangedFile(change.path, change.new, change.mode) for change in changes]


def _change(file: PlannedFile, old: bytes | None) -> FileEdits:
    try:
        new = apply_edits(old or b"", file.edits)
    except (EditMismatch, UnsoundEdits) as error:
        raise ApprovalStale(reason="hunks_changed", paths=[file.path]) from error
    result = None if file.deletes and not new else new
    if file.is_whole and (None if result is None else sha256_hex(result)) != file.new_sha256:
        raise ApprovalStale(reason="hunks_changed", paths=[file.path])
    return FileEdits(file.path, file.mode, None if file.creates else old, result, file.edits)
