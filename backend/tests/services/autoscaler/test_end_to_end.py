"""Real workers for a real queue: they come while jobs wait, every job is done once, and they go when it is calm."""

import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.db.engine import Database
from app.adapters.ids import SystemIds
from app.adapters.jobs.registry import Registry
from app.adapters.opening import open_container
from app.adapters.scaling.keeper import Scaling
from app.adapters.scaling.process import ProcessHost, ProcessScaling
from app.config import load_settings
from app.core.clock import SystemClock
from app.models.autoscaler import AutoscalerSample
from app.models.job import Job
from app.services.autoscaler.service import tick
from app.workers.scheduler import Scheduler

from tests.adapters.process.test_daemon import has_ended
from tests.fixtures.redis import RedisServer
from tests.services.autoscaler.slow_worker import run_errand
from tests.waiting import until
from tests.workers.errands import stage

BACKEND = Path(__file__).parents[3]
JOBS, MOST = 60, 3


@pytest.fixture
def env(tmp_path: Path, database_url: str, database: Database, redis_server: RedisServer) -> dict[str, str]:
    """What this process and its workers are told: one slot each, from one worker to three, a look every second."""
    ids = SystemIds()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(BACKEND),
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_server.url,
        "WORKER_CONCURRENCY": "1",
        "SLOW_WORKER_DONE": str(tmp_path / "done"),
        "AUTOSCALER_ENABLED": "true",
        "AUTOSCALER_DRIVER": "process",
        "AUTOSCALER_MAX_WORKERS": str(MOST),
        "AUTOSCALER_SCALE_OUT_THRESHOLD": "8",
        "AUTOSCALER_SCALE_IN_THRESHOLD": "2",
        "AUTOSCALER_POLL_INTERVAL_SECONDS": "1",
        "AUTOSCALER_COOLDOWN_SECONDS": "2",
        # The machine that tests run on is busy with other things.
        "AUTOSCALER_CPU_CEILING": "100",
        **{name: ids.secret(nbytes=48) for name in ("JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET")},
    }


@pytest.fixture
async def driver(env: dict[str, str], tmp_path: Path) -> AsyncIterator[ProcessScaling]:
    ids = SystemIds()
    host = ProcessHost(
        env=env,
        log_dir=tmp_path / "logs",
        grace=timedelta(seconds=10),
        new_id=lambda: ids.secret(nbytes=6),
        monotonic=SystemClock().monotonic,
        argv=(sys.executable, "-m", "tests.services.autoscaler.slow_worker", "{role}", "{worker_id}"),
    )
    driver = ProcessScaling(host)
    yield driver
    await driver.close()


async def rows(container: Container) -> list[AutoscalerSample]:
    async with container.scope(read_only=True) as scope:
        query = select(AutoscalerSample).where(AutoscalerSample.queue == "ai_jobs").order_by(AutoscalerSample.id)
        return list((await scope.session.execute(query)).scalars())


@pytest.mark.slow
async def test_workers_come_do_every_job_once_and_go(
    env: dict[str, str], driver: ProcessScaling, tmp_path: Path
) -> None:
    settings = load_settings(env)
    registry = Registry()
    registry.add_all([run_errand])
    pids: set[int] = set()
    async with open_container(settings, registry=registry, subscriptions={}) as opened:
        container = replace(opened, scaling=Scaling(driver))
        scheduler = Scheduler(container, holder="me")
        for number in range(JOBS):
            await stage(container, name=str(number))

        async def is_calm_again() -> bool:
            await tick(container)
            await scheduler.tick()
            pids.update(own.daemon.pid for own in driver._own.values() if own.daemon.pid)
            seen = await rows(container)
            return [row.action for row in seen if row.is_applied].count("in") == MOST - 1 and not driver._leaving

        await until(is_calm_again, seconds=90)
        applied = [(row.action, row.workers, row.desired) for row in await rows(container) if row.is_applied]
        async with container.scope(read_only=True) as scope:
            jobs = list((await scope.session.execute(select(Job))).scalars())
    assert applied == [("out", 0, 1), ("out", 1, 2), ("out", 2, 3), ("in", 3, 2), ("in", 2, 1)]
    assert {(job.status, job.attempt) for job in jobs} == {("success", 1)}
    done = [line.split() for line in (tmp_path / "done").read_text().splitlines()]
    assert Counter(job_id for job_id, _ in done) == Counter(str(job.id) for job in jobs)
    assert len(jobs) == JOBS
    assert len({worker_id for _, worker_id in done}) == MOST
    assert len(pids) == MOST
    await driver.close()
    assert all(has_ended(pid) for pid in pids)
