"""Bringing back the jobs of dead workers, one broken subscriber notwithstanding."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.adapters.container import Container
from app.adapters.jobs.statements import LEASE
from app.core.clock import FrozenClock
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.workers.rescue import rescue

from tests.workers.errands import read, stage


async def test_one_job_whose_end_cannot_be_told_does_not_keep_the_others_dead(
    container: Container, clock: FrozenClock
) -> None:
    async def breaks(_scope: Any, event: JobEnded) -> None:
        raise ZeroDivisionError(str(event.job_id))

    broken = replace(container, subscriptions={JobEnded: (breaks,)})
    cursed = await stage(broken)
    for _ in range(2):
        await die(broken, clock, cursed)
        await rescue(broken)
    other = await stage(broken)
    async with broken.scope() as scope:
        assert await scope.ledger.claim(other, worker_id="another")
    await die(broken, clock, cursed)
    assert await rescue(broken) == 1
    assert (await read(broken, other)).status == JobStatus.QUEUED
    assert (await read(broken, cursed)).status == JobStatus.RUNNING, "its end could not be told yet"
    await rescue(replace(broken, subscriptions={}))
    assert (await read(broken, cursed)).status == JobStatus.FAILED


async def die(container: Container, clock: FrozenClock, *job_ids: UUID) -> None:
    """Claim jobs and fall silent until their leases have run out."""
    for job_id in job_ids:
        async with container.scope() as scope:
            assert await scope.ledger.claim(job_id, worker_id="mortal")
    clock.move(seconds=LEASE.total_seconds() + 1)
