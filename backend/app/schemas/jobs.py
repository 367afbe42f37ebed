"""What every asynchronous endpoint answers, and the state every client polls."""

from typing import Any
from uuid import UUID

from app.schemas.base import Moment, Out


class JobAccepted(Out):
    """Work was written down and will be done: poll `status_url`."""

    job_id: UUID
    status: str
    status_url: str


class JobError(Out):
    """Why a job failed."""

    code: str
    message: str
    details: dict[str, Any]


class JobState(Out):
    """How a job stands. `why` says in one sentence why it waits or failed, and what to do next; `cause` names it."""

    job_id: UUID
    kind: str
    queue: str
    project_id: UUID | None
    status: str
    phase: str | None
    progress: float
    attempt: int
    max_attempts: int
    created_at: Moment
    run_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    error: JobError | None
    why: str
    cause: str
