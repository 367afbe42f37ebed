"""Turns an async iterator into a stream of server-sent events."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from starlette.responses import StreamingResponse

MEDIA_TYPE = "text/event-stream"


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
        lines.extend(f"data: {line}" for line in self.data.splitlines() or [""])
        return ("\n".join(lines) + "\n\n").encode()


@dataclass(frozen=True, slots=True)
class Beat:
    """Tells proxies that the stream lives and the client, who sees no event, from where to resume."""

    id: str

    def encode(self) -> bytes:
        """Write a comment and an id without data, which clients remember and do not show."""
        return f": beat\nid: {self.id}\n\n".encode()


def event_stream(events: AsyncGenerator[SentEvent | Beat]) -> StreamingResponse:
    """Answer with events until the generator ends or the client leaves."""

    async def encoded() -> AsyncIterator[bytes]:
        async with aclosing(events):
            async for event in events:
                yield event.encode()

    # nginx would otherwise hold events back until its buffer is full.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(encoded(), media_type=MEDIA_TYPE, headers=headers)
