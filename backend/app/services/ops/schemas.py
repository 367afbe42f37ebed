"""Wire shapes of operations."""

from uuid import UUID

from pydantic import Field

from app.schemas.base import In, Moment, Out


class HealthOut(Out):
    """Whether this process answers."""

    status: str
    version: str


class FindingOut(Out):
    """One check."""

    name: str
    health: str
    message: str
    milliseconds: float


class DeepHealthOut(Out):
    """Every check, and the worst of them."""

    status: str
    checks: list[FindingOut]


class WorkerOut(Out):
    """One worker as it describes itself; `status` is judged from its last heartbeat."""

    worker_id: str
    type: str
    role: str
    queues: list[str]
    slots: int
    active: int
    load: float
    last_heartbeat: Moment
    status: str


class QueueOut(Out):
    """One queue: rows that wait and run, messages in Redis, who serves it, and whether it is paused.

    Arrivals and finishes are those of the last five minutes, `failure_rate` (0 to 1) is that of the last hour.
    """

    name: str
    waiting: int
    running: int
    failed: int
    oldest_seconds: float
    messages: int | None
    workers: int
    exhausted: int
    arrivals_per_minute: float
    finished_per_minute: float
    failure_rate: float
    is_paused: bool
    paused_reason: str | None
    paused_at: Moment | None
    paused_by: UUID | None


class PauseIn(In):
    """Why a queue is paused, for whoever wonders later."""

    reason: str | None = Field(default=None, max_length=300, examples=["the provider is being repaired"])


class PausedOut(Out):
    """Whether a queue is paused now."""

    name: str
    is_paused: bool


class RetriedOut(Out):
    """A job that was put back in its queue."""

    job_id: UUID
    status: str
