"""What happens to notifications."""

from typing import ClassVar
from uuid import UUID

from app.core.events import Event


class NotificationAdded(Event):
    """A person has a new notification; `about` is the kind."""

    name: ClassVar[str] = "notification.added"

    notification_id: UUID
    about: str
