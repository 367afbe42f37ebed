"""Payloads for tests of the machinery: what their handlers do is up to the test."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.adapters.container import Container
from app.adapters.jobs.registry import Registry, handles
from app.core.jobs import JobPayload, Outcome, Queue, RetryPolicy
from app.models.job import Job


class Errand(JobPayload):
    """Work without a purpose; equal keys are one piece of work."""

    kind = "test.errand"
    queue = Queue.AI
    retry = RetryPolicy(attempts=3, first_delay=timedelta(seconds=4), ceiling=timedelta(seconds=60))
    time_limit = timedelta(seconds=5)

    name: str = "errand"
    key: str | None = None
    gpu: bool = False

    def unique_key(self) -> str | None:
        return self.key

    def needs_gpu(self) -> bool:
        return self.gpu


class BriefErrand(Errand):
    """May take a moment only."""

    kind = "test.brief"
    time_limit = timedelta(milliseconds=50)


Work = Callable[[Errand, Any], Awaitable[Outcome]]


def with_handler(container: Container, work: Work, payload_type: type[Errand] = Errand) -> Container:
    """Make a container whose registry knows one handler."""
    registry = Registry()

    @handles(payload_type)
    async def run_errand(payload: Errand, ctx: Any) -> Outcome:
        return await work(payload, ctx)

    registry.add_all([run_errand])
    return replace(container, registry=registry)


async def stage(container: Container, **fields: Any) -> UUID:
    """Stage one errand."""
    async with container.scope() as scope:
        return (await scope.stage(Errand(**fields))).id


async def read(container: Container, job_id: UUID) -> Job:
    """Read a job's row."""
    async with container.scope(read_only=True) as scope:
        job = await scope.session.get(Job, job_id)
        assert job is not None
        return job
