"""Turns an async iterator into a stream of server-sent events."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import StreamingResponse

MEDIA_TYPE = "text/event-stream"


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event: `id` is where to resume, `data` one line of JSON."""

    name: str
    data: str
    id: str | None = None

    def encode(self) -> bytes:
        """Write it as the wire wants it. Data of several lines becomes several `data:` fields."""
        lines = [] if self.id is None else [f"id: {self.id}"]
        lines.append(f"event: {self.name}")
        lines.extend(f"data: {line}" for line in self.data.splitlines() or [""])
        return ("\n".join(lines) + "\n\n").encode()


@dataclass(frozen=True, slots=True)
class Beat:
    """A comment that tells proxies and clients that the stream lives."""

    def encode(self) -> bytes:
        """Write it as the wire wants it."""
        return b": beat\n\n"


def event_stream(events: AsyncIterator[SentEvent | Beat]) -> StreamingResponse:
    """Answer with events until the iterator ends or the client leaves."""

    async def encoded() -> AsyncIterator[bytes]:
        async for event in events:
            yield event.encode()

    # nginx would otherwise hold events back until its buffer is full.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(encoded(), media_type=MEDIA_TYPE, headers=headers)
