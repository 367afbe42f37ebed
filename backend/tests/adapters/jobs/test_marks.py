"""Notes that a job was pushed: late, together, and never in anybody's way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.container import Container
from app.adapters.db.engine import open_database
from app.adapters.jobs.ledger import Failure
from app.adapters.jobs.marks import PushMarks
from app.core.jobs import JobStatus

from tests.workers.errands import read, stage


@pytest.fixture
async def late(container: Container) -> AsyncIterator[Container]:
    """A container whose notes wait until it is closed."""
    marks = PushMarks(timedelta(hours=1))
    yield replace(container, marks=marks)
    await marks.close()


async def test_notes_are_written_together_when_the_process_ends(late: Container) -> None:
    jobs = [await stage(late) for _ in range(3)]
    assert [(await read(late, job)).pushed_at for job in jobs] == [None] * 3
    await late.marks.close()
    assert all([(await read(late, job)).pushed_at for job in jobs])


async def test_a_job_that_has_begun_needs_no_note(late: Container) -> None:
    job = await stage(late)
    async with late.scope() as scope:
        await scope.ledger.claim(job, worker_id="w1")
    await late.marks.close()
    found = await read(late, job)
    assert (found.status, found.pushed_at) == (JobStatus.RUNNING, None)


async def test_notes_are_written_after_a_moment(container: Container) -> None:
    marks = PushMarks(timedelta(milliseconds=1))
    job = await stage(replace(container, marks=marks))
    while (await read(container, job)).pushed_at is None:
        pass
    await marks.close()


async def test_a_database_that_is_away_fails_nobody(container: Container, tmp_path: Path) -> None:
    elsewhere = open_database(f"sqlite:///{tmp_path / 'without-tables.db'}", clock=container.clock)
    await PushMarks().note(replace(container, database=elsewhere), [(container.ids.new(), 0)])
    await elsewhere.close()


async def test_a_late_note_says_nothing_of_an_attempt_that_came_back(late: Container) -> None:
    job = await stage(late)
    async with late.scope() as scope:
        claim = await scope.ledger.claim(job, worker_id="w1")
    assert claim is not None
    async with late.scope() as scope:
        await scope.ledger.retry(claim, Failure("UNAVAILABLE", "no answer", {}), delay=timedelta(seconds=2))
    await late.marks.close()
    assert (await read(late, job)).pushed_at is None, "nobody has pushed the second attempt"
