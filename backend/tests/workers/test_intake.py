"""Many jobs in one transaction: slots, handing back, broken company, suspects."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.adapters.container import Container
from app.adapters.queue.memory import MemoryQueue
from app.adapters.queue.port import Message, PutBack
from app.core.events import JobEnded
from app.core.jobs import Done, JobStatus, Outcome, Queue
from app.models.job import Job
from app.workers.context import LeaseLostError
from app.workers.intake import Intake
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.waiting import until
from tests.workers.errands import Errand, read, stage, with_handler


@dataclass
class Desk:
    """An intake at work, and what its handlers do: they wait until they are let go."""

    container: Container
    intake: Intake
    running: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    companies: list[list[str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def tell(self, job_ids: Sequence[UUID], queue: Queue = Queue.AI) -> list["asyncio.Task[None]"]:
        """Deliver a message for each."""
        told = [
            asyncio.create_task(self.intake.handle(Message(job_id, "test.errand", queue, "c"))) for job_id in job_ids
        ]
        self.tasks += told
        return told

    async def answered(self) -> list[Any]:
        """Wait for everything that was delivered."""
        return await asyncio.gather(*self.tasks, return_exceptions=True)

    async def work(self, payload: Errand, _ctx: Any) -> Outcome:
        """Note that it runs, and wait."""
        self.running.append(payload.name)
        self.ran.append(payload.name)
        self.companies.append(list(self.running))
        await self.gate.wait()
        await asyncio.sleep(0)
        self.running.remove(payload.name)
        return Done()


@asynccontextmanager
async def desk_of(container: Container, slots: int, *, ahead: bool = True) -> AsyncIterator[Desk]:
    """Open a desk."""
    desks: list[Desk] = []

    async def work(payload: Errand, ctx: Any) -> Outcome:
        return await desks[0].work(payload, ctx)

    working = with_handler(replace(container, queue=MemoryQueue()), work)
    runner = Runner(working, LeaseKeeper(working), "worker-1")
    intake = Intake(working, runner, slots, lambda _slots: None, may_claim_ahead=ahead)
    runner.finisher = intake.finish
    desks.append(Desk(working, intake))
    exchanging = asyncio.create_task(intake.run())
    try:
        yield desks[0]
    finally:
        for task in (exchanging, *desks[0].tasks):
            task.cancel()
        await asyncio.gather(exchanging, *desks[0].tasks, return_exceptions=True)


class Elsewhere(Errand):
    """Waits on another queue; its handler is the same."""

    queue = Queue.REFACTOR


async def stage_many(container: Container, count: int, name: str = "job") -> list[UUID]:
    async with container.scope() as scope:
        return [job.id for job in await scope.stage_many([Errand(name=f"{name}{number}") for number in range(count)])]


async def statuses(container: Container, job_ids: Sequence[UUID]) -> list[str]:
    return [(await read(container, job_id)).status for job_id in job_ids]


@pytest.mark.parametrize("slots", [1, 3])
async def test_never_more_run_than_there_are_slots(container: Container, slots: int) -> None:
    async with desk_of(container, slots, ahead=False) as desk:
        job_ids = await stage_many(desk.container, 8)
        desk.tell(job_ids)
        await until(lambda: len(desk.running) == slots)
        desk.gate.set()
        await desk.answered()
        assert await statuses(desk.container, job_ids) == [JobStatus.SUCCESS] * 8
        assert max(map(len, desk.companies)) == slots


async def test_messages_that_come_twice_and_in_any_order_run_each_job_once(container: Container) -> None:
    async with desk_of(container, 4) as desk:
        job_ids = await stage_many(desk.container, 10)
        desk.gate.set()
        desk.tell([*reversed(job_ids), *job_ids])
        await desk.answered()
        assert sorted(desk.ran) == sorted(f"job{number}" for number in range(10))


async def test_leaving_hands_back_at_no_cost_what_has_not_begun(container: Container) -> None:
    async with desk_of(container, 1) as desk:
        desk.intake._ahead = 3
        job_ids = await stage_many(desk.container, 6)
        desk.tell(job_ids)
        await until(lambda: len(desk.running) == 1)
        await until(lambda: len(desk.intake._waiting) == 3)
        desk.intake.leave()
        desk.gate.set()
        answers = await desk.answered()
        assert sum(isinstance(answer, PutBack) for answer in answers) == 2
        rows = [await read(desk.container, job_id) for job_id in job_ids]
        assert [row.status for row in rows] == [JobStatus.SUCCESS] + [JobStatus.QUEUED] * 5
        assert [row.attempt for row in rows[1:]] == [0] * 5


async def test_a_subscriber_that_breaks_on_one_end_fails_no_other(container: Container) -> None:
    cursed: list[UUID] = []

    async def breaks(_scope: Any, event: JobEnded) -> None:
        if event.job_id in cursed:
            raise ZeroDivisionError

    broken = replace(container, subscriptions={JobEnded: (breaks,)})
    async with desk_of(broken, 5) as desk:
        job_ids = await stage_many(desk.container, 5)
        cursed.append(job_ids[2])
        desk.tell(job_ids)
        await until(lambda: len(desk.running) == 5)
        desk.gate.set()
        answers = await desk.answered()
        assert [type(answer) for answer in answers if answer is not None] == [ZeroDivisionError]
        found = await statuses(desk.container, job_ids)
        assert found.count(JobStatus.SUCCESS) == 4
        assert found[2] == JobStatus.RUNNING, "its lease runs out, and it is tried again"


async def test_a_message_whose_handling_is_cancelled_frees_its_slot_and_hands_its_claim_back(
    container: Container,
) -> None:
    async with desk_of(container, 1, ahead=False) as desk:
        job_ids = await stage_many(desk.container, 3)
        first, second, third = desk.tell(job_ids)
        await until(lambda: len(desk.running) == 1)
        second.cancel()
        desk.gate.set()
        await asyncio.gather(first, second, third, return_exceptions=True)
        desk.tell(job_ids[2:])
        await desk.answered()
        assert await statuses(desk.container, job_ids) == [JobStatus.SUCCESS] * 3


async def test_a_lost_lease_is_told_to_the_handler_that_reports_progress(container: Container) -> None:
    told: list[type[BaseException]] = []

    async def work(_payload: Errand, ctx: Any) -> Outcome:
        async with container.scope() as scope:
            await scope.ledger.rescue(worker_id="worker-1")
        try:
            await ctx.progress(0.5, "half")
        except LeaseLostError as error:
            told.append(type(error))
            raise
        return Done()

    working = with_handler(container, work)
    job_id = await stage(working)
    assert await Runner(working, LeaseKeeper(working), "worker-1").run_one(job_id) == "lost"
    assert told == [LeaseLostError]
    assert (await read(working, job_id)).status == JobStatus.QUEUED


async def test_suspects_run_with_nothing_else_and_no_more_together_than_they_may(container: Container) -> None:
    async with desk_of(container, 8) as desk:
        suspects = await stage_many(desk.container, 8)
        async with desk.container.scope() as scope:
            await scope.ledger.take(Queue.AI, worker_id="dead", at_most=8, is_gpu=False)
            assert await scope.ledger.rescue(worker_id="dead") == (8, [])
        assert [(job.attempt, job.suspect) for job in [await read(container, each) for each in suspects]] == [
            (0, 2)
        ] * 8
        others = await stage_many(desk.container, 4, "other")
        desk.gate.set()
        desk.tell([*others, *suspects])
        queue = desk.container.queue
        assert isinstance(queue, MemoryQueue)

        async def all_have_run() -> bool:
            while (message := queue.take([Queue.AI])) is not None:
                desk.tell([message.job_id])
            await asyncio.sleep(0)
            return len(desk.ran) == 12

        await until(all_have_run)
        await desk.answered()
        with_suspects = [names for names in desk.companies if any(name.startswith("job") for name in names)]
        assert max(len(names) for names in with_suspects) == 2
        assert not [names for names in with_suspects if any(name.startswith("other") for name in names)]
        assert await statuses(desk.container, [*suspects, *others]) == [JobStatus.SUCCESS] * 12


async def test_a_job_known_to_kill_runs_alone_however_busy_the_worker_is(container: Container) -> None:
    async with desk_of(container, 2) as desk:
        busy, killer = await stage_many(desk.container, 2)
        desk.tell([busy])
        await until(lambda: len(desk.running) == 1)
        async with desk.container.scope() as scope:
            assert await scope.ledger.claim(killer, worker_id="dead")
            assert await scope.ledger.rescue(worker_id="dead") == (1, [])
        await asyncio.gather(*desk.tell([killer]))
        job = await read(desk.container, killer)
        assert (job.status, job.attempt) == (JobStatus.QUEUED, 1), "it waits for the process to be empty"
        desk.gate.set()
        desk.tell([killer])
        await desk.answered()
        assert await statuses(desk.container, [killer, busy]) == [JobStatus.SUCCESS] * 2
        assert desk.companies == [["job0"], ["job1"]]


async def test_a_database_that_fails_during_an_exchange_leaves_nothing_wedged(container: Container) -> None:
    async with desk_of(container, 2) as desk:
        job_ids = await stage_many(desk.container, 4)
        desk.gate.set()
        async with desk.container.scope() as scope:
            await scope.session.execute(text("alter table queue_states rename to away"))
        answers = await asyncio.gather(*desk.tell(job_ids[:2]), return_exceptions=True)
        assert [isinstance(answer, Exception) for answer in answers] == [True, True]
        async with desk.container.scope() as scope:
            await scope.session.execute(text("alter table away rename to queue_states"))
        desk.tasks.clear()
        desk.tell(job_ids)
        await desk.answered()
        assert await statuses(desk.container, job_ids) == [JobStatus.SUCCESS] * 4


async def test_a_claim_that_falls_short_waits_for_no_other_workers_claim(container: Container) -> None:
    if not container.database.is_postgres:
        pytest.skip("SQLite's writers come one by one")
    await stage_many(container, 4)
    async with container.scope() as first, container.scope() as second:
        mine = await first.ledger.take(Queue.AI, worker_id="first", at_most=2, is_gpu=False)
        async with asyncio.timeout(10):
            others = await second.ledger.take(Queue.AI, worker_id="second", at_most=3, is_gpu=False)
        assert (len(mine), len(others)) == (2, 2), "each would wait for the other"


async def test_a_row_that_somebody_notes_something_in_is_claimed_a_moment_later(container: Container) -> None:
    if not container.database.is_postgres:
        pytest.skip("SQLite's writers come one by one")
    async with desk_of(container, 2, ahead=False) as desk:
        job_ids = await stage_many(desk.container, 2)
        desk.gate.set()
        async with desk.container.scope() as scope:
            await scope.session.execute(select(Job.id).where(Job.id == job_ids[1]).with_for_update())
            desk.tell(job_ids)
            await until(lambda: desk.ran == ["job0"])
        await desk.answered()
        assert await statuses(desk.container, job_ids) == [JobStatus.SUCCESS] * 2


async def test_queues_take_turns(container: Container) -> None:
    async with desk_of(container, 1, ahead=False) as desk:
        job_ids = await stage_many(desk.container, 3)
        async with desk.container.scope() as scope:
            other = [job.id for job in await scope.stage_many([Elsewhere(name="elsewhere")])]
        desk.tell(job_ids)
        await until(lambda: len(desk.running) == 1)
        desk.tell(other, Queue.REFACTOR)
        desk.gate.set()
        await desk.answered()
        assert desk.ran.index("elsewhere") <= 2
        assert len(desk.ran) == 4


async def test_a_flood_on_one_queue_does_not_delay_anothers_job(container: Container) -> None:
    async with desk_of(container, 2) as desk:
        flood = await stage_many(desk.container, 2000)
        async with desk.container.scope() as scope:
            (other,) = [job.id for job in await scope.stage_many([Elsewhere(name="elsewhere")])]
        # As a consumer does, of each queue's messages only as many as there is room for.
        desk.tell(flood[:20])
        desk.tell([other], Queue.REFACTOR)
        desk.gate.set()
        await desk.answered()
        assert desk.ran.index("elsewhere") < 20
        async with desk.container.scope(read_only=True) as scope:
            assert (
                await scope.session.execute(text("select count(*) from jobs where status = 'queued'"))
            ).scalar() == 1980
