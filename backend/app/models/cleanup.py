"""Deletion with a warrant: a dry run writes down what may go and why; a real run executes that and nothing else."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Warrant(Base):
    """One plan of one cleanup task."""

    __tablename__ = "warrants"
    __table_args__ = (
        CheckConstraint("status in ('planned', 'executing', 'executed', 'expired')", name="status"),
        Index("ix_warrants_task", "task", "planned_at"),
        Index("ix_warrants_execute_job", "execute_job_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(300))
    planned_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    plan_job_id: Mapped[UUID | None]
    execute_job_id: Mapped[UUID | None]
    items: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[int] = mapped_column(default=0)
    spared: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    freed_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    planned_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    executed_at: Mapped[datetime | None]


class WarrantItem(Base):
    """One thing that may go, and the proof that must still hold just before it does."""

    __tablename__ = "warrant_items"
    __table_args__ = (
        CheckConstraint("outcome in ('pending', 'deleted', 'spared', 'failed')", name="outcome"),
        Index("ix_warrant_items_outcome", "warrant_id", "outcome", "position"),
    )

    warrant_id: Mapped[UUID] = mapped_column(ForeignKey("warrants.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(Text)
    proof: Mapped[dict[str, Any]]
    bytes: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(String(8), default="pending")
    reason: Mapped[str | None] = mapped_column(String(300))
    done_at: Mapped[datetime | None]


class ObjectTombstone(Base):
    """A stored object that is being deleted, or was: nobody may begin to refer to it meanwhile."""

    __tablename__ = "object_tombstones"

    bucket: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(512), primary_key=True)
    condemned_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
