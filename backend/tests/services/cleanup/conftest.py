"""Bundles in every stage, tasks run through the real runner, what was written about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.storage.port import Bucket, ObjectMissing
from app.core.actor import SYSTEM, Actor
from app.models.cleanup import Warrant, WarrantItem
from app.models.job import Job
from app.models.preview import PreviewBundle, PreviewSession
from app.models.project import Project
from app.services.cleanup.messages import RunCleanupTask
from app.services.cleanup.schemas import RunTaskIn
from app.services.cleanup.service import CleanupService

from tests.fixtures.jobs import drain, read_job
from tests.fixtures.people import People


@dataclass(frozen=True, slots=True)
class Yard:
    """Where things lie around, and those who take them away."""

    container: Container
    project: Project

    async def request(
        self, task: str, *, dry_run: bool = False, warrant_id: UUID | None = None, actor: Actor = SYSTEM
    ) -> Job:
        """Ask for a run."""
        async with self.container.scope(actor) as scope:
            return await CleanupService(scope).request_run(task, RunTaskIn(dry_run=dry_run, warrant_id=warrant_id))

    async def run(self, task: str, *, dry_run: bool = False, warrant_id: UUID | None = None) -> Warrant:
        """Run a task to its end; its warrant."""
        job = await self.request(task, dry_run=dry_run, warrant_id=warrant_id)
        await drain(self.container)
        assert (await read_job(self.container, job.id)).status == "success"
        return await self.warrant_of(job.id)

    async def warrant_of(self, job_id: UUID) -> Warrant:
        """Find what a job planned or executed."""
        async with self.container.scope(read_only=True) as scope:
            chosen = (Warrant.plan_job_id == job_id) | (Warrant.execute_job_id == job_id)
            return (await scope.session.execute(select(Warrant).where(chosen))).scalar_one()

    async def waiting_job(self) -> UUID:
        """Stage a job that is not due before everything else here is over."""
        async with self.container.scope() as scope:
            later = scope.clock.now() + timedelta(days=365)
            return (await scope.stage(RunCleanupTask(task="sweep_tmp", dry_run=True), run_at=later)).id

    async def items(self, warrant: Warrant) -> list[WarrantItem]:
        """List a warrant's items in order."""
        async with self.container.scope(read_only=True) as scope:
            rows = select(WarrantItem).where(WarrantItem.warrant_id == warrant.id).order_by(WarrantItem.position)
            return list((await scope.session.execute(rows)).scalars())

    async def bundle(self, status: str = "live", *, hours_left: float = 1.0, stored: bool = True) -> PreviewBundle:
        """Make a bundle in a stage; a soft-deleted one can be purged after `hours_left`."""
        now, job_id = self.container.clock.now(), self.container.ids.new()
        key, then = f"previews/{self.project.id}/{job_id}/bundle.zip", now + timedelta(hours=hours_left)
        if stored:
            await self.container.buckets()[Bucket.PREVIEWS].put(key, b"12345")
        bundle = PreviewBundle(
            id=self.container.ids.new(),
            project_id=self.project.id,
            job_id=job_id,
            object_key=key,
            size_bytes=5,
            sha256="0" * 64,
            status=status,
            created_at=now,
            expires_at=then,
            soft_deleted_at=now if status == "soft_deleted" else None,
            purge_at=then if status == "soft_deleted" else None,
        )
        async with self.container.scope() as scope:
            scope.session.add(bundle)
        return bundle

    async def session(self, *, hours_left: float) -> PreviewSession:
        """Make a live session."""
        now = self.container.clock.now()
        session = PreviewSession(
            id=self.container.ids.new(),
            project_id=self.project.id,
            platform="ios",
            source="mobile",
            status="live",
            created_at=now,
            expires_at=now + timedelta(hours=hours_left),
        )
        async with self.container.scope() as scope:
            scope.session.add(session)
        return session

    async def read(self, bundle: PreviewBundle) -> PreviewBundle:
        """Read a bundle's row as it is now."""
        async with self.container.scope(read_only=True) as scope:
            rows = await scope.session.execute(select(PreviewBundle).where(PreviewBundle.id == bundle.id))
            return rows.scalar_one()

    async def is_stored(self, bundle: PreviewBundle) -> bool:
        """Whether its object is there."""
        try:
            await self.container.buckets()[Bucket.PREVIEWS].stat(bundle.object_key)
        except ObjectMissing:
            return False
        return True


def counts(warrant: Warrant) -> Mapping[str, Any]:
    """What a warrant reports."""
    return {name: getattr(warrant, name) for name in ("items", "deleted", "spared", "failed", "freed_bytes")}


@pytest.fixture
async def yard(container: Container, people: People) -> Yard:
    return Yard(container, await people.project(owner=await people.admin()))
