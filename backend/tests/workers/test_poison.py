"""A job that kills its worker is found among those that ran beside it, and they are not charged for it."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.db.engine import Database
from app.core.jobs import JobStatus

from tests.fixtures.redis import RedisServer
from tests.waiting import until
from tests.workers.crew import crew_on
from tests.workers.errands import Errand
from tests.workers.mortal import OtherErrand


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("workers", [1, 2])
async def test_one_poison_job_among_innocents_dies_alone(
    database: Database, database_url: str, redis_server: RedisServer, tmp_path: Path, workers: int
) -> None:
    assert database.engine is not None, "emptied"
    async with crew_on(database_url, redis_server.url, tmp_path) as crew:
        innocents = [Errand(name=f"innocent-{number}") for number in range(20)]
        job_ids = await crew.stage(*innocents[:3], Errand(name="poison"), *innocents[3:])
        poison = job_ids.pop(3)
        for number in range(workers):
            crew.hire(f"w{number}", 8)
        await crew.keep(poison, *job_ids, slots=8, within=240)
        (dead,) = await crew.read(poison)
        ended = Counter(job.status for job in await crew.read(*job_ids))
        began = Counter(crew.began())
    assert (dead.status, dead.exhausted, dead.error_message) == (
        JobStatus.FAILED, True, "The worker died every time it ran this job.",
    )  # fmt: skip
    assert ended == {JobStatus.SUCCESS: 20}
    assert began["poison"] <= Errand.retry.attempts + 2, "two companies at most before it was alone"
    assert dead.attempt == Errand.retry.attempts


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_worker_told_to_leave_hands_back_before_it_is_gone(
    database: Database, database_url: str, redis_server: RedisServer, tmp_path: Path
) -> None:
    assert database.engine is not None, "emptied"
    async with crew_on(database_url, redis_server.url, tmp_path) as crew:
        crew.env["WORKER_GRACE_SECONDS"] = "1"
        job_ids = await crew.stage(*(OtherErrand(name=f"slow-{number}") for number in range(3)))
        worker = crew.hire("w0", 3)
        await until(lambda: len(crew.began()) == 3, seconds=60)
        # Within the 25 s that a fleet gives it, or it is killed and this fails.
        await worker.stop(timedelta(seconds=25))
        assert worker.returncode == 0
        jobs = await crew.read(*job_ids)
    assert [(job.status, job.attempt, job.waiting_for) for job in jobs] == [(JobStatus.QUEUED, 0, "worker left")] * 3
