"""Which errors are the database's troubles, told by what its servers really raise."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.adapters.container import Container
from app.adapters.db.engine import Database, open_database
from app.adapters.db.trouble import trouble


@pytest.fixture
async def victim(container: Container) -> AsyncIterator[Database]:
    """A second way into the test's database, whose connections may be cut."""
    if not container.database.is_postgres:
        pytest.skip("only a server can cut connections")
    address = container.database.engine.url.render_as_string(hide_password=False)
    database = open_database(address, clock=container.clock)
    yield database
    await database.close()


async def cut(container: Container, pid: int) -> None:
    async with container.database.engine.connect() as connection:
        await connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})


async def test_a_connection_that_is_cut_in_a_statement_is_trouble(container: Container, victim: Database) -> None:
    async with victim.session() as session:
        pid = (await session.execute(text("select pg_backend_pid()"))).scalar_one()
        asking = asyncio.create_task(session.execute(text("select pg_sleep(20)")))
        await cut(container, pid)
        with pytest.raises(DBAPIError) as raised:
            await asking
    assert trouble(raised.value)


async def test_a_statement_that_takes_too_long_is_trouble(victim: Database) -> None:
    async with victim.session() as session:
        await session.execute(text("set local statement_timeout = 20"))
        with pytest.raises(DBAPIError) as raised:
            await session.execute(text("select pg_sleep(20)"))
    assert trouble(raised.value)


async def test_a_driver_that_lost_its_place_with_its_connection_is_trouble_and_its_connection_is_replaced(
    victim: Database,
) -> None:
    torn = asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")

    def lose_its_place(*_: object) -> None:
        raise torn

    async with victim.session() as session:
        before = (await session.execute(text("select pg_backend_pid()"))).scalar_one()
        event.listen(victim.engine.sync_engine, "do_execute", lose_its_place)
        # Whoever expects troubles of the database expects this class.
        with pytest.raises(SQLAlchemyError) as raised:
            await session.execute(text("select 1"))
        event.remove(victim.engine.sync_engine, "do_execute", lose_its_place)
    assert trouble(raised.value)
    async with victim.session() as session:
        assert (await session.execute(text("select pg_backend_pid()"))).scalar_one() != before


async def test_a_wrong_statement_is_a_bug(container: Container) -> None:
    async with container.scope(read_only=True) as scope:
        with pytest.raises(DBAPIError) as raised:
            await scope.session.execute(text("select nothing from nowhere"))
    assert trouble(raised.value) is None


class ServerError(Exception):
    """What a driver raises, with the server's code."""

    def __init__(self, *, sqlstate: str | None = None, sqlite_errorcode: int | None = None) -> None:
        self.sqlstate = sqlstate
        self.sqlite_errorcode = sqlite_errorcode


@pytest.mark.parametrize("sqlstate", ["08006", "53300", "57P01", "57P03", "40P01", "55000"])
def test_a_server_that_starts_stops_or_is_crowded_is_trouble(sqlstate: str) -> None:
    assert "does not answer" in (trouble(DBAPIError("select 1", {}, ServerError(sqlstate=sqlstate))) or "")


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_IOERR_WRITE])
def test_a_file_that_is_locked_or_cannot_be_written_is_trouble(code: int) -> None:
    assert "does not answer" in (trouble(DBAPIError("commit", {}, ServerError(sqlite_errorcode=code))) or "")


@pytest.mark.parametrize("error", [ServerError(sqlstate="53100"), ServerError(sqlite_errorcode=sqlite3.SQLITE_FULL)])
def test_a_full_disk_is_called_by_its_name(error: ServerError) -> None:
    assert "disk" in (trouble(DBAPIError("commit", {}, error)) or "")


@pytest.mark.parametrize("error", [PoolTimeout("all are busy"), ConnectionRefusedError("nobody there")])
def test_a_database_that_cannot_be_reached_is_trouble(error: Exception) -> None:
    assert trouble(error)


def test_what_the_database_never_saw_is_no_trouble_of_its_own() -> None:
    assert trouble(ZeroDivisionError()) is None
