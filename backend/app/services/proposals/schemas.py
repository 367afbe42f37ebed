"""What goes in and out over HTTP for proposals."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.models.proposal import Decision, Hunk, Proposal
from app.schemas.base import In, Moment, Out
from app.services.proposals.edits import as_text, count_lines
from app.services.proposals.policy import is_deceptive, needs_confirmation
from app.services.proposals.rows import StoredFile, StoredProposal

ProposalStatus = Literal["open", "approved", "applied", "reverted", "rejected", "stale"]


class ApproveIn(In):
    """Approve what was shown: its digest, and which hunks (all, when left out)."""

    digest: str = Field(
        pattern="^[0-9a-f]{64}$",
        description="`digest` of the proposal that was looked at.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    hunks: list[UUID] | None = Field(
        default=None, max_length=50_000, examples=[["01890f3e-0000-7000-8000-000000000001"]]
    )


class RejectIn(In):
    """Refuse a proposal."""

    reason: str | None = Field(default=None, max_length=2000, examples=["The names say it already."])


class ApplyIn(In):
    """Apply what was approved; with `push_branch`, push it too (true: as `hivesync/<short id>`)."""

    push_branch: Annotated[str, Field(min_length=1, max_length=255)] | Literal[True] | None = Field(
        default=None, examples=["docs/sums"]
    )

    def branch_for(self, proposal_id: UUID) -> str | None:
        """Name the branch to push, if any."""
        return f"hivesync/{proposal_id.hex[-12:]}" if self.push_branch is True else self.push_branch


class HunkOut(Out):
    """Lines to replace. Texts that are not UTF-8 are shown with replacement characters; the bytes stay as they are."""

    id: UUID
    tier: str
    label: str
    old_start: int
    old_lines: int
    new_lines: int
    old_text: str
    new_text: str
    is_utf8: bool
    is_deceptive: bool = Field(description="The new text holds characters that are not seen or turn its direction.")
    selectable: bool
    chosen: bool
    receipts: list[Any]
    details: dict[str, Any]

    @classmethod
    def of(cls, hunk: Hunk) -> "HunkOut":
        return cls(
            id=hunk.id,
            tier=hunk.tier,
            label=hunk.label,
            old_start=hunk.old_start,
            old_lines=count_lines(hunk.old_bytes),
            new_lines=count_lines(hunk.new_bytes),
            old_text=as_text(hunk.old_bytes),
            new_text=as_text(hunk.new_bytes),
            is_utf8=_is_utf8(hunk.old_bytes) and _is_utf8(hunk.new_bytes),
            is_deceptive=is_deceptive(hunk.new_bytes),
            selectable=hunk.selectable,
            chosen=hunk.chosen,
            receipts=hunk.receipts,
            details=hunk.details,
        )


class FileChangeOut(Out):
    """What happens to one file. `confirm`: it can run commands, so its hunks must be approved by name."""

    path: str
    change: Literal["create", "modify", "delete"]
    mode: str
    base_blob: str | None
    confirm: bool
    hunks: list[HunkOut]

    @classmethod
    def of(cls, file: StoredFile) -> "FileChangeOut":
        change = file.change
        return cls(
            path=change.path,
            change="create" if change.base_blob is None else "delete" if change.new_sha256 is None else "modify",
            mode=change.mode,
            base_blob=change.base_blob,
            confirm=needs_confirmation(change.path),
            hunks=[HunkOut.of(hunk) for hunk in file.hunks],
        )


class DecisionOut(Out):
    """What somebody decided, and the digest it was bound to."""

    actor_id: UUID
    verdict: str
    digest: str
    hunk_ids: list[UUID]
    reason: str | None
    created_at: Moment


class AppliedOut(Out):
    """The commit that applied a proposal, and the ref that leads to it."""

    commit: str
    parent: str
    ref: str
    pushed_branch: str | None
    applied_by: UUID | None
    applied_at: Moment


class ProposalSummaryOut(Out):
    """One line of a list of proposals."""

    id: UUID
    project_id: UUID
    kind: str
    title: str
    summary: str
    status: ProposalStatus
    base_ref: str
    base_commit: str
    digest: str
    created_by: UUID | None
    ai_job_id: UUID | None
    reverts_proposal_id: UUID | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalSummaryOut":
        return cls(**_summary(proposal))


class ProposalOut(ProposalSummaryOut):
    """A proposal with all its hunks. `stale` says what moved, when it no longer fits the repository."""

    manifest_id: UUID | None
    manifest_hash: str
    notes: list[Any]
    approved_by: UUID | None
    approved_at: Moment | None
    apply_job_id: UUID | None
    stale: dict[str, Any] | None
    applied: AppliedOut | None
    decisions: list[DecisionOut]
    files: list[FileChangeOut]

    @classmethod
    def whole(cls, stored: StoredProposal) -> "ProposalOut":
        proposal = stored.proposal
        return cls(
            **_summary(proposal),
            manifest_id=proposal.manifest_id,
            manifest_hash=proposal.manifest_hash,
            notes=proposal.notes,
            approved_by=proposal.approved_by,
            approved_at=proposal.approved_at,
            apply_job_id=proposal.apply_job_id,
            stale=proposal.stale_details,
            applied=AppliedOut.model_validate(stored.applied) if stored.applied else None,
            decisions=[_decision(decision) for decision in stored.decisions],
            files=[FileChangeOut.of(file) for file in stored.files],
        )


def _summary(proposal: Proposal) -> dict[str, Any]:
    renamed = {"reverts_proposal_id": proposal.reverts_id}
    names = ProposalSummaryOut.model_fields.keys() - renamed.keys()
    return {name: getattr(proposal, name) for name in names} | renamed


def _decision(decision: Decision) -> DecisionOut:
    return DecisionOut.model_validate(decision)


def _is_utf8(data: bytes) -> bool:
    return as_text(data).encode() == data
