"""Migrations go up, agree with the models, and go down, on whichever database the suite runs on."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from app.adapters.db import migrate
from app.adapters.db.engine import Database, open_database
from app.core.clock import SystemClock


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
