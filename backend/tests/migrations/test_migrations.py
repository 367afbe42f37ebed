"""Migrations go up, agree with the models, and go down, on whichever database the suite runs on."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import insert, make_url, select

from app.adapters.db import migrate
from app.adapters.db.engine import Database, open_database
from app.core.clock import SystemClock
from app.core.jobs import JobStatus
from app.models.job import Job


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        database = open_database(f"sqlite:///{tmp_path / 'empty.db'}", clock=SystemClock())
        yield database
        await database.close()
        return
    admin, name = make_url(server).set(drivername="postgresql"), f"hivesync_migrations_{os.getpid()}"
    connection = await asyncpg.connect(admin.render_as_string(hide_password=False))
    await connection.execute(f'create database "{name}"')
    database = open_database(admin.set(database=name).render_as_string(hide_password=False), clock=SystemClock())
    yield database
    await database.close()
    await connection.execute(f'drop database "{name}" with (force)')
    await connection.close()


async def test_up_agrees_with_the_models_and_down_leaves_nothing(empty: Database) -> None:
    await migrate.upgrade(empty)
    assert await migrate.current(empty) == migrate.newest()
    assert await migrate.differences(empty) == []
    await migrate.downgrade(empty, "base")
    assert await migrate.current(empty) is None
    await migrate.upgrade(empty)
    assert await migrate.differences(empty) == []


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await migrate.upgrade(empty)
    await migrate.upgrade(empty)
    assert await migrate.current(empty) == migrate.newest()


async def test_every_revision_can_be_taken_back_by_one_and_applied_again(empty: Database) -> None:
    await migrate.upgrade(empty)
    at = await migrate.current(empty)
    while at is not None:
        await migrate.downgrade(empty, "-1")
        before = await migrate.current(empty)
        await migrate.upgrade(empty, "+1")
        assert await migrate.current(empty) == at
        await migrate.downgrade(empty, "-1")
        at = before


async def test_a_database_of_the_first_revision_keeps_its_jobs_whatever_state_they_are_in(empty: Database) -> None:
    await migrate.upgrade(empty, "0001")
    async with empty.session() as session:
        await session.execute(insert(Job), [job_in(status) for status in JobStatus])
        await session.commit()
    await migrate.upgrade(empty)
    async with empty.session(read_only=True) as session:
        assert set((await session.execute(select(Job.status))).scalars()) == set(JobStatus)


def job_in(status: JobStatus) -> dict[str, Any]:
    """A row of the ledger in this state."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return {
        "id": uuid4(), "kind": "test", "queue": "ai_jobs", "payload": {}, "status": status.value,
        "max_attempts": 1, "correlation_id": "test", "run_at": now, "created_at": now,
    }  # fmt: skip
