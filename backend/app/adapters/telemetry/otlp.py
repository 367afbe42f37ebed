"""Traces over OTLP/HTTP. Imported only where an endpoint is set: it brings the OpenTelemetry SDK with it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)
from opentelemetry.trace import Span as OtelSpan

from app.adapters.telemetry.tracing import Attributes, Kind, Span, current_parent, entered, valid_parent

_EXPORT_SECONDS = 5.0
_CLOSE_SECONDS = 3.0
_KINDS: dict[Kind, SpanKind] = {
    "server": SpanKind.SERVER,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
    "internal": SpanKind.INTERNAL,
}


class OtlpTracer:
    """Collects spans in memory and sends them from a thread of its own; a collector that is away costs spans only."""

    def __init__(self, endpoint: str, *, ratio: float, service: str, every_seconds: float = 2.0) -> None:
        """Send to `endpoint`/v1/traces. Who begins a trace decides whether it is kept: `ratio` of those begun here."""
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource.create({SERVICE_NAME: f"hivesync-{service}", "service.namespace": "hivesync"}),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=every_seconds * 1000))
        self._tracer = self._provider.get_tracer("hivesync")

    @contextmanager
    def span(
        self, name: str, *, kind: Kind = "internal", parent: str | None = None, attributes: Attributes | None = None
    ) -> Iterator[Span]:
        """Open one below `parent`, or below the one that is open in this task."""
        above = valid_parent(parent) or current_parent()
        context = set_span_in_context(NonRecordingSpan(_read(above))) if above else None
        opened = self._tracer.start_span(name, context=context, kind=_KINDS[kind], attributes=attributes)
        try:
            with entered(_write(opened.get_span_context())):
                yield _Recorded(opened)
        except BaseException as error:
            # The class only: messages may hold what does not belong into somebody's trace store.
            opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            opened.end()

    async def close(self) -> None:
        """Send what is left; a collector that does not answer is left alone after a few seconds."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()

        def shut() -> None:
            self._provider.shutdown()
            # Nobody waits any more, or the loop is closed already.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(over.set)

        # A thread that nobody waits for: the SDK's own patience is half a minute.
        Thread(target=shut, name="traces-shutdown", daemon=True).start()
        try:
            await asyncio.wait_for(over.wait(), _CLOSE_SECONDS)
        except TimeoutError:
            return


class _Recorded:
    """A span that is sent when it ends."""

    def __init__(self, span: OtelSpan) -> None:
        self._span = span

    def set(self, attributes: Attributes) -> None:
        """Add what became known."""
        self._span.set_attributes(attributes)

    def failed(self, why: str) -> None:
        """Mark it as gone wrong."""
        self._span.set_status(Status(StatusCode.ERROR, why))


def _read(parent: str) -> SpanContext:
    _, trace_id, span_id, flags = parent.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))


def _write(span: SpanContext) -> str:
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"
