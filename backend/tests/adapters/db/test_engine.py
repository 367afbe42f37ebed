"""The engine: limits that PostgreSQL keeps for us, and SQLite's ways made safe."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.adapters.db.engine import Database, open_database
from app.adapters.db.sqlite_connections import open_sqlite
from app.core.clock import FrozenClock


async def scalar(database: Database, statement: str) -> object:
    async with database.engine.connect() as connection:
        return (await connection.execute(text(statement))).scalar()


async def test_sqlite_writes_ahead_and_checks_foreign_keys(database: Database) -> None:
    if database.is_postgres:
        pytest.skip("PostgreSQL does both by itself")
    assert await scalar(database, "pragma journal_mode") == "wal"
    assert await scalar(database, "pragma foreign_keys") == 1


async def test_postgres_ends_a_statement_that_takes_too_long(database_url: str) -> None:
    database = open_database(database_url, clock=FrozenClock(), statement_timeout=timedelta(milliseconds=50))
    try:
        if not database.is_postgres:
            pytest.skip("SQLite has no limit of its own")
        assert await scalar(database, "show idle_in_transaction_session_timeout") == "100ms"
        with pytest.raises(DBAPIError, match="statement timeout"):
            await scalar(database, "select pg_sleep(10)")
    finally:
        await database.close()


async def end_other_connections(database: Database) -> None:
    """Do what a restarting server does to its clients."""
    async with database.engine.connect() as connection:
        ours = "datname = current_database() and pid <> pg_backend_pid()"
        await connection.execute(text(f"select pg_terminate_backend(pid, 5000) from pg_stat_activity where {ours}"))


@pytest.mark.parametrize("idle_seconds", [1, 3600])
async def test_a_connection_that_died_while_idle_is_replaced(database_url: str, idle_seconds: int) -> None:
    clock = FrozenClock()
    database, other = open_database(database_url, clock=clock), open_database(database_url, clock=clock)
    try:
        if not database.is_postgres:
            pytest.skip("SQLite has no server that could end")
        before = await scalar(database, "select pg_backend_pid()")
        await end_other_connections(other)
        clock.move(seconds=idle_seconds)
        assert await scalar(database, "select pg_backend_pid()") != before
    finally:
        await database.close()
        await other.close()


async def test_a_connection_that_lay_idle_for_long_is_used_again(database: Database, clock: FrozenClock) -> None:
    assert await scalar(database, "select 1") == 1
    clock.move(seconds=3600)
    assert await scalar(database, "select 2") == 2


async def test_a_connection_that_is_stopped_while_it_closes_keeps_nobody_waiting(tmp_path: Path) -> None:
    connection = await open_sqlite(str(tmp_path / "some.db"))
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    async with asyncio.timeout(10):
        await closing


async def test_writers_of_one_process_take_turns_on_sqlite(database: Database) -> None:
    if database.is_postgres:
        pytest.skip("PostgreSQL's writers go side by side")
    async with database.session() as writing, database.session(read_only=True) as reading:
        await writing.execute(text("select 1"))
        await reading.execute(text("select 1"))
        second = asyncio.ensure_future(database.session().__aenter__())
        await asyncio.sleep(0)
        assert not second.done()
    await (await second).close()
