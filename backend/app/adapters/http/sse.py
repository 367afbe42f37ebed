"""Turns an async iterator into a stream of server-sent events."""

import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.responses import StreamingResponse

from app.core.errors import RateLimited

MEDIA_TYPE = "text/event-stream"
# More than one person's windows, editors and devices together need.
_MOST_STREAMS = 20
# A client that left is noticed with the next beat at the latest.
_BEAT_SECONDS = 15
# The only three that end a line of a stream; str.splitlines knows seven more, which JSON may hold as they are.
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event: `id` is where to resume, `retry_ms` how long to wait before coming back."""

    name: str
    data: str
    id: str | None = None
    retry_ms: int | None = None

    def encode(self) -> bytes:
        """Write it as the wire wants it. Data of several lines becomes several `data:` fields."""
        lines = [] if self.retry_ms is None else [f"retry: {self.retry_ms}"]
        if self.id is not None:
            lines.append(f"id: {self.id}")
        lines.append(f"event: {self.name}")
        lines.extend(f"data: {line}" for line in _LINE_END.split(self.data))
        return ("\n".join(lines) + "\n\n").encode()


@dataclass(frozen=True, slots=True)
class Beat:
    """Tells proxies that the stream lives and the client, who sees no event, from where to resume."""

    id: str

    def encode(self) -> bytes:
        """Write a comment and an id without data, which clients remember and do not show."""
        return f": beat\nid: {self.id}\n\n".encode()


class StreamSlots:
    """Counts the open streams of each user in this process: a forgotten loop must not open thousands."""

    def __init__(self, most: int = _MOST_STREAMS) -> None:
        """Allow so many at once."""
        self._most = most
        self._open: Counter[UUID] = Counter()

    def check(self, user_id: UUID) -> None:
        """Raise RateLimited when a user has as many streams as he may."""
        if self._open[user_id] >= self._most:
            raise RateLimited(
                f"You have {self._most} streams open. Close one, or read events in one for all.",
                retry_after_seconds=_BEAT_SECONDS,
            )

    @contextmanager
    def taken(self, user_id: UUID) -> Iterator[None]:
        """Count one more for as long as it lasts."""
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]


def get_stream_slots(connection: HTTPConnection) -> StreamSlots:
    """Find the process's count, beginning one with the first stream."""
    state = connection.app.state
    if not hasattr(state, "stream_slots"):
        state.stream_slots = StreamSlots()
    slots: StreamSlots = state.stream_slots
    return slots


StreamSlotsDep = Annotated[StreamSlots, Depends(get_stream_slots)]


def event_stream(events: AsyncGenerator[SentEvent | Beat]) -> StreamingResponse:
    """Answer with events until the generator ends or the client leaves."""

    async def encoded() -> AsyncIterator[bytes]:
        async with aclosing(events):
            async for event in events:
                yield event.encode()

    # nginx would otherwise hold events back until its buffer is full.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(encoded(), media_type=MEDIA_TYPE, headers=headers)
