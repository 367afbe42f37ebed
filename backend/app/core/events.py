"""Things that happened. Published inside the transaction, announced after it."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A committed fact. Subclasses set `name`; `project_id` says whose it is."""

    model_config = ConfigDict(frozen=True)

    name: ClassVar[str]
    project_id: UUID | None = None
    user_id: UUID | None = None


class JobEnded(Event):
    """A background job reached its end, well or badly. Published with the very change of its row."""

    name = "job.ended"

    job_id: UUID
    kind: str
    status: str
    error_code: str | None = None
    error_message: str | None = None
