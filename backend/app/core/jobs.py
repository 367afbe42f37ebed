"""The contract of background work: queues, payloads, retry rules, outcomes.

A payload is a frozen, small, versioned model of ids. Its row in the ledger is the truth; the queue
carries the row's id only.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Queue(StrEnum):
    """The physical queues (CONTRACT.md, section 6)."""

    AI = "ai_jobs"
    GPU_AI = "gpu_ai_jobs"
    REFACTOR = "refactor"
    REPO_SYNC = "repo_sync"
    PREVIEW_BUILD = "preview_build"
    CLEANUP = "cleanup"
    MIRROR = "mirror"
    SYSTEM_EVENTS = "system_events"

    @classmethod
    def named(cls, name: str) -> "Queue":
        """Resolve a queue's name or one of its aliases; ValueError for anything else."""
        return cls(QUEUE_ALIASES.get(name, name))


QUEUE_ALIASES = {"ai_docs": "ai_jobs", "preview_cleanup": "cleanup"}


class JobStatus(StrEnum):
    """The one state machine of every job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Say whether a job in this state never changes again by itself."""
        return self in (JobStatus.SUCCESS, JobStatus.FAILED, JobStatus.CANCELLED)


# Every way from one state to another; anything else the database refuses too (migration 0002). Staying is no move.
MOVES: Mapping[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED}),
    JobStatus.RUNNING: frozenset({JobStatus.QUEUED, JobStatus.SUCCESS, JobStatus.FAILED, JobStatus.CANCELLED}),
    JobStatus.SUCCESS: frozenset(),
    # Only an administrator brings a job back.
    JobStatus.FAILED: frozenset({JobStatus.QUEUED}),
    JobStatus.CANCELLED: frozenset({JobStatus.QUEUED}),
}


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a job is tried, and how long to wait between attempts."""

    attempts: int = 5
    first_delay: timedelta = timedelta(seconds=2)
    ceiling: timedelta = timedelta(minutes=5)

    def delay(self, attempt: int, *, jitter: float) -> timedelta:
        """Compute the wait after a failed attempt (1-based): full jitter, `jitter` in [0, 1).

        Source: exponential backoff with full jitter, as in the AWS Architecture Blog (2015).
        """
        longest = min(self.ceiling, self.first_delay * (1 << min(attempt - 1, 30)))
        return max(timedelta(milliseconds=100), longest * jitter)


HIGHEST_PRIORITY = 10
# The phase of a job that runs, but whose call to the outside has to wait for others' to end.
WAITS_FOR_A_CALL = "waiting for a free call"


class JobPayload(BaseModel):
    """A typed request for work. Subclasses set the class variables; `kind` is a wire name for ever."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: ClassVar[str]
    queue: ClassVar[Queue]
    version: ClassVar[int] = 1
    retry: ClassVar[RetryPolicy] = RetryPolicy()
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)
    # From -10 to 10; a job of a higher one starts before all of a lower one that wait in its queue.
    priority: ClassVar[int] = 0

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a priority out of bounds where it is written, not where it is used."""
        super().__init_subclass__(**kwargs)
        if not -HIGHEST_PRIORITY <= cls.priority <= HIGHEST_PRIORITY:
            raise ValueError(f"{cls.__name__}: a priority lies from -{HIGHEST_PRIORITY} to {HIGHEST_PRIORITY}")

    def needs_gpu(self) -> bool:
        """Say whether only a worker with a GPU may run this."""
        return False

    def unique_key(self) -> str | None:
        """Name the work, so that a second request joins the one that waits or runs; None: no joining."""
        return None


@dataclass(frozen=True, slots=True)
class Snooze:
    """A handler's answer: not yet; come back after this long. Costs no attempt."""

    delay: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """A handler's answer: finished. The default when a handler returns None."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A handler's answer: what was asked for is no longer wanted."""

    reason: str


Outcome = Done | Snooze | Cancelled | None


class JobContext(Protocol):
    """What a running handler is given beside its payload."""

    job_id: UUID
    attempt: int
    correlation_id: str
    container: Any

    def scope(self, *, read_only: bool = False) -> AbstractAsyncContextManager[Any]:
        """Open one unit of work; a writing one is fenced: its commit fails if the job was taken away meanwhile."""
        ...

    async def progress(self, fraction: float, phase: str) -> None:
        """Record how far the job is, in a short transaction of its own. Never goes back."""
        ...


Handler = Callable[[Any, Any], Awaitable[Outcome]]
