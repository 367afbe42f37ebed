"""Folder syncs: a person's folder on its way into the mirror of a project that has no repository elsewhere."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class FolderSync(Base):
    """One folder that is sent. Its list of files and their bytes lie in `$DATA_DIR/tmp` until they are committed.

    `digest` is the SHA-256 of that list. `author_…` and `requested_at` are those of the commit that was asked for.
    """

    __tablename__ = "folder_syncs"
    __table_args__ = (
        CheckConstraint("status in ('open', 'committing', 'done', 'replaced')", name="status"),
        Index("ix_folder_syncs_user", "user_id", "status"),
        Index("ix_folder_syncs_project", "project_id", "id"),
        Index("ix_folder_syncs_job", "job_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(String(12))
    base_commit: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    file_count: Mapped[int]
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    job_id: Mapped[UUID | None]
    requested_at: Mapped[datetime | None]
    author_name: Mapped[str | None] = mapped_column(String(200))
    author_email: Mapped[str | None] = mapped_column(String(320))
    commit: Mapped[str | None] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
