"""One fault each, on purpose and at the worst moment, with real worker and scheduler processes."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import make_url, select, text

from app.adapters.db.locks import take_lease
from app.adapters.jobs.dispatcher import Sweeper
from app.models.job import Lease
from app.workers.scheduler import LEADERSHIP, LEADS_FOR

from tests.chaos.rig import Rig, a_rig, strike
from tests.chaos.standstill import stand_still
from tests.waiting import until

IS_POSTGRES = bool(os.environ.get("TEST_DATABASE_URL"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    async with a_rig() as made:
        yield made


async def test_sigterm_hands_a_job_back_at_once_and_at_no_cost(rig: Rig) -> None:
    leaving = rig.start("worker", "sync", "leaving")
    job = await rig.stage("medium", seconds=3)
    await rig.seen("begin", job, worker="leaving")
    rig.start("worker", "sync", "staying")
    strike(leaving, signal.SIGTERM)
    sweep = Sweeper()

    async def began_elsewhere() -> bool:
        # Nobody rescues here, so no lease that runs out brings it back: only who leaves can have done so.
        await sweep(rig.container)
        return any(line["what"] == "begin" and line["worker"] == "staying" for line in rig.notes.read())

    await until(began_elsewhere, seconds=60)
    done = await rig.ended(job)
    assert (done.status, done.attempt, done.epoch) == ("success", 1, 2)
    assert await rig.effects(job) == 1


async def test_another_scheduler_takes_over_when_the_leader_is_killed(rig: Rig) -> None:
    schedulers = {name: rig.start("scheduler", name) for name in ("first", "second")}
    rig.start("worker", "sync", "worker")

    async def leader() -> str | None:
        async with rig.container.scope(read_only=True) as scope:
            return await scope.session.scalar(select(Lease.holder).where(Lease.name == LEADERSHIP))

    async def is_led() -> bool:
        return await leader() in schedulers

    await until(is_led, seconds=60)
    first = await leader()
    assert first is not None
    strike(schedulers[first], signal.SIGKILL)
    job = await rig.stage_in_silence("medium")
    assert (await rig.ended(job)).status == "success"
    second = await leader()
    assert second in schedulers.keys() - {first}
    async with rig.container.scope() as scope:
        token = await take_lease(scope.session, rig.container.database, LEADERSHIP, holder="third", length=LEADS_FOR)
    assert token is None, "one leads"


async def test_a_worker_that_stood_still_past_its_lease_writes_nothing_any_more(rig: Rig) -> None:
    rig.start("scheduler", "scheduler")
    hung = rig.start("worker", "sync", "hung")
    job = await rig.stage("medium", seconds=2)
    await rig.seen("begin", job, worker="hung")
    await stand_still(
        lambda: strike(hung, signal.SIGSTOP),
        lambda: strike(hung, signal.SIGCONT),
        database_url=rig.env["DATABASE_URL"],
    )
    rig.start("worker", "sync", "other")
    await rig.seen("end", job, worker="other")
    strike(hung, signal.SIGCONT)

    def has_given_up() -> bool:
        lines = [line for line in rig.notes.read() if line.get("worker") == "hung"]
        return any(line["what"] in ("fenced", "stopped", "repeated") for line in lines)

    await until(has_given_up, seconds=30)
    assert (await rig.ended(job)).status == "success"
    assert await rig.effects(job) == 1
    assert not [line for line in rig.notes.read() if line["what"] == "applied" and line["worker"] == "hung"]


async def test_what_is_asked_for_while_redis_is_away_starts_when_it_is_back(rig: Rig) -> None:
    rig.start("scheduler", "scheduler")
    rig.start("worker", "sync", "worker")
    before = await rig.stage("medium")
    await rig.ended(before)
    await rig.redis.kill()
    jobs = [await rig.stage("medium") for _ in range(5)]
    await rig.redis.start()
    assert {(await rig.ended(job)).status for job in jobs} == {"success"}
    assert [await rig.effects(job) for job in jobs] == [1] * 5


@pytest.mark.skipif(not IS_POSTGRES, reason="SQLite has no connections to cut")
async def test_a_job_whose_connections_are_cut_has_one_effect(rig: Rig) -> None:
    rig.start("scheduler", "scheduler")
    rig.start("worker", "sync", "worker")
    job = await rig.stage("medium", seconds=1)
    await rig.seen("begin", job)
    url = make_url(rig.env["DATABASE_URL"]).set(drivername="postgresql").render_as_string(hide_password=False)
    cutter = await asyncpg.connect(url)
    try:
        cut = await cutter.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    finally:
        await cutter.close()
    assert cut
    assert (await rig.ended(job)).status == "success"
    assert await rig.effects(job) == 1


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


async def test_a_full_temporary_disk_fails_attempts_and_no_worker(rig: Rig) -> None:
    if rig.disk is None:
        pytest.skip("a small disk cannot be mounted here")
    rig.start("scheduler", "scheduler")
    worker = rig.start("worker", "refactor", "worker")
    ballast = rig.disk / "ballast"
    with pytest.raises(OSError, match="No space left"):
        fill(ballast)
    job = await rig.stage("cpu", seconds=0.02)
    raised = await rig.seen("raised", job)
    assert "DiskFull" in raised["error"]
    ballast.unlink()
    done = await rig.ended(job)
    assert (done.status, await rig.effects(job)) == ("success", 1)
    assert worker.is_alive()
    assert not list(rig.disk.iterdir())


@pytest.mark.skipif(IS_POSTGRES, reason="checks SQLite's file")
async def test_sqlites_file_is_sound_after_ten_kills(rig: Rig) -> None:
    rig.start("scheduler", "scheduler")
    jobs = [await rig.stage("medium") for _ in range(40)]
    for turn in range(5):
        crew = [rig.start("worker", "sync", f"worker-{turn}-{number}") for number in range(2)]
        for number in range(2):
            await rig.seen("begin", worker=f"worker-{turn}-{number}")
        for daemon in crew:
            strike(daemon, signal.SIGKILL)
            await daemon.wait()
        async with rig.container.scope(read_only=True) as scope:
            assert await scope.session.scalar(text("pragma integrity_check")) == "ok"
    rig.start("worker", "sync", "last")
    assert {(await rig.ended(job)).status for job in jobs} == {"success"}
    assert [await rig.effects(job) for job in jobs] == [1] * len(jobs)
