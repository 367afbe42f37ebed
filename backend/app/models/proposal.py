"""What may change code: proposals, their hunks, decisions on them, and what was applied."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Proposal(Base):
    """A set of file changes bound by `digest` to a base commit, a manifest and every byte of every hunk."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("status in ('open', 'approved', 'applied', 'reverted', 'rejected', 'stale')", name="status"),
        Index("ix_proposals_project", "project_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(12), default="open")
    base_ref: Mapped[str] = mapped_column(String(300))
    base_commit: Mapped[str] = mapped_column(String(64))
    manifest_id: Mapped[UUID | None] = mapped_column(ForeignKey("manifests.id"))
    manifest_hash: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    ai_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("ai_jobs.id", ondelete="SET NULL"), unique=True)
    reverts_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"))
    notes: Mapped[list[Any]] = mapped_column(default=list)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    apply_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    stale_details: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class FileChange(Base):
    """One file of a proposal. `base_blob` is None for a new file, `new_sha256` None for a deleted one."""

    __tablename__ = "file_changes"
    __table_args__ = (UniqueConstraint("proposal_id", "path"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    position: Mapped[int]
    path: Mapped[str] = mapped_column(String(4096))
    mode: Mapped[str] = mapped_column(String(6))
    base_blob: Mapped[str | None] = mapped_column(String(64))
    base_sha256: Mapped[str | None] = mapped_column(String(64))
    new_sha256: Mapped[str | None] = mapped_column(String(64))


class Hunk(Base):
    """A run of lines to replace, as exact bytes. `old_start` is 1-based; an insertion goes before that line."""

    __tablename__ = "hunks"
    __table_args__ = (Index("ix_hunks_proposal", "proposal_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    file_change_id: Mapped[UUID] = mapped_column(ForeignKey("file_changes.id", ondelete="CASCADE"))
    position: Mapped[int]
    tier: Mapped[str] = mapped_column(String(20), default="proven")
    label: Mapped[str] = mapped_column(String(300), default="")
    old_start: Mapped[int]
    old_bytes: Mapped[bytes] = mapped_column(LargeBinary)
    new_bytes: Mapped[bytes] = mapped_column(LargeBinary)
    selectable: Mapped[bool] = mapped_column(default=True)
    chosen: Mapped[bool] = mapped_column(default=False)
    receipts: Mapped[list[Any]] = mapped_column(default=list)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Decision(Base):
    """What somebody decided, bound to the digest that was shown."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_proposal", "proposal_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    hunk_ids: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class AppliedChange(Base):
    """What was really applied, with its reverse kept. Bytes before and after are blobs of the mirror."""

    __tablename__ = "applied_changes"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    commit: Mapped[str] = mapped_column(String(64))
    parent: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str] = mapped_column(String(300))
    patch: Mapped[bytes] = mapped_column(LargeBinary)
    inverse_patch: Mapped[bytes] = mapped_column(LargeBinary)
    pushed_branch: Mapped[str | None] = mapped_column(String(255))
    applied_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    applied_at: Mapped[datetime]
