"""SQLite's connections, and the threads they live on, as work that is cancelled at any moment needs them."""

import asyncio
import contextlib
import sqlite3
from typing import Any

import aiosqlite


class SqliteConnection(sqlite3.Connection):
    """Closing ends its transaction: SQLite itself keeps one open until the last statement with unread rows is gone.

    Of work that was cancelled such a statement lives as long as the exception, and the write lock with it.
    """

    def close(self) -> None:
        """Roll back, and close."""
        with contextlib.suppress(sqlite3.Error):  # Closed already, or its disk is gone.
            if self.in_transaction:
                self.rollback()
        super().close()


class SqliteThread(aiosqlite.Connection):
    """Its thread is stopped once: a second stop would wait for an answer of a thread that is no more, and for ever.

    SQLAlchemy stops a connection whose closing was cancelled, and the closing goes on and stops it too.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As aiosqlite's; a process that ends does not wait for the thread."""
        super().__init__(*arguments, **options)
        self._thread.daemon = True
        self._is_stopped = False
        self._stopping: asyncio.Future[Any] | None = None

    def stop(self) -> asyncio.Future[Any] | None:
        """Tell the thread to end; the answer to the first call, whichever it is."""
        if not self._is_stopped:
            self._is_stopped = True
            self._stopping = super().stop()
        return self._stopping


def open_sqlite(database: str, **options: Any) -> SqliteThread:
    """Make a connection that is open once it was awaited; `options` as those of sqlite3.connect."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(database, factory=SqliteConnection, **options)

    return SqliteThread(connect, iter_chunk_size=64)
