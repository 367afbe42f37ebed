"""Preview sessions and the bundles that were built or uploaded for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PreviewSession(Base):
    """Somebody may look at one project on one platform, until a moment. The token itself is never stored."""

    __tablename__ = "preview_sessions"
    __table_args__ = (
        CheckConstraint("status in ('live', 'expired', 'revoked')", name="status"),
        Index("ix_preview_sessions_expiry", "status", "expires_at"),
        Index("ix_preview_sessions_project", "project_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    platform: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(8), default="live")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    git_ref: Mapped[str | None] = mapped_column(String(255))
    dev_url: Mapped[str | None] = mapped_column(String(500))
    # The job that makes or checks its bundle, once there is one.
    job_id: Mapped[UUID | None]


class PreviewBundle(Base):
    """One built bundle: `live → expired → soft_deleted → purged`; a soft-deleted one can be restored."""

    __tablename__ = "preview_bundles"
    __table_args__ = (
        CheckConstraint("status in ('live', 'expired', 'soft_deleted', 'purged')", name="status"),
        Index(
            "ix_preview_bundles_stage",
            "status",
            "expires_at",
            postgresql_where=text("status <> 'purged'"),
            sqlite_where=text("status <> 'purged'"),
        ),
        Index("uq_preview_bundles_object_key", "object_key", unique=True),
        Index("ix_preview_bundles_project", "project_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id", ondelete="SET NULL"))
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("preview_sessions.id", ondelete="SET NULL"))
    job_id: Mapped[UUID]
    object_key: Mapped[str] = mapped_column(String(300))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12), default="live")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    soft_deleted_at: Mapped[datetime | None]
    purge_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
