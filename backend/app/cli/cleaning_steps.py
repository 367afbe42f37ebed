"""What the cleanup commands do, with a container of their own."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.adapters.container import Container
from app.adapters.telemetry.logging import configure_logging
from app.cli.client import CommandFailed
from app.cli.operations import opened
from app.config import load_settings
from app.core.actor import Actor
from app.core.jobs import JobStatus
from app.schemas.paging import PageQuery
from app.services.cleanup import schedules
from app.services.cleanup.errors import WarrantNotFound
from app.services.cleanup.schemas import RunTaskIn
from app.services.cleanup.service import CleanupService
from app.services.jobs.service import JobService

_OPERATOR = Actor(user_id=None, is_admin=True)
_LOOKS_EVERY = 0.2
_AT_ONCE = 200


async def request(name: str, *, dry_run: bool, warrant_id: UUID | None) -> UUID:
    """Stage a run; its job's id."""
    # Without a Redis the row is pushed later, which is a warning: standard output is for the answer.
    configure_logging(load_settings(), service="hivesync", for_people=True)
    async with opened() as container, container.scope() as scope:
        job = await CleanupService(scope).request_run(name, RunTaskIn(dry_run=dry_run, warrant_id=warrant_id))
        return job.id


async def follow(job_id: UUID, tell: Callable[[str], None]) -> dict[str, Any]:
    """Wait until a run has ended, telling each new phase; its warrant with all items. CommandFailed with its reason."""
    told = ""
    async with opened() as container:
        while True:
            async with container.scope(_OPERATOR, read_only=True) as scope:
                job = (await JobService(scope).read(job_id)).job
            if JobStatus(job.status).is_final:
                break
            shown = job.waiting_for if job.status == JobStatus.QUEUED and job.waiting_for else job.phase or job.status
            if shown != told:
                tell(shown)
                told = shown
            await asyncio.sleep(_LOOKS_EVERY)
        if job.status != JobStatus.SUCCESS:
            raise CommandFailed(job.error_message or f"The job ended as {job.status}.", job_id=str(job_id))
        return await _report(container, job_id=job_id)


async def read_warrant(*, warrant_id: UUID | None, job_id: UUID | None) -> dict[str, Any]:
    """Read a warrant with all items, by its id or by that of a job."""
    async with opened() as container:
        return await _report(container, warrant_id=warrant_id, job_id=job_id)


async def list_tasks() -> list[dict[str, Any]]:
    """List every task."""
    async with opened() as container, container.scope(read_only=True) as scope:
        return [each.model_dump(mode="json") for each in await CleanupService(scope).list_tasks()]


async def list_schedules() -> list[dict[str, Any]]:
    """List every schedule, by name."""
    async with opened() as container, container.scope(read_only=True) as scope:
        found = await schedules.list_schedules(scope)
        return [each.model_dump(mode="json") for each in sorted(found, key=lambda each: each.name)]


async def restore(bundle_id: UUID) -> str:
    """Restore a bundle; until when it lives."""
    async with opened() as container, container.scope() as scope:
        bundle = await CleanupService(scope).restore_bundle(bundle_id)
        until: str = bundle.model_dump(mode="json")["expires_at"]
        return until


async def _report(
    container: Container, *, warrant_id: UUID | None = None, job_id: UUID | None = None
) -> dict[str, Any]:
    async with container.scope(read_only=True) as scope:
        service = CleanupService(scope)
        if warrant_id is None:
            found = await service.list_warrants(PageQuery(limit=1), task=None, job_id=job_id)
            if not found.items:
                raise WarrantNotFound("This job has no warrant yet: it waits, or it is no cleanup.")
            warrant_id = found.items[0].warrant_id
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await service.read_warrant(warrant_id, limit=_AT_ONCE, cursor=cursor)
            items += [each.model_dump(mode="json") for each in page.page]
            cursor = page.next_cursor
            if cursor is None:
                warrant = page.model_dump(mode="json", exclude={"page", "next_cursor"})
                return {"warrant": warrant, "items": items}
