"""Migrations: they lead to what the models say, and one step back and forth loses nothing. On both databases."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import inspect, make_url

from app.adapters.db import migrate
from app.adapters.db.engine import Database, open_database
from app.core.clock import SystemClock
from app.models import Base


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    """A database without a single table, of the kind that this run tests on."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        database = open_database(f"sqlite:///{tmp_path / 'empty.db'}", clock=SystemClock(), synchronous="OFF")
        yield database
        await database.close()
        return
    name = f"hivesync_migrations_{os.getpid()}"
    admin = await asyncpg.connect(make_url(server).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        await admin.execute(f'drop database if exists "{name}" with (force)')
        await admin.execute(f'create database "{name}"')
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        database = open_database(url, clock=SystemClock())
        yield database
        await database.close()
        await admin.execute(f'drop database if exists "{name}" with (force)')
    finally:
        await admin.close()


async def tables(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    return set(names) - {"alembic_version"}


async def test_migrations_lead_to_what_the_models_say(empty: Database) -> None:
    await migrate.upgrade(empty)
    assert await migrate.differences(empty) == []
    assert await tables(empty) == set(Base.metadata.tables)
    assert await migrate.current(empty) == migrate.newest()


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await migrate.upgrade(empty)
    await migrate.upgrade(empty)
    assert await migrate.differences(empty) == []


async def test_one_step_back_and_forth_ends_where_it_began(empty: Database) -> None:
    await migrate.upgrade(empty)
    await migrate.downgrade(empty, "-1")
    assert await migrate.current(empty) != migrate.newest()
    await migrate.upgrade(empty)
    assert await migrate.differences(empty) == []


async def test_the_first_migration_can_be_undone_completely(empty: Database) -> None:
    await migrate.upgrade(empty)
    await migrate.downgrade(empty, "base")
    assert await tables(empty) == set()
