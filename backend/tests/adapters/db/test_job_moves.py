"""The database itself refuses what is no legal move between the states of a job, whoever writes."""

from datetime import UTC, datetime
from itertools import product

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.db.engine import Database
from app.core.ids import CountingIds
from app.core.jobs import MOVES, JobStatus
from app.models.job import Job

_PAIRS = list(product(JobStatus, JobStatus))
LEGAL = [(before, after) for before, after in _PAIRS if before is after or after in MOVES[before]]
ILLEGAL = [pair for pair in _PAIRS if pair not in LEGAL]


async def move(database: Database, before: JobStatus, after: JobStatus) -> str:
    """Write a job in one state, rewrite the state by hand, and give what the row says then."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    job = {
        "id": CountingIds().new(), "kind": "test", "queue": "ai_jobs", "payload": {}, "status": before.value,
        "max_attempts": 1, "correlation_id": "test", "run_at": now, "created_at": now,
    }  # fmt: skip
    async with database.session() as session:
        await session.execute(insert(Job).values(job))
        await session.execute(update(Job).values(status=after.value, phase="moved"))
        await session.commit()
    async with database.session(read_only=True) as session:
        return (await session.execute(select(Job.status))).scalar_one()


@pytest.mark.parametrize(("before", "after"), LEGAL)
async def test_a_legal_move_is_accepted(database: Database, before: JobStatus, after: JobStatus) -> None:
    assert await move(database, before, after) == after


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
async def test_an_illegal_move_is_refused(database: Database, before: JobStatus, after: JobStatus) -> None:
    with pytest.raises(IntegrityError, match="a job cannot go from"):
        await move(database, before, after)


def test_success_is_for_ever_and_nothing_ends_without_having_run() -> None:
    assert MOVES[JobStatus.SUCCESS] == frozenset()
    assert {before for before, after in LEGAL if after is JobStatus.FAILED} == {JobStatus.RUNNING, JobStatus.FAILED}
    assert len(LEGAL) == 8 + len(JobStatus)
