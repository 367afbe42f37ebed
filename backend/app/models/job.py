"""The ledger of background jobs: the truth that Redis only hints at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

_ACTIVE = "status in ('queued', 'running')"


class Job(Base):
    """One request for work. It exists when it is committed; `pushed_at` is its outbox."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status in ('queued', 'running', 'success', 'failed', 'cancelled')", name="status"),
        CheckConstraint("progress >= 0 and progress <= 1", name="progress"),
        Index(
            "uq_jobs_unique_key",
            "unique_key",
            unique=True,
            postgresql_where=text(f"unique_key is not null and {_ACTIVE}"),
            sqlite_where=text(f"unique_key is not null and {_ACTIVE}"),
        ),
        Index(
            "ix_jobs_due",
            "queue",
            "run_at",
            postgresql_where=text("status = 'queued'"),
            sqlite_where=text("status = 'queued'"),
        ),
        # The order in which they are claimed.
        Index(
            "ix_jobs_turn",
            "queue",
            "turn",
            "id",
            postgresql_where=text("status = 'queued'"),
            sqlite_where=text("status = 'queued'"),
        ),
        # The latest turn of a project or a user in a queue, which the next one of theirs comes after.
        *(
            Index(
                f"ix_jobs_turn_{owner}",
                f"{owner}_id",
                "queue",
                "turn",
                postgresql_where=text("status = 'queued'"),
                sqlite_where=text("status = 'queued'"),
            )
            for owner in ("project", "user")
        ),
        Index(
            "ix_jobs_leases",
            "lease_until",
            postgresql_where=text("status = 'running'"),
            sqlite_where=text("status = 'running'"),
        ),
        Index("ix_jobs_project", "project_id", "id"),
        Index("ix_jobs_user", "user_id", "id"),
        # Administrators page through the history, newest first, by any of these.
        Index("ix_jobs_queue", "queue", "status", "id"),
        Index("ix_jobs_status", "status", "id"),
        Index("ix_jobs_kind", "kind", "status", "id"),
        Index("ix_jobs_finished_at", "finished_at"),
        Index("ix_jobs_correlation", "correlation_id"),
        Index("ix_jobs_worker", "worker_id", "id"),
        # Few rows have these, so few pay for them.
        *(
            Index(f"ix_jobs_{name}", *columns, postgresql_where=text(which), sqlite_where=text(which))
            for name, columns, which in (
                ("attempts", ("id",), "attempt > 1"),
                ("error_code", ("error_code", "id"), "error_code is not null"),
                ("exhausted", ("id",), "exhausted"),
            )
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    queue: Mapped[str] = mapped_column(String(30))
    payload: Mapped[dict[str, Any]]
    payload_version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(12), default="queued")
    phase: Mapped[str | None] = mapped_column(String(120))
    progress: Mapped[float] = mapped_column(default=0.0)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    epoch: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    turn: Mapped[int] = mapped_column(BigInteger, server_default="0")
    gpu_required: Mapped[bool] = mapped_column(server_default=false())
    worker_id: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None]
    run_at: Mapped[datetime]
    pushed_at: Mapped[datetime | None]
    rescued: Mapped[bool] = mapped_column(default=False)
    # In how large a company it may run, because workers died with it; below 0 some of that many fell beside it.
    suspect: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    waiting_for: Mapped[str | None] = mapped_column(String(300))
    unique_key: Mapped[str | None] = mapped_column(String(200))
    correlation_id: Mapped[str] = mapped_column(String(64))
    trace_parent: Mapped[str | None] = mapped_column(String(64))
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id", ondelete="SET NULL"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    cancel_requested_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)
    error_details: Mapped[dict[str, Any] | None]
    exhausted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """What a client's `Idempotency-Key` stood for, so that a repeated POST gives the same job."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]


class Lease(Base):
    """Something only one process may do at a time, until a moment; `token` grows with every holder."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    token: Mapped[int]
    until: Mapped[datetime]


class JobRollup(Base):
    """What ended in one minute, by queue, kind and state: the history that operators see, in few rows."""

    __tablename__ = "job_rollups"

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(String(30), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    status: Mapped[str] = mapped_column(String(12), primary_key=True)
    jobs: Mapped[int]
    exhausted: Mapped[int] = mapped_column(default=0)
    wait_seconds: Mapped[float]
    run_seconds: Mapped[float]
    longest_seconds: Mapped[float]


class QueueState(Base):
    """Whether a queue is paused: its jobs wait, whoever serves it. A queue without a row is not."""

    __tablename__ = "queue_states"

    queue: Mapped[str] = mapped_column(String(30), primary_key=True)
    is_paused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(300))
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]


class StoredSchedule(Base):
    """Something that is to happen at certain times, once for the whole installation."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    cron: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(300))
    is_enabled: Mapped[bool] = mapped_column(default=True)
    next_run_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]
    last_job_id: Mapped[UUID | None]
    updated_at: Mapped[datetime]
