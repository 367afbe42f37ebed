"""The envelope of a live event."""

from typing import Any
from uuid import UUID

from app.schemas.base import Moment, Out


class LiveEvent(Out):
    """Something that happened. `id` is its place in the order of all events; `body` depends on `name`."""

    id: int
    name: str
    project_id: UUID | None
    user_id: UUID | None
    at: Moment
    body: dict[str, Any]
