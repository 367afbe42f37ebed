"""What goes in and out of `/notifications`."""

from typing import Any
from uuid import UUID

from app.schemas.base import Moment, Out
from app.schemas.paging import PageOut


class NotificationOut(Out):
    """One message. `link` holds the ids of what it is about (`job_id`, `proposal_id`, `project_id` …)."""

    id: UUID
    kind: str
    title: str
    body: str
    project_id: UUID | None
    link: dict[str, Any]
    created_at: Moment
    read_at: Moment | None


class NotificationsOut(PageOut[NotificationOut]):
    """Messages, newest first, and how many of all are unread."""

    unread: int


class ReadOut(Out):
    """How many messages are unread now."""

    unread: int
