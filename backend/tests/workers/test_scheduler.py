"""The leader's chores: one that breaks stops neither the others nor the process."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from app.adapters.container import Container
from app.adapters.db.engine import open_database
from app.adapters.jobs.schedule import Schedule
from app.adapters.queue.memory import MemoryQueue
from app.core.clock import FrozenClock
from app.workers.scheduler import Scheduler


async def test_a_chore_with_a_bug_does_not_stop_the_others(container: Container) -> None:
    done: list[str] = []

    async def broken(_container: Container) -> None:
        raise KeyError("a bug")

    async def sound(_container: Container) -> None:
        done.append("sound")

    chores = [Schedule("broken", timedelta(seconds=1), broken), Schedule("sound", timedelta(seconds=1), sound)]
    await Scheduler(container, holder="me", schedules=chores).tick()
    assert done == ["sound"]


async def test_a_chore_that_goes_on_failing_is_told_of_when_it_begins_and_ends_and_once_a_minute(
    container: Container, clock: FrozenClock
) -> None:
    queue = MemoryQueue()
    scheduler = Scheduler(replace(container, queue=queue), holder="me")

    async def ticks(seconds: int) -> list[str]:
        with capture_logs() as lines:
            for _ in range(2 * seconds):
                await scheduler.tick()
                clock.move(seconds=0.5)
        return [line["event"] for line in lines]

    assert await ticks(2) == []
    queue.available = False
    assert await ticks(30) == ["scheduler.chore_failed"]
    assert await ticks(60) == ["scheduler.chore_failed"]
    queue.available = True
    assert await ticks(2) == ["scheduler.chore_works_again"]


async def test_a_scheduler_that_stops_while_the_database_is_away_only_stops(container: Container) -> None:
    nowhere = open_database("postgresql://127.0.0.1:1/none", clock=container.clock)
    failed = asyncio.Event()

    class Watched(Scheduler):
        async def _lead(self) -> bool:
            leads = await super()._lead()
            failed.set()
            return leads

    running = asyncio.create_task(Watched(replace(container, database=nowhere), holder="me").run())
    await failed.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await nowhere.close()
