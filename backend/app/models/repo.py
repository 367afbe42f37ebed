"""The mirror of a project's repository and the history of its syncs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class RepoMirror(Base):
    """Where a mirror comes from and how it stands. Last attempt and last success are separate facts.

    Without `remote_url` it comes from people's folders.
    """

    __tablename__ = "repo_mirrors"
    __table_args__ = (Index("ix_repo_mirrors_next_sync", "next_sync_at"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    remote_url: Mapped[str | None] = mapped_column(String(2000))
    credential_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    generation: Mapped[int] = mapped_column(default=0)
    head_commit: Mapped[str | None] = mapped_column(String(64))
    head_branch: Mapped[str | None] = mapped_column(String(255))
    last_attempt_at: Mapped[datetime | None]
    last_attempt_status: Mapped[str | None] = mapped_column(String(20))
    last_error_code: Mapped[str | None] = mapped_column(String(60))
    last_error_message: Mapped[str | None] = mapped_column(Text)
    last_success_at: Mapped[datetime | None]
    next_sync_at: Mapped[datetime | None]


class SyncRun(Base):
    """One attempt to bring a mirror up to date."""

    __tablename__ = "sync_runs"
    __table_args__ = (Index("ix_sync_runs_project", "project_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), unique=True)
    trigger: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    head_before: Mapped[str | None] = mapped_column(String(64))
    head_after: Mapped[str | None] = mapped_column(String(64))
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    bytes_received: Mapped[int] = mapped_column(BigInteger, default=0)
    healed: Mapped[bool] = mapped_column(default=False)
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)
