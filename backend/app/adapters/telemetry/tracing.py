"""Traces joined from request to job: what is opened around work, and the W3C `traceparent` that a job's row carries.

Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is recorded and nothing of OpenTelemetry is imported; a `traceparent` that
a client sent still goes along, so that log lines of the request and of its jobs carry his trace id.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Literal, Protocol

from app.adapters.telemetry import correlation
from app.config.telemetry import TelemetrySettings

Attributes = Mapping[str, str | int | float | bool]
Kind = Literal["server", "producer", "consumer", "internal"]

# Version 00 of https://www.w3.org/TR/trace-context/; ids of zeros only are invalid.
_PARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_TRACE_ID = slice(3, 35)
_current: ContextVar[str | None] = ContextVar("hivesync_trace_parent", default=None)


class Span(Protocol):
    """A piece of work that is being done."""

    def set(self, attributes: Attributes) -> None:
        """Add what became known while it was done."""
        ...

    def failed(self, why: str) -> None:
        """Mark it as gone wrong."""
        ...


class Tracer(Protocol):
    """Opens spans. Nothing it does may raise or wait: work goes on without its trace."""

    def span(
        self, name: str, *, kind: Kind = "internal", parent: str | None = None, attributes: Attributes | None = None
    ) -> AbstractContextManager[Span]:
        """Open one below `parent`, or below the one that is open in this task; what is staged inside carries it on."""
        ...

    async def close(self) -> None:
        """Send what is left, for a few seconds at most."""
        ...


class Unrecorded:
    """A span that nobody looks at."""

    def set(self, attributes: Attributes) -> None:
        """Forget it."""

    def failed(self, why: str) -> None:
        """Forget it."""


class NoTracer:
    """Records nothing; carries on what came in."""

    def span(
        self, name: str, *, kind: Kind = "internal", parent: str | None = None, attributes: Attributes | None = None
    ) -> AbstractContextManager[Span]:
        """Open nothing; what is inside belongs to the caller's trace, where there is one."""
        known = valid_parent(parent) if parent else None
        return nullcontext(_UNRECORDED) if known is None else _carried(known)

    async def close(self) -> None:
        """Nothing was opened."""


_UNRECORDED = Unrecorded()


def open_tracer(settings: TelemetrySettings, *, service: str) -> Tracer:
    """Trace to where the settings say, or not at all."""
    if settings.otlp_endpoint is None:
        return NoTracer()
    # Takes a quarter of a second to import, which a start without an endpoint need not pay.
    from app.adapters.telemetry.otlp import OtlpTracer  # noqa: PLC0415

    return OtlpTracer(settings.otlp_endpoint, ratio=settings.sample_ratio, service=service)


def current_parent() -> str | None:
    """The `traceparent` of what is open in this task, which a staged job's row keeps; None outside traces."""
    return _current.get()


def valid_parent(text: str | None) -> str | None:
    """Give a `traceparent` that can be carried on; None for anything else, as the standard asks."""
    return text if text and _PARENT.fullmatch(text) else None


@contextmanager
def entered(parent: str) -> Iterator[None]:
    """Make this the open span of the task, and put its trace id on every log line."""
    token = _current.set(parent)
    try:
        with correlation.bound(trace_id=parent[_TRACE_ID]):
            yield
    finally:
        _current.reset(token)


@contextmanager
def _carried(parent: str) -> Iterator[Span]:
    with entered(parent):
        yield _UNRECORDED
