"""The engine: limits that PostgreSQL keeps for us, and SQLite's ways made safe."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.adapters.db.engine import Database, open_database
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
