"""What the autoscaler saw and decided, tick by tick, whether or not it may act."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class AutoscalerSample(Base):
    """One queue at one tick: the signals, the decision, and what became of it."""

    __tablename__ = "autoscaler_samples"
    __table_args__ = (
        CheckConstraint("action in ('out', 'in', 'hold', 'replace')", name="action"),
        Index("ix_autoscaler_samples_queue", "queue", "at"),
        Index("ix_autoscaler_samples_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    queue: Mapped[str] = mapped_column(String(30))
    role: Mapped[str] = mapped_column(String(40))
    depth: Mapped[int]
    running: Mapped[int]
    arrivals: Mapped[int]
    oldest_seconds: Mapped[float]
    wait_seconds: Mapped[float | None]
    run_seconds: Mapped[float | None]
    cpu: Mapped[float | None]
    alive: Mapped[int]
    unresponsive: Mapped[int]
    slots: Mapped[int]
    workers: Mapped[int]
    desired: Mapped[int]
    action: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    is_enabled: Mapped[bool]
    driver: Mapped[str] = mapped_column(String(20))
    is_applied: Mapped[bool]
    error: Mapped[str | None] = mapped_column(Text)
