"""What every asynchronous endpoint answers, and the state every client polls."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from app.core.jobs import QUEUE_ALIASES, Queue
from app.schemas.base import Moment, Out

KNOWN_QUEUES = ", ".join([*Queue, *QUEUE_ALIASES])


def _queue(name: str) -> str:
    try:
        return Queue.named(name).value
    except ValueError as error:
        raise ValueError(f"there is no such queue, use one of {KNOWN_QUEUES}") from error


# The queue that a list is narrowed to, by its name or an alias.
QueueIn = Annotated[str, Field(max_length=60), AfterValidator(_queue)]


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
