"""What happened, in order, so that a client that missed an announcement can read it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class EventRecord(Base):
    """One committed fact. Whoever may see the project, or is the user, may see it."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_project", "project_id", "seq"),
        Index("ix_events_user", "user_id", "seq"),
        # A number is never given twice, even when the newest rows were deleted: clients resume from it.
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    name: Mapped[str] = mapped_column(String(60))
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
