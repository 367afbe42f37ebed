"""One trace from a request to its job, as a collector receives it over OTLP/HTTP."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread
from typing import Any

import pytest
import structlog
from httpx import AsyncClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.telemetry.logging import LogOptions, write_logs
from app.adapters.telemetry.tracing import NoTracer, Tracer, open_tracer
from app.config.telemetry import TelemetrySettings
from app.core.jobs import JobStatus
from app.models.job import Job
from app.services.repos.messages import SyncRepo

from tests.fixtures.synced import Mirrored
from tests.workers.errands import Errand, read, stage

_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
_SENT = f"00-{_TRACE}-00f067aa0ba902b7-01"


@dataclass(slots=True)
class Collector:
    """What a collector was sent."""

    port: int = 0
    status: int = 200
    paths: set[str] = field(default_factory=set)
    spans: list[Span] = field(default_factory=list)
    services: set[str] = field(default_factory=set)

    def named(self, name: str) -> Span:
        """The only span of this name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A real OTLP/HTTP receiver that decodes what it gets."""
    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent = ExportTraceServiceRequest.FromString(body)
            found.paths.add(self.path)
            for resource in sent.resource_spans:
                found.services |= {
                    each.value.string_value for each in resource.resource.attributes if each.key == "service.name"
                }
                found.spans += [span for scope in resource.scope_spans for span in scope.spans]
            self.send_response(found.status)
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def tracer_to(port: int, ratio: float = 1.0) -> Tracer:
    """Trace to a port of this machine."""
    settings = TelemetrySettings.model_validate(
        {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_TRACES_SAMPLER_ARG": ratio}
    )
    return open_tracer(settings, service="test")


@pytest.fixture
async def tracer(collector: Collector) -> AsyncIterator[Tracer]:
    """A tracer that sends to the collector."""
    opened = tracer_to(collector.port)
    yield opened
    await opened.close()


@pytest.fixture
def container(container: Container, tracer: Tracer) -> Container:
    """The usual container, traced."""
    return replace(container, tracer=tracer)


def attributes(span: Span) -> dict[str, Any]:
    """A span's attributes as plain values."""
    return {each.key: getattr(each.value, each.value.WhichOneof("value") or "") for each in span.attributes}


async def staged_sync(mirrored: Mirrored) -> Job:
    """The only sync that waits."""
    async with mirrored.container.scope(read_only=True) as scope:
        found = select(Job).where(Job.kind == SyncRepo.kind, Job.status == JobStatus.QUEUED)
        return (await scope.session.execute(found)).scalar_one()


async def test_request_and_job_are_one_trace(
    client: AsyncClient, mirrored: Mirrored, tracer: Tracer, collector: Collector
) -> None:
    await mirrored.run_jobs()
    path = f"/repos/{mirrored.project_id}/sync"
    answer = await client.post(path, headers={**mirrored.owner.headers, "traceparent": _SENT})
    assert answer.status_code == 202
    job = await staged_sync(mirrored)
    await mirrored.run_jobs()
    await tracer.close()
    assert collector.paths == {"/v1/traces"}
    assert collector.services == {"hivesync-test"}
    ours = [span for span in collector.spans if span.trace_id.hex() == _TRACE]
    request, staged, ran = (
        next(span for span in ours if span.name == name)
        for name in ("POST", f"stage {SyncRepo.kind}", f"job {SyncRepo.kind}")
    )
    assert request.parent_span_id.hex() == "00f067aa0ba902b7"
    assert staged.parent_span_id == request.span_id
    assert ran.parent_span_id == staged.span_id
    assert job.trace_parent == f"00-{_TRACE}-{staged.span_id.hex()}-01"
    assert attributes(request)["http.response.status_code"] == 202
    assert attributes(request)["http.route"].endswith("/repos/{project_id}/sync")
    assert attributes(ran) == {
        "hivesync.job.id": str(job.id),
        "hivesync.job.kind": SyncRepo.kind,
        "hivesync.job.queue": "repo_sync",
        "hivesync.job.attempt": 1,
        "hivesync.job.outcome": "success",
    }


async def test_a_request_without_a_trace_begins_one(
    client: AsyncClient, mirrored: Mirrored, tracer: Tracer, collector: Collector
) -> None:
    await mirrored.run_jobs()
    headers = {**mirrored.owner.headers, "traceparent": "00-zz"}
    await client.post(f"/repos/{mirrored.project_id}/sync", headers=headers)
    job = await staged_sync(mirrored)
    await mirrored.run_jobs()
    await tracer.close()
    assert job.trace_parent is not None
    request = collector.named("POST")
    assert not request.parent_span_id
    assert request.trace_id in {span.trace_id for span in collector.spans if span.name == f"job {SyncRepo.kind}"}
    assert job.trace_parent.split("-")[1] == request.trace_id.hex()


async def test_many_jobs_staged_at_once_carry_the_trace(container: Container) -> None:
    with container.tracer.span("outer", parent=_SENT):
        async with container.scope() as scope:
            jobs = await scope.stage_many([Errand(name="a"), Errand(name="b")])
    for job in jobs:
        assert ((await read(container, job.id)).trace_parent or "").startswith(f"00-{_TRACE}-")


async def test_what_is_not_sampled_is_not_sent_and_its_jobs_are_not_either(
    container: Container, collector: Collector
) -> None:
    sparing = tracer_to(collector.port, ratio=0.0)
    unsampled = replace(container, tracer=sparing)
    with sparing.span("outer"):
        job_id = await stage(unsampled)
    assert ((await read(unsampled, job_id)).trace_parent or "")[-2:] in ("00", "02")
    await sparing.close()
    assert collector.spans == []


@pytest.mark.parametrize("status", [None, 400, 503])
async def test_a_collector_that_fails_hurts_nobody(
    container: Container, collector: Collector, status: int | None
) -> None:
    collector.status = status or 200
    tracer = tracer_to(1 if status is None else collector.port)
    traced = replace(container, tracer=tracer)
    with tracer.span("outer"):
        job_id = await stage(traced)
    await tracer.close()
    assert (await read(traced, job_id)).status == "queued"


async def test_log_lines_carry_the_trace_id(container: Container) -> None:
    configured, stream = structlog.get_config(), StringIO()
    write_logs(LogOptions(service="test"), stream=stream)
    try:
        for tracer in (container.tracer, NoTracer()):
            with tracer.span("outer", parent=_SENT):
                structlog.get_logger("test").info("inside")
            structlog.get_logger("test").info("outside")
    finally:
        structlog.configure(**configured)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    told = [line.get("trace_id") for line in lines if line["event"] in ("inside", "outside")]
    assert told == [_TRACE, None, _TRACE, None]


@pytest.mark.parametrize("bad", ["", "00", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{_TRACE}-00f067aa0ba902b7-01"])
async def test_a_trace_that_is_none_is_ignored(container: Container, bad: str) -> None:
    untraced = replace(container, tracer=NoTracer())
    with untraced.tracer.span("outer", parent=bad):
        job_id = await stage(untraced)
    assert (await read(untraced, job_id)).trace_parent is None


def test_without_an_endpoint_nothing_of_it_is_imported() -> None:
    code = "import sys, app.main, app.worker; "
    code += "print([name for name in ('opentelemetry.sdk.trace', 'opentelemetry.exporter') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
