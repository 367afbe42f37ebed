"""The effect ledger: what was changed, by whom, on whose approval, and how to take it back. Rows are only added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class EffectRecord(Base):
    """One mutation. Each chain (one for each project, one for the rest) is linked by hashes.

    It refers to rows by id without foreign keys: it outlives what it tells of, and is never changed.
    """

    __tablename__ = "effects"
    __table_args__ = (
        Index("uq_effects_chain", "chain", "position", unique=True),
        Index("ix_effects_project", "project_id", "seq"),
        Index("ix_effects_actor", "actor_id", "seq"),
        Index("ix_effects_subject", "subject", "subject_id", "seq"),
        Index("ix_effects_action", "action", "seq"),
        Index("ix_effects_job", "job_id"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    chain: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(120))
    project_id: Mapped[UUID | None]
    job_id: Mapped[UUID | None]
    approval: Mapped[str | None] = mapped_column(String(64))
    correlation_id: Mapped[str] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    inverse: Mapped[dict[str, Any] | None]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class EffectHead(Base):
    """The end of one chain: whoever adds to it locks this row, and a cut-off end is found by it."""

    __tablename__ = "effect_heads"

    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
