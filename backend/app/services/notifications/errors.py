"""What can go wrong with notifications."""

from app.core.errors import NotFound


class NotificationNotFound(NotFound):
    """There is no such notification of yours."""
