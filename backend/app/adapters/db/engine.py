"""Opens the database: PostgreSQL through asyncpg or SQLite (WAL) through aiosqlite."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Executable, Row, bindparam, cast, event, extract, func, make_url, text
from sqlalchemy.engine import URL, Connection, ExceptionContext
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.adapters.db.sqlite_connections import open_sqlite
from app.core.clock import Clock
from app.models.base import UtcDateTime

_READ_ONLY = "hivesync_read_only"
_PLAIN = "hivesync_plain"
_SQLITE_BUSY_MS = 30_000
_IDLE_SINCE = "hivesync_idle_since"
# Firewalls forget connections after minutes.
_TRUSTED_SECONDS = 30.0
_STATEMENT_TIMEOUT = timedelta(seconds=30)


class DatabaseTime:
    """The time leases are measured by: the database server's own, or the clock's where they are one machine."""

    def __init__(self, clock: Clock, *, server_side: bool) -> None:
        """Use the server's clock on PostgreSQL; SQLite lives on this machine, so the clock is the same."""
        self._clock = clock
        self._server_side = server_side

    def now(self) -> ColumnElement[Any]:
        """Build the SQL for the moment in which it is executed."""
        if self._server_side:
            return func.clock_timestamp()
        return _moment(self._clock.now)

    def after(self, delay: timedelta) -> ColumnElement[Any]:
        """Build the SQL for a moment that far from now; negative delays lie in the past."""
        if self._server_side:
            return func.clock_timestamp() + delay
        return _moment(lambda: self._clock.now() + delay)

    def milliseconds(self) -> ColumnElement[int]:
        """Build the SQL for the present moment, in whole milliseconds since 1970."""
        if self._server_side:
            return cast(extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
        return bindparam(
            "milliseconds",
            callable_=lambda: int(self._clock.now().timestamp() * 1000),
            type_=BigInteger(),
            unique=True,
        )


def _moment(read: Callable[[], datetime]) -> ColumnElement[Any]:
    # Read when the statement is executed, so that a statement may be built once.
    return bindparam("moment", callable_=read, type_=UtcDateTime(), unique=True)


class Turns:
    """Lets this process's writers into SQLite one by one, in the order they came.

    Left to SQLite, all but one would sleep, longer every time, while the database has nothing to do.
    """

    def __init__(self) -> None:
        """Nobody writes yet."""
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        """Wait; sqlalchemy's TimeoutError when that takes as long as SQLite itself would have waited."""
        try:
            async with asyncio.timeout(_SQLITE_BUSY_MS / 1000):
                await self._lock.acquire()
        except TimeoutError as error:
            raise PoolTimeout("another transaction of this process does not end") from error

    async def __aexit__(self, *_: object) -> None:
        """Let the next one in."""
        self._lock.release()


@dataclass(frozen=True, slots=True)
class Database:
    """An open engine with its two kinds of session; `plain` shares its connections and opens no transactions."""

    engine: AsyncEngine
    plain: AsyncEngine
    writers: async_sessionmaker[AsyncSession]
    readers: async_sessionmaker[AsyncSession]
    time: DatabaseTime
    turns: "Turns | None" = None

    def session(self, *, read_only: bool = False) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session; on SQLite a writing one waits for its turn first."""
        if read_only:
            return self.readers()
        return self._writing(self.turns) if self.turns else self.writers()

    @asynccontextmanager
    async def _writing(self, turns: "Turns") -> AsyncIterator[AsyncSession]:
        async with turns, self.writers() as session:
            yield session

    @property
    def is_postgres(self) -> bool:
        """Say whether this is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    async def read_row(self, statement: Executable, values: Mapping[str, Any]) -> Row[Any] | None:
        """Run one SELECT in no transaction of its own, which costs one exchange; return its first row."""
        async with self.plain.connect() as connection:
            return (await connection.execute(statement, values)).first()

    async def ping(self) -> None:
        """Ask the server something trivial; raises when it does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("select 1"))

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()


def async_url(address: str) -> URL:
    """Turn an operator's database URL into one with the right async driver."""
    url = make_url(address)
    driver = {"postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
    return url.set(drivername=driver.get(url.drivername, url.drivername))


def open_database(
    address: str,
    *,
    clock: Clock,
    pool_size: int = 5,
    server_time: bool = True,
    synchronous: str = "FULL",
    statement_timeout: timedelta = _STATEMENT_TIMEOUT,
) -> Database:
    """Open a database by URL; nothing is connected until first use.

    PostgreSQL ends a statement after `statement_timeout`, and a forgotten transaction after twice that.
    `server_time=False` measures leases by `clock` on PostgreSQL too (tests move it). `synchronous` is
    SQLite's: FULL makes every acknowledged job survive a power cut.
    """
    url = async_url(address)
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite:
        if url.database and url.database != ":memory:":
            _make_private(Path(url.database))
        engine = create_async_engine(
            url, pool_size=pool_size, max_overflow=10, connect_args={"async_creator_fn": open_sqlite}
        )
        _prepare_sqlite(engine, synchronous=synchronous)
    else:
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            connect_args={"server_settings": _postgres_limits(statement_timeout)},
        )
        _distrust_idle_connections(engine, clock)
        _recognise_torn_connections(engine)
    return Database(
        engine=engine,
        plain=engine.execution_options(**({_PLAIN: True} if is_sqlite else {"isolation_level": "AUTOCOMMIT"})),
        writers=async_sessionmaker(engine, expire_on_commit=False, autoflush=True),
        readers=async_sessionmaker(
            engine.execution_options(**{_READ_ONLY: True}), expire_on_commit=False, autoflush=False
        ),
        time=DatabaseTime(clock, server_side=server_time and not is_sqlite),
        turns=Turns() if is_sqlite else None,
    )


def _make_private(file: Path) -> None:
    """Make the file for its owner's eyes only before SQLite would make it for everybody's; its journals follow suit."""
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if file.stat().st_uid == os.getuid() and file.stat().st_mode & 0o077:
        file.chmod(0o600)


def _distrust_idle_connections(engine: AsyncEngine, clock: Clock) -> None:
    """Replace connections that died while nobody used them, without asking the server before every use.

    A server that restarts closes its connections, which the driver notices by itself. Only one that lay idle for
    long may have been cut off in silence, so only that one is asked.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def on_checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_IDLE_SINCE] = clock.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def on_checkout(connection: Any, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError
        # Reconnecting clears the record, so a new connection is not asked.
        idle_since = record.info.pop(_IDLE_SINCE, None)
        if idle_since is None or clock.monotonic() - idle_since < _TRUSTED_SECONDS:
            return
        try:
            connection.ping()
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _recognise_torn_connections(engine: AsyncEngine) -> None:
    """Say of a connection that was cut between two messages that it is gone.

    asyncpg then says that it lost its place, with an error that is none of the database's: nobody would expect it.
    """

    @event.listens_for(engine.sync_engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        # By name: the driver is not loaded where there is no PostgreSQL.
        if type(context.original_exception).__name__ == "InternalClientError":
            context.is_disconnect = True
            raise DisconnectionError("the connection was cut") from context.original_exception


def _postgres_limits(statement: timedelta) -> dict[str, str]:
    milliseconds = int(statement.total_seconds() * 1000)
    return {
        "statement_timeout": str(milliseconds),
        "idle_in_transaction_session_timeout": str(2 * milliseconds),
    }


def _prepare_sqlite(engine: AsyncEngine, *, synchronous: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: ConnectionPoolEntry) -> None:
        # SQLAlchemy's driver would otherwise begin transactions by itself, and late.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"busy_timeout={_SQLITE_BUSY_MS}",
            "foreign_keys=ON",
            f"synchronous={synchronous}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A writer takes the write lock at once: a deferred one could fail half-way with SQLITE_BUSY.
        options = connection.get_execution_options()
        if not options.get(_PLAIN, False):
            connection.exec_driver_sql("BEGIN" if options.get(_READ_ONLY, False) else "BEGIN IMMEDIATE")
