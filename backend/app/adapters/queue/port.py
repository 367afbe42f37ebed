"""The queue as the rest of the product sees it: push ids of jobs, take them, survive losing them."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from app.core.errors import Unavailable
from app.core.jobs import Queue

# What a message may hold is bounded, because whoever can write to Redis can write messages.
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,99}")
_CORRELATION_ID = re.compile(r"[A-Za-z0-9_.:-]{0,128}")


class QueueUnavailable(Unavailable):
    """The job queue does not answer. The job is recorded and starts as soon as the queue is back."""


@dataclass(frozen=True, slots=True)
class Message:
    """One job to look at: its id, and what log lines need before its row is read."""

    job_id: UUID
    kind: str
    queue: Queue
    correlation_id: str

    def __post_init__(self) -> None:
        """Refuse, with ValueError, what could not travel."""
        if not _KIND.fullmatch(self.kind):
            raise ValueError(f"not a job kind: {self.kind[:100]!r}")
        if not _CORRELATION_ID.fullmatch(self.correlation_id):
            raise ValueError(f"not a correlation id: {self.correlation_id[:128]!r}")


class PutBack(Exception):
    """Raised by a handler that did not begin: its message goes back to the head of its queue."""


Handle = Callable[[Message], Awaitable[None]]


class QueuePort(Protocol):
    """The pushing side. Every method but `ping` raises QueueUnavailable within about a second."""

    async def push(self, messages: Sequence[Message], *, head: bool = False) -> None:
        """Append messages to their queues; `head` puts them before all that wait, in the order given."""
        ...

    async def depth(self, queue: Queue) -> int:
        """Count the messages that wait and that nobody has taken."""
        ...

    async def ping(self) -> bool:
        """Say whether the queue answers. Never raises."""
        ...

    async def marker(self) -> str | None:
        """Read the epoch key: None, or another value than before, means that everything pushed was lost."""
        ...

    async def set_marker(self) -> None:
        """Write the epoch key unless there is one; every epoch's value differs."""
        ...

    async def close(self) -> None:
        """Let go of connections. Nothing may be called afterwards."""
        ...


class QueueConsumer(Protocol):
    """The taking side. A message is gone once its handler has returned or raised, unless it raised PutBack."""

    def start(self, queues: Sequence[Queue], slots: int, handle: Handle) -> None:
        """Begin to take messages, at most `slots` at once; `handle` runs in the event loop that calls this."""
        ...

    def resize(self, slots: int) -> None:
        """Change how many messages are held at once; those that are held stay."""
        ...

    def stop_taking(self) -> None:
        """Take nothing more; what was taken and has not begun goes back to its queue."""
        ...

    async def stop(self, grace: timedelta) -> None:
        """Stop taking, wait for running handlers, cancel those that outlast the grace period, let go."""
        ...

    def active(self) -> int:
        """Count the handlers that run now."""
        ...
