"""The ledger's promises: one claim, fenced writes, rescue to the head, poison that ends."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.adapters.container import Container
from app.adapters.db.engine import open_database
from app.adapters.jobs.ledger import Claim, Failure
from app.adapters.jobs.statements import LEASE
from app.core.clock import FrozenClock, SystemClock
from app.core.jobs import JobStatus
from app.workers.context import LeaseLostError, RunningContext

from tests.workers.errands import Errand, read, stage


async def claim(container: Container, job_id: UUID, worker: str = "worker-1") -> Claim | None:
    async with container.scope() as scope:
        return await scope.ledger.claim(job_id, worker_id=worker)


async def claimed(container: Container, job_id: UUID, worker: str = "worker-1") -> Claim:
    taken = await claim(container, job_id, worker)
    assert taken is not None
    return taken


class TestBringingBack:
    async def test_of_two_who_bring_a_job_back_at_once_one_does(self, container: Container) -> None:
        job_id = await stage(container)
        await fail(container, job_id)
        got = await asyncio.gather(*(bring_back(container, job_id) for _ in range(4)))
        assert sorted(got) == [False, False, False, True]
        again = await read(container, job_id)
        assert (again.status, again.attempt, again.pushed_at, again.waiting_for) == ("queued", 0, None, "asked for")

    async def test_a_job_that_has_not_given_up_is_left_alone(self, container: Container) -> None:
        job_id = await stage(container)
        assert not await bring_back(container, job_id)
        taken = await claimed(container, job_id)
        assert not await bring_back(container, job_id)
        async with container.scope() as scope:
            await scope.ledger.finish(taken)
        assert not await bring_back(container, job_id)
        assert not await bring_back(container, container.ids.new())


async def fail(container: Container, job_id: UUID) -> None:
    taken = await claimed(container, job_id)
    async with container.scope() as scope:
        await scope.ledger.fail(taken, Failure("INTERNAL", "broken", {}))


async def bring_back(container: Container, job_id: UUID) -> bool:
    async with container.scope() as scope:
        return await scope.ledger.bring_back(job_id, reason="asked for") is not None


class TestClaim:
    async def test_a_message_delivered_twice_is_claimed_once(self, container: Container) -> None:
        job_id = await stage(container)
        taken = await asyncio.gather(*(claim(container, job_id, f"worker-{n}") for n in range(8)))
        assert sum(each is not None for each in taken) == 1

    async def test_a_job_that_is_not_due_is_left_alone(self, container: Container, clock: FrozenClock) -> None:
        job_id = await stage(container)
        first = await claimed(container, job_id)
        async with container.scope() as scope:
            await scope.ledger.snooze(first, delay=LEASE, reason="not yet")
        assert await claim(container, job_id) is None
        clock.move(seconds=LEASE.total_seconds())
        again = await claimed(container, job_id)
        assert again.attempt == 1, "snoozing costs no attempt"

    async def test_an_unknown_id_is_nobodys_job(self, container: Container) -> None:
        assert await claim(container, container.ids.new()) is None

    async def test_a_server_whose_clock_is_ahead_stages_jobs_that_are_due(self, container: Container) -> None:
        ahead = FrozenClock(SystemClock().now() + timedelta(hours=1))
        address = container.database.engine.url.render_as_string(hide_password=False)
        database = open_database(address, clock=ahead)
        try:
            skewed = replace(container, clock=ahead, database=database)
            assert await claim(skewed, await stage(skewed)) is not None
        finally:
            await database.close()


class TestUniqueKey:
    async def test_equal_unfinished_work_is_joined(self, container: Container) -> None:
        first = await stage(container, key="same")
        assert await stage(container, key="same") == first
        assert await stage(container, key="other") != first

    async def test_finished_work_may_be_asked_for_again(self, container: Container) -> None:
        first = await stage(container, key="same")
        taken = await claimed(container, first)
        async with container.scope() as scope:
            await scope.ledger.finish(taken)
        assert await stage(container, key="same") != first

    async def test_two_who_ask_at_once_share_one_job(self, container: Container) -> None:
        ids = await asyncio.gather(*(stage(container, key="same") for _ in range(6)))
        assert len(set(ids)) == 1


class TestFence:
    async def test_a_worker_that_lost_its_lease_can_write_nothing(
        self, container: Container, clock: FrozenClock
    ) -> None:
        job_id = await stage(container)
        zombie = await claimed(container, job_id)
        clock.move(seconds=LEASE.total_seconds() + 1)
        async with container.scope() as scope:
            assert (await scope.ledger.rescue())[0] == 1
        heir = await claimed(container, job_id, "worker-2")
        async with container.scope() as scope:
            assert not await scope.ledger.finish(zombie)
            assert not await scope.ledger.progress(zombie, fraction=0.9, phase="late")
        with pytest.raises(LeaseLostError):
            async with RunningContext(container, zombie).scope() as scope:
                await scope.stage(Errand())
        async with container.scope() as scope:
            assert await scope.ledger.finish(heir)

    async def test_renewing_tells_what_is_lost_and_what_is_unwanted(
        self, container: Container, clock: FrozenClock
    ) -> None:
        kept, lost, unwanted = [await claimed(container, await stage(container)) for _ in range(3)]
        clock.move(seconds=1)
        async with container.scope() as scope:
            await scope.ledger.hand_back(lost)
            assert await scope.ledger.request_cancel(unwanted.job_id) is JobStatus.RUNNING
        async with container.scope() as scope:
            assert await scope.ledger.renew([kept, lost, unwanted]) == ({lost.job_id}, {unwanted.job_id})


class TestRescue:
    async def test_a_lease_that_still_runs_is_not_rescued(self, container: Container, clock: FrozenClock) -> None:
        await claimed(container, await stage(container))
        clock.move(seconds=LEASE.total_seconds() - 1)
        async with container.scope() as scope:
            assert await scope.ledger.rescue() == (0, [])

    async def test_the_jobs_of_a_worker_known_to_be_dead_come_back_at_once(self, container: Container) -> None:
        mine, other = await stage(container), await stage(container)
        await claimed(container, mine, "dead-worker")
        await claimed(container, other, "living-worker")
        async with container.scope() as scope:
            assert (await scope.ledger.rescue(worker_id="dead-worker"))[0] == 1
        assert (await read(container, mine)).status == JobStatus.QUEUED
        assert (await read(container, other)).status == JobStatus.RUNNING

    async def test_a_job_that_was_to_stop_does_not_come_back(self, container: Container) -> None:
        job_id = await stage(container)
        await claimed(container, job_id, "dead-worker")
        async with container.scope() as scope:
            await scope.ledger.request_cancel(job_id)
        async with container.scope() as scope:
            back, ended = await scope.ledger.rescue(worker_id="dead-worker")
        assert (back, [(job.id, job.status) for job in ended]) == (0, [(job_id, JobStatus.CANCELLED)])

    async def test_rescued_jobs_go_before_those_that_wait(self, container: Container, clock: FrozenClock) -> None:
        rescued = await stage(container)
        await claimed(container, rescued)
        await stage(container)
        clock.move(seconds=LEASE.total_seconds() + 1)
        async with container.scope() as scope:
            await scope.ledger.rescue()
        async with container.scope(read_only=True) as scope:
            due = await scope.ledger.due({})
        assert due[0].id == rescued
        assert due[0].rescued

    async def test_a_job_that_kills_its_worker_every_time_ends(self, container: Container, clock: FrozenClock) -> None:
        job_id = await stage(container)
        deaths = 0
        while (await read(container, job_id)).status == JobStatus.QUEUED:
            await claimed(container, job_id)
            clock.move(seconds=LEASE.total_seconds() + 1)
            async with container.scope() as scope:
                await scope.ledger.rescue()
            deaths += 1
        job = await read(container, job_id)
        assert (job.status, job.exhausted, deaths) == (JobStatus.FAILED, True, 3)


class TestProgress:
    async def test_progress_never_goes_back(self, container: Container) -> None:
        job_id = await stage(container)
        taken = await claimed(container, job_id)
        async with container.scope() as scope:
            assert await scope.ledger.progress(taken, fraction=0.5, phase="half")
            assert await scope.ledger.progress(taken, fraction=0.2, phase="back at the start")
        job = await read(container, job_id)
        assert (job.progress, job.phase) == (0.5, "back at the start")

    async def test_a_failed_job_keeps_its_code_and_message(self, container: Container) -> None:
        job_id = await stage(container)
        taken = await claimed(container, job_id)
        async with container.scope() as scope:
            await scope.ledger.fail(taken, Failure("REPO_UNREACHABLE", "It does not answer.", {"host": "example.org"}))
        job = await read(container, job_id)
        assert (job.error_code, job.error_details) == ("REPO_UNREACHABLE", {"host": "example.org"})


class TestCancel:
    async def test_a_waiting_job_is_cancelled_at_once_and_never_runs(self, container: Container) -> None:
        job_id = await stage(container)
        async with container.scope() as scope:
            assert await scope.ledger.request_cancel(job_id) is JobStatus.CANCELLED
        assert await claim(container, job_id) is None

    async def test_cancelling_a_finished_job_changes_nothing(self, container: Container) -> None:
        job_id = await stage(container)
        taken = await claimed(container, job_id)
        async with container.scope() as scope:
            await scope.ledger.finish(taken)
        async with container.scope() as scope:
            assert await scope.ledger.request_cancel(job_id) is JobStatus.SUCCESS
