"""The hub tells live clients what was committed. It may miss things and says so: the event rows are the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, Self
from uuid import UUID

from app.core.errors import Unavailable


class HubUnavailable(Unavailable):
    """Live clients could not be told. They catch up from the recorded events."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A committed event: which row to read, and whom it concerns."""

    event_id: int | UUID
    name: str
    project_id: UUID | None
    user_id: UUID | None


class Missed(Enum):
    """Something may have been missed: read the event rows again, from the last one seen."""

    MISSED = "missed"


MISSED = Missed.MISSED


class Subscription(Protocol):
    """What one live client reads. It hears everything announced after it was made, or MISSED instead."""

    def __aiter__(self) -> Self:
        """Read it with `async for`."""
        ...

    async def __anext__(self) -> Announcement | Missed:
        """Wait for the next one; StopAsyncIteration once the subscription or the hub is closed."""
        ...

    def close(self) -> None:
        """Stop listening; a reader that waits is let go."""
        ...


class HubPort(Protocol):
    """The port."""

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Tell every process's subscribers; HubUnavailable within about a second when that fails."""
        ...

    def subscribe(self) -> Subscription:
        """Listen from now on. A reader that falls too far behind loses what waits and reads MISSED."""
        ...

    async def close(self) -> None:
        """End every subscription and let go of connections."""
        ...
