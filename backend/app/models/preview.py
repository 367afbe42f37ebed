"""Preview sessions and the bundles that were built or uploaded for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
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
    # How it is to be built, and for which container: see platforms.BuildOptions.
    options: Mapped[dict[str, Any] | None]


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
        Index("ix_preview_bundles_input", "project_id", "input_key"),
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
    platform: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(10))
    # Everything a build's bytes depend on, hashed; equal keys mean equal contents.
    input_key: Mapped[str | None] = mapped_column(String(64))
    # Of all files but the metadata and the log, which name the job and the time.
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    commit: Mapped[str | None] = mapped_column(String(64))
    # What it was made of: metadata.json, but for what has a column.
    facts: Mapped[dict[str, Any] | None]
    # What happened when it was started without a phone, without the view tree; None where nobody tried.
    boot: Mapped[dict[str, Any] | None]
    # Beside the bundle, and never sent to a device: source map, module list, boot report and picture.
    evidence_key: Mapped[str | None] = mapped_column(String(300))


class PreviewSettings(Base):
    """How the previews of one project are built here. No row: no values, and no scripts of packages are run."""

    __tablename__ = "preview_settings"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    # Names and values that builds see. They end up in bundles, so they are no secrets.
    environment: Mapped[dict[str, Any]]
    allow_scripts: Mapped[bool]
    updated_at: Mapped[datetime]


class PreviewOpen(Base):
    """Somebody opened a preview: what the next one is compared with."""

    __tablename__ = "preview_opens"
    __table_args__ = (
        UniqueConstraint("user_id", "job_id"),
        Index("ix_preview_opens_last", "user_id", "project_id", "platform", "opened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    platform: Mapped[str] = mapped_column(String(20))
    job_id: Mapped[UUID]
    opened_at: Mapped[datetime]
