"""What was asked of AI and what came back, word for word."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class AiJob(Base):
    """One question: what was asked, the exact context's key, the raw reply, and the checked result."""

    __tablename__ = "ai_jobs"
    __table_args__ = (Index("ix_ai_jobs_project", "project_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), unique=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(40))
    request: Mapped[dict[str, Any]]
    ref: Mapped[str | None] = mapped_column(String(300))
    commit: Mapped[str | None] = mapped_column(String(64))
    manifest_id: Mapped[UUID | None] = mapped_column(ForeignKey("manifests.id"))
    manifest_hash: Mapped[str | None] = mapped_column(String(64))
    provider: Mapped[str | None] = mapped_column(String(60))
    model: Mapped[str | None] = mapped_column(String(200))
    provider_attempts: Mapped[list[Any]] = mapped_column(default=list)
    prompt_version: Mapped[str | None] = mapped_column(String(40))
    context_key: Mapped[str | None] = mapped_column(String(300))
    context_sha256: Mapped[str | None] = mapped_column(String(64))
    raw_reply: Mapped[str | None] = mapped_column(Text)
    result: Mapped[dict[str, Any] | None]
    result_sha256: Mapped[str | None] = mapped_column(String(64))
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class AiSuggestion(Base):
    """One typed suggestion for one place, with the receipts it rests on."""

    __tablename__ = "ai_suggestions"
    __table_args__ = (UniqueConstraint("ai_job_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ai_job_id: Mapped[UUID] = mapped_column(ForeignKey("ai_jobs.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(Text)
    symbol: Mapped[str | None] = mapped_column(String(300))
    start_line: Mapped[int | None]
    end_line: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    receipts: Mapped[list[Any]] = mapped_column(default=list)
