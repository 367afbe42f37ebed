"""Wire shapes of operations."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.core.jobs import JobStatus
from app.schemas.base import In, Moment, MomentIn, Out
from app.schemas.jobs import JobState, QueueIn
from app.schemas.paging import PageQueryIn


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


class ActiveJobOut(Out):
    """A job that a worker runs."""

    job_id: UUID
    kind: str


class WorkerOut(Out):
    """One worker as it describes itself; `status` (alive, unresponsive, stopped) is judged from its last heartbeat.

    `load` is the share of its slots that are busy, `cpu` that of one processor; `failure_rate` (0 to 1) is of the jobs
    that it ended within the last hour, null when there were none.
    """

    worker_id: str
    type: str
    role: str
    roles: list[str]
    queues: list[str]
    slots: int
    active: int
    jobs: list[ActiveJobOut]
    load: float
    memory_bytes: int | None
    cpu: float | None
    host: str
    pid: int | None
    started_at: Moment | None
    version: str
    draining: bool
    last_heartbeat: Moment
    status: str
    finished_last_hour: int
    failure_rate: float | None


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


class AdminJobOut(JobState):
    """A job as administrators see it: who asked for it, who runs or ran it, and what it is traced by."""

    user_id: UUID | None
    worker_id: str | None
    lease_until: Moment | None
    correlation_id: str
    exhausted: bool
    rescued: bool
    priority: int
    gpu_required: bool
    cancel_requested_at: Moment | None


class AdminJobDetailOut(AdminJobOut):
    """Such a job with what it was asked to do; text that looks like a secret is left out."""

    payload: dict[str, Any]
    trace_parent: str | None


Rate = Annotated[float, Field(ge=0, le=1)]


class JobFilterIn(In):
    """Which jobs are meant: all that every given field is true of. `stuck`: tried again, or with a silent worker."""

    queue: QueueIn | None = None
    kind: str | None = Field(default=None, max_length=60)
    status: JobStatus | None = None
    worker_type: str | None = Field(default=None, pattern="^(cpu|gpu|cleanup)$")
    worker_id: str | None = Field(default=None, max_length=120)
    project_id: UUID | None = None
    user_id: UUID | None = None
    exhausted: bool | None = None
    min_attempts: int | None = Field(default=None, ge=0, le=1000)
    error_code: str | None = Field(default=None, max_length=60)
    correlation_id: str | None = Field(default=None, max_length=64)
    created_from: MomentIn | None = None
    created_to: MomentIn | None = None
    finished_from: MomentIn | None = None
    finished_to: MomentIn | None = None
    stuck: bool | None = None
    min_failure_rate: Rate | None = Field(
        default=None, description="Only kinds of which at least this share failed in the last hour, from 0 to 1."
    )


class JobQueryIn(JobFilterIn, PageQueryIn):
    """The same as query parameters, and the page."""


class BulkIn(In):
    """Which jobs: `ids`, or all that a `filter` finds, up to 500 at once."""

    ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=500, examples=[["01890a5d-ac96-774b-bcce-b302099a8057"]]
    )
    filter: JobFilterIn | None = None


class BulkOut(Out):
    """How many were done, and of how many not, because the same work is active, they cannot be, or are unknown."""

    done: int
    same_work_active: int
    refused: int
    unknown: int
    more: bool


class CauseOut(Out):
    """One cause, and how many of the jobs looked at have it."""

    cause: str
    jobs: int
    meaning: str
    next_step: str


class CausesOut(Out):
    """Causes, the most frequent first, of so many jobs."""

    jobs: int
    causes: list[CauseOut]


class SettingOut(Out):
    """One setting in force. Of a secret only whether it is set, and the start of a hash, to compare processes by."""

    name: str
    section: str
    value: str
    is_secret: bool
    fingerprint: str | None
    is_default: bool
    description: str


class ThroughputBucketOut(Out):
    """What ended in one span of time. Cancelled jobs count in `jobs`, not in `failure_rate` (0 to 1)."""

    at: Moment
    jobs: int
    success: int
    failed: int
    cancelled: int
    exhausted: int
    failure_rate: float
    average_wait_seconds: float
    average_run_seconds: float
    longest_run_seconds: float


class ThroughputQueryIn(In):
    """Which time, in buckets of how many seconds, of which queue and kind."""

    since: MomentIn | None = Field(default=None, alias="from", description="From this moment; an hour ago.")
    until: MomentIn | None = Field(default=None, alias="to", description="Up to this moment; now.")
    bucket: int | None = Field(default=None, ge=60, le=86_400, description="Seconds of a bucket.")
    queue: QueueIn | None = None
    kind: str | None = Field(default=None, max_length=60)


class ThroughputOut(Out):
    """A series of buckets, oldest first, and all of them together."""

    since: Moment
    until: Moment
    bucket_seconds: int
    totals: ThroughputBucketOut
    series: list[ThroughputBucketOut]
