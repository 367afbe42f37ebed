"""One job from claim to outcome: success, retry, giving up, time limit, cancel, bugs."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.ids import SystemIds
from app.adapters.jobs.registry import Registry
from app.adapters.jobs.statements import LEASE
from app.core.clock import FrozenClock
from app.core.errors import NotFound, Unavailable
from app.core.events import JobEnded
from app.core.jobs import Cancelled, Done, JobStatus, Outcome, Snooze
from app.models.event import EventRecord
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.workers.errands import Errand, read, stage, with_handler


def runner_for(container: Container) -> Runner:
    return Runner(container, LeaseKeeper(container), "worker-1")


async def run_with(container: Container, *outcomes: Any) -> tuple[Container, Runner]:
    """Make a runner whose handler answers or raises these, one call each."""
    script = list(outcomes)

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        answer: Outcome | Exception = script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    working = with_handler(container, work)
    return working, runner_for(working)


async def test_a_handler_that_returns_ends_its_job_well(container: Container) -> None:
    working, runner = await run_with(container, Done())
    job_id = await stage(working)
    assert await runner.run_one(job_id) == "success"
    job = await read(working, job_id)
    assert (job.status, job.progress, job.attempt) == (JobStatus.SUCCESS, 1.0, 1)


async def test_a_job_delivered_twice_runs_once(container: Container) -> None:
    working, runner = await run_with(container, Done())
    job_id = await stage(working)
    outcomes = await asyncio.gather(runner.run_one(job_id), runner.run_one(job_id))
    assert sorted(outcomes) == ["skipped", "success"]


class Lucky(SystemIds):
    """Draws the same jitter each time, so that delays can be compared."""

    def fraction(self) -> float:
        return 0.5


async def test_what_is_unavailable_is_tried_again_later_with_growing_delays(
    container: Container, clock: FrozenClock
) -> None:
    lucky = replace(container, ids=Lucky())
    working, runner = await run_with(lucky, *(Unavailable("no answer") for _ in range(3)))
    job_id = await stage(working)
    waits = []
    for _ in range(2):
        assert await runner.run_one(job_id) == "retry"
        job = await read(working, job_id)
        waits.append(job.run_at - clock.now())
        assert (job.status, job.error_code) == (JobStatus.QUEUED, "UNAVAILABLE")
        clock.move(seconds=waits[-1].total_seconds())
    assert timedelta(0) < waits[0] <= timedelta(seconds=4)
    assert waits[0] < waits[1] <= timedelta(seconds=60)
    assert await runner.run_one(job_id) == "failed"
    assert (await read(working, job_id)).exhausted


async def test_a_provider_that_names_its_wait_is_given_it(container: Container, clock: FrozenClock) -> None:
    working, runner = await run_with(container, Unavailable("busy", retry_after_seconds=50))
    job_id = await stage(working)
    await runner.run_one(job_id)
    assert (await read(working, job_id)).run_at == clock.now() + timedelta(seconds=50)


async def test_every_other_error_of_ours_ends_the_job_with_its_code(container: Container) -> None:
    working, runner = await run_with(container, NotFound("gone", path="a.py"))
    job_id = await stage(working)
    assert await runner.run_one(job_id) == "failed"
    job = await read(working, job_id)
    assert (job.error_code, job.error_message, job.error_details) == ("NOT_FOUND", "gone", {"path": "a.py"})
    assert not job.exhausted


async def test_a_bug_is_retried_within_the_cap_and_tells_clients_nothing(container: Container) -> None:
    working, runner = await run_with(container, ZeroDivisionError("secret path /srv"))
    job_id = await stage(working)
    assert await runner.run_one(job_id) == "retry"
    job = await read(working, job_id)
    assert job.error_code == "INTERNAL"
    assert "secret" not in (job.error_message or "")


async def test_a_database_in_trouble_is_not_called_a_bug(container: Container) -> None:
    working, runner = await run_with(container, ConnectionResetError("the server restarts"))
    job_id = await stage(working)
    assert await runner.run_one(job_id) == "retry"
    job = await read(working, job_id)
    assert job.error_code == "UNAVAILABLE"
    assert "database" in (job.error_message or "")


async def test_a_snooze_costs_no_attempt(container: Container, clock: FrozenClock) -> None:
    working, runner = await run_with(container, Snooze(timedelta(seconds=30), "waiting for a sync"), Done())
    job_id = await stage(working)
    assert await runner.run_one(job_id) == "snoozed"
    clock.move(seconds=30)
    assert await runner.run_one(job_id) == "success"
    assert (await read(working, job_id)).attempt == 1


async def test_a_handler_may_find_that_its_work_is_no_longer_wanted(container: Container) -> None:
    working, runner = await run_with(container, Cancelled("the project was deleted"))
    job_id = await stage(working)
    assert await runner.run_one(job_id) == "cancelled"
    assert (await read(working, job_id)).status == JobStatus.CANCELLED


async def test_a_running_job_that_nobody_wants_is_stopped(container: Container) -> None:
    started = asyncio.Event()

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        started.set()
        await asyncio.Event().wait()
        return Done()

    working = with_handler(container, work)
    runner = runner_for(working)
    job_id = await stage(working)
    running = asyncio.create_task(runner.run_one(job_id))
    await started.wait()
    async with working.scope() as scope:
        await scope.ledger.request_cancel(job_id)
    await runner.keeper.renew()
    assert await running == "cancelled"
    assert (await read(working, job_id)).status == JobStatus.CANCELLED


async def test_a_job_that_fails_while_it_is_to_stop_is_not_tried_again(container: Container) -> None:
    job_id = await stage(container)

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        async with container.scope() as scope:
            await scope.ledger.request_cancel(job_id)
        raise Unavailable

    container = with_handler(container, work)
    assert await Runner(container, LeaseKeeper(container), "worker-1").run_one(job_id) == "cancelled"
    assert (await read(container, job_id)).status == JobStatus.CANCELLED


async def test_a_worker_that_leaves_hands_its_job_back_at_no_cost(container: Container) -> None:
    started = asyncio.Event()

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        started.set()
        await asyncio.Event().wait()
        return Done()

    working = with_handler(container, work)
    runner = runner_for(working)
    job_id = await stage(working)
    running = asyncio.create_task(runner.run_one(job_id))
    await started.wait()
    runner.keeper.running[job_id].task.cancel()
    assert await running == "handed_back"
    job = await read(working, job_id)
    assert (job.status, job.attempt, job.rescued) == (JobStatus.QUEUED, 0, True)


async def test_a_job_that_is_to_stop_is_not_handed_back(container: Container) -> None:
    started = asyncio.Event()

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        started.set()
        await asyncio.Event().wait()
        return Done()

    working = with_handler(container, work)
    runner = runner_for(working)
    job_id = await stage(working)
    running = asyncio.create_task(runner.run_one(job_id))
    await started.wait()
    async with working.scope() as scope:
        await scope.ledger.request_cancel(job_id)
    runner.keeper.running[job_id].task.cancel()
    assert await running == "cancelled"
    assert (await read(working, job_id)).status == JobStatus.CANCELLED


async def test_a_job_that_is_to_stop_is_not_snoozed(container: Container) -> None:
    job_id = await stage(container)

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        async with container.scope() as scope:
            await scope.ledger.request_cancel(job_id)
        return Snooze(timedelta(seconds=30), "waiting for a sync")

    container = with_handler(container, work)
    assert await runner_for(container).run_one(job_id) == "cancelled"
    assert (await read(container, job_id)).status == JobStatus.CANCELLED


async def test_a_kind_nobody_knows_fails_with_advice(container: Container) -> None:
    working, _ = await run_with(container)
    job_id = await stage(working)
    stranger = replace(container, registry=Registry())
    assert await runner_for(stranger).run_one(job_id) == "failed"
    assert "Update the workers" in ((await read(working, job_id)).error_message or "")


@pytest.mark.parametrize("outcome", [Done(), NotFound("gone")])
async def test_the_end_of_a_job_is_an_event(container: Container, outcome: Any) -> None:
    heard: list[JobEnded] = []

    async def listen(_scope: Any, event: JobEnded) -> None:
        heard.append(event)

    listening = replace(container, subscriptions={JobEnded: (listen,)})
    working, runner = await run_with(listening, outcome)
    job_id = await stage(working)
    await runner.run_one(job_id)
    assert [event.job_id for event in heard] == [job_id]
    async with working.scope(read_only=True) as scope:
        rows = (await scope.session.execute(select(EventRecord.seq))).all()
    assert rows == [], "nobody may read what concerns no project and no user"


async def test_an_adapters_own_timeout_is_not_the_jobs_time_limit(container: Container) -> None:
    working, runner = await run_with(container, TimeoutError("a socket"))
    job_id = await stage(working)
    assert await runner.run_one(job_id) == "retry"
    assert "time limit" not in ((await read(working, job_id)).error_message or "")


async def test_a_worker_that_is_given_its_own_lost_job_again_keeps_only_the_new_attempt(
    container: Container, clock: FrozenClock
) -> None:
    ends = [asyncio.Event(), asyncio.Event()]
    begun: asyncio.Queue[int] = asyncio.Queue()

    async def work(_payload: Errand, ctx: Any) -> Outcome:
        begun.put_nowait(ctx.attempt)
        await ends[ctx.attempt - 1].wait()
        return Done()

    working = with_handler(container, work)
    runner = runner_for(working)
    job_id = await stage(working)
    zombie = asyncio.create_task(runner.run_one(job_id))
    await begun.get()
    clock.move(seconds=LEASE.total_seconds() + 1)
    async with working.scope() as scope:
        await scope.ledger.rescue()
    heir = asyncio.create_task(runner.run_one(job_id))
    await begun.get()
    assert await zombie == "lost"
    clock.move(seconds=LEASE.total_seconds() - 1)
    await runner.keeper.renew()
    clock.move(seconds=LEASE.total_seconds() - 1)
    async with working.scope() as scope:
        assert await scope.ledger.rescue() == (0, []), "its lease was renewed"
    ends[1].set()
    assert await heir == "success"
