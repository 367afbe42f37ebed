"""Stopping processes where they hold nothing that others wait for."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable

import asyncpg
from sqlalchemy import make_url

_AGAIN_SECONDS = 0.05


async def stand_still(stop: Callable[[], object], go_on: Callable[[], object], *, database_url: str) -> None:
    """Stop somebody, and once more until it is not within a transaction: on SQLite that would stop everybody."""
    stop()
    while not await _nobody_writes(database_url):
        go_on()
        await asyncio.sleep(_AGAIN_SECONDS)
        stop()


async def _nobody_writes(database_url: str) -> bool:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        assert url.database
        with contextlib.closing(sqlite3.connect(url.database, timeout=1)) as database:
            try:
                database.execute("begin immediate")
            except sqlite3.OperationalError:
                return False
            return True
    connection = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        return not await connection.fetchval(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null"
        )
    finally:
        await connection.close()
