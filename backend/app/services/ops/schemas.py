"""Wire shapes of operations."""

from uuid import UUID

from app.schemas.base import Moment, Out


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
    """One queue: rows that wait and run, messages in Redis, who serves it."""

    name: str
    waiting: int
    running: int
    failed: int
    oldest_seconds: float
    messages: int | None
    workers: int


class RetriedOut(Out):
    """A job that was put back in its queue."""

    job_id: UUID
    status: str
