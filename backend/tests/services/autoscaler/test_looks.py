"""Looks at real queues: what is seen, what is recorded, what is done, and that a driver's failure stays its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, read_workers, write_beat
from app.adapters.kv.memory import MemoryKeyValue
from app.adapters.scaling.keeper import Scaling
from app.adapters.scaling.plain import NoScaling
from app.adapters.scaling.port import Change, Outcome, ScalingFailed, Workers
from app.adapters.scope import Scope
from app.core.actor import SYSTEM, Actor
from app.core.clock import FrozenClock
from app.core.effects import Effect
from app.core.jobs import Queue
from app.models.autoscaler import AutoscalerSample
from app.models.job import Job, QueueState
from app.services.autoscaler.service import look, tick

from tests.workers.errands import stage

EVERY = 30.0


@dataclass
class Recorder(NoScaling):
    """A platform that does what it is told, or fails."""

    name = "kubernetes"
    count: int = 1
    fails: bool = False
    changes: list[Change] = field(default_factory=list)
    gpus: int | None = None
    busy: list[float] = field(default_factory=list)
    replaces: bool = True

    def cpu(self) -> float | None:
        return self.busy.pop(0) if self.busy else None

    async def workers(self, role: str, alive: Sequence[str]) -> Workers | None:
        return Workers(self.count)

    async def devices(self) -> int | None:
        return self.gpus

    async def apply(self, change: Change) -> Outcome:
        self.changes.append(change)
        if self.fails:
            raise ScalingFailed("The platform is on fire.")
        if change.action == "replace" and not self.replaces:
            return Outcome(done=False, note="Whoever started it must restart it.")
        self.count = change.after
        return Outcome(done=True)


def enabled(container: Container, driver: Recorder, **changed: object) -> Container:
    chosen = container.settings.autoscaler.model_copy(update={"enabled": True, "driver": "kubernetes", **changed})
    return replace(container, settings=replace(container.settings, autoscaler=chosen), scaling=Scaling(driver))


async def beat(
    container: Container,
    worker_id: str = "one",
    queue: Queue = Queue.AI,
    role: str = "ai_worker",
    *,
    draining: bool = False,
) -> None:
    await write_beat(
        container.kv,
        WorkerBeat(
            worker_id=worker_id,
            type="cpu",
            role=role,
            queues=(queue,),
            slots=2,
            active=1,
            beat_at=container.clock.now(),
            cpu=0.25,
            draining=draining,
        ),
    )


async def samples(container: Container, queue: str = "ai_jobs") -> list[AutoscalerSample]:
    async with container.scope(read_only=True) as scope:
        query = select(AutoscalerSample).where(AutoscalerSample.queue == queue).order_by(AutoscalerSample.id)
        return list((await scope.session.execute(query)).scalars())


async def stage_many(container: Container, number: int) -> None:
    for _ in range(number):
        await stage(container)


async def test_even_disabled_it_records_what_it_would_do_and_why(container: Container, clock: FrozenClock) -> None:
    clock.move(seconds=1)
    await beat(container)
    await stage_many(container, 22)
    later = await stage(container)
    async with container.scope() as scope:
        claim = await scope.ledger.claim(later, worker_id="one")
    assert claim is not None
    clock.move(seconds=7)
    await look(container)
    (row,) = await samples(container)
    assert (row.depth, row.running, row.arrivals, row.oldest_seconds) == (22, 1, 23, 7.0)
    assert (row.alive, row.slots, row.workers, row.desired, row.action) == (1, 2, 1, 2, "out")
    assert (row.is_enabled, row.is_applied, row.driver, row.error) == (False, False, "none", None)
    assert row.reason == (
        "1 worker for ai_jobs: 22 jobs wait (more than 20), the oldest has waited 7 s, so one more, up to 4."
    )


async def test_who_is_on_the_way_out_is_nobody_to_count_on(container: Container) -> None:
    await beat(container)
    await beat(container, "leaving", draining=True)
    await look(container)
    (row,) = await samples(container)
    assert (row.alive, row.slots, row.workers, row.cpu) == (1, 2, 1, 25.0)


async def test_jobs_that_need_a_gpu_call_for_gpu_workers_in_whichever_queue_they_lie(
    container: Container, clock: FrozenClock
) -> None:
    driver = Recorder(count=1, gpus=3)
    ai = container.settings.ai.model_copy(update={"local_needs_gpu": True})
    acting = enabled(replace(container, settings=replace(container.settings, ai=ai)), driver)
    for _ in range(30):
        await stage(container, gpu=True)
    async with container.scope(read_only=True) as scope:
        assert set((await scope.session.execute(select(Job.queue))).scalars()) == {"ai_jobs"}
    clock.move(seconds=1)
    await look(acting)
    assert [(change.role, change.after) for change in driver.changes] == [("gpu_worker", 2)]
    (row,) = await samples(container, "ai_jobs")
    assert (row.depth, row.arrivals) == (0, 0)
    (row,) = await samples(container, "gpu_ai_jobs")
    assert (row.depth, row.arrivals) == (30, 30)


async def test_the_machine_is_asked_once_a_look(container: Container) -> None:
    driver = Recorder(busy=[42.0, 0.0, 100.0])
    rows = await look(enabled(container, driver, queues="preview_build:max=2;mirror:max=2"))
    assert len(rows) == 3
    assert {row.cpu for row in rows} == {42.0}


async def test_arrivals_are_those_since_the_last_look(container: Container, clock: FrozenClock) -> None:
    await stage_many(container, 3)
    clock.move(seconds=EVERY)
    await look(container)
    await stage_many(container, 0)
    clock.move(seconds=1)
    await stage_many(container, 2)
    clock.move(seconds=EVERY)
    await look(container)
    assert [row.arrivals for row in await samples(container)][1:] == [2]


async def test_waits_and_durations_are_those_of_recent_jobs(container: Container, clock: FrozenClock) -> None:
    job_id = await stage(container)
    clock.move(seconds=4)
    async with container.scope() as scope:
        claim = await scope.ledger.claim(job_id, worker_id="one")
        assert claim is not None
    clock.move(seconds=6)
    async with container.scope() as scope:
        await scope.ledger.finish(claim)
    await look(container)
    (row,) = await samples(container)
    assert (row.wait_seconds, row.run_seconds) == (4.0, 6.0)


async def test_in_one_interval_one_process_looks_once(container: Container, clock: FrozenClock) -> None:
    await tick(container)
    await tick(replace(container, scaling=Scaling()))
    assert len(await samples(container)) == 1
    clock.move(seconds=EVERY)
    await tick(container)
    await tick(container)
    assert len(await samples(container)) == 2


async def test_enabled_it_acts_up_to_the_maximum_and_back(container: Container, clock: FrozenClock) -> None:
    driver = Recorder()
    acting = enabled(container, driver)
    await stage_many(container, 30)
    for _ in range(5):
        await beat(acting)
        await look(acting)
        clock.move(seconds=EVERY)
    assert [change.after for change in driver.changes] == [2, 3, 4]
    assert len({change.id for change in driver.changes}) == 3
    async with container.scope() as scope:
        for job_id in await scope.ledger.due(dict.fromkeys(Queue, timedelta(0))):
            await scope.ledger.request_cancel(job_id.id)
    for _ in range(20):
        await beat(acting)
        await look(acting)
        clock.move(seconds=EVERY)
    assert [change.after for change in driver.changes][3:] == [3, 2, 1]
    assert [row.action for row in await samples(container)].count("in") == 3


class Watching(Container):
    """Keeps the effects that scopes recorded."""

    @asynccontextmanager
    async def scope(self, actor: Actor = SYSTEM, *, read_only: bool = False) -> AsyncIterator[Scope]:
        async with super().scope(actor, read_only=read_only) as scope:
            yield scope
            WATCHED.extend(scope.uow.effects)


WATCHED: list[Effect] = []


async def test_what_is_done_is_an_effect(container: Container) -> None:
    acting = enabled(container, Recorder(count=0))
    WATCHED.clear()
    await look(Watching(**{each.name: getattr(acting, each.name) for each in fields(acting)}))
    (effect,) = [each for each in WATCHED if each.subject_id == "ai_jobs"]
    assert (effect.action, effect.before, (effect.after or {})["workers"]) == ("workers.scaled", {"workers": 0}, 1)


async def test_a_driver_that_fails_leaves_a_row_and_is_left_alone_for_longer_each_time(
    container: Container, clock: FrozenClock
) -> None:
    driver = Recorder(fails=True)
    acting = enabled(container, driver)
    await stage_many(container, 30)
    for _ in range(8):
        await beat(acting)
        await look(acting)
        clock.move(seconds=EVERY)
    rows = await samples(container)
    assert len(rows) == 8
    failed = [number for number, row in enumerate(rows) if row.error]
    assert failed == [0, 1, 3, 7]
    assert rows[0].error == "The platform is on fire."
    assert "failed 2 times in a row" in rows[2].reason
    assert not any(row.is_applied for row in rows)
    driver.fails = False
    clock.move(seconds=1000)
    await look(acting)
    assert (await samples(container))[-1].is_applied


async def test_a_paused_queue_and_cleanup_are_left_alone(container: Container) -> None:
    driver = Recorder()
    acting = enabled(container, driver)
    async with container.scope() as scope:
        scope.session.add(QueueState(queue="ai_jobs", is_paused=True, changed_at=container.clock.now()))
    await stage_many(container, 30)
    await beat(acting)
    await beat(acting, "cleaner", Queue.CLEANUP, "cleanup_worker")
    rows = await look(acting)
    assert driver.changes == []
    assert "cleanup" not in {row.queue for row in rows}
    assert "paused" in (await samples(container))[0].reason


@pytest.mark.parametrize(("gpus", "desired"), [(2, 2), (None, 0)])
async def test_gpu_workers_are_capped_by_devices(container: Container, gpus: int | None, desired: int) -> None:
    driver = Recorder(count=desired, gpus=gpus)
    acting = enabled(container, driver, queues="gpu_ai_jobs:min=3,max=8;ai_jobs:min=0,in=0")
    await beat(acting, "g", Queue.GPU_AI, "gpu_worker")
    await look(acting)
    (row,) = await samples(container, "gpu_ai_jobs")
    assert row.desired == desired


async def test_who_fell_silent_is_replaced_once(container: Container, clock: FrozenClock) -> None:
    driver = Recorder(count=2)
    acting = enabled(container, driver)
    await beat(acting, "silent")
    clock.move(seconds=121)
    await beat(acting, "lively")
    for _ in range(2):
        await look(acting)
        clock.move(seconds=EVERY)
    assert [change.silent for change in driver.changes if change.action == "replace"] == [("silent",)]
    assert [each.worker_id for each in await read_workers(container.kv)] == ["lively"]


async def test_one_that_nobody_here_can_replace_keeps_its_queue_from_nothing(
    container: Container, clock: FrozenClock
) -> None:
    driver = Recorder(count=1, replaces=False)
    acting = enabled(container, driver)
    await beat(acting, "silent")
    clock.move(seconds=121)
    await beat(acting, "lively")
    await stage_many(container, 30)
    await look(acting)
    assert [(change.action, change.after) for change in driver.changes] == [("replace", 1), ("out", 2)]
    (row,) = await samples(container)
    assert (row.action, row.desired, row.is_applied, row.unresponsive) == ("out", 2, True, 1)
    assert "must restart it" in row.reason
    assert "30 jobs wait" in row.reason


async def test_without_heartbeats_nothing_is_decided(container: Container, clock: FrozenClock) -> None:
    kv = MemoryKeyValue(clock)
    kv.available = False
    assert await look(replace(container, kv=kv)) == []


async def test_a_slow_driver_is_asked_beside_the_other_chores(container: Container) -> None:
    driver = Recorder()
    driver.is_slow = True
    acting = enabled(container, driver)
    await tick(acting)
    await acting.scaling.finished()
    assert len(await samples(container)) == 1
