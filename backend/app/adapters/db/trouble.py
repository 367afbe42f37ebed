"""Tells troubles of the database, which pass by themselves or with an operator's help, from bugs of ours."""

import sqlite3

from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_AWAY = "The database does not answer. Try again in a moment."
_FULL = "The database has no room left on its disk. Make room, then try again."

# SQLSTATE classes: connections, resources such as their number, and what an operator does (stop, restart, cancel).
_CLASSES = ("08", "53", "57")
# Transactions that stood in each other's way, one forgotten, a lock not given, a database closed to connections.
_STATES = frozenset({"40001", "40P01", "25P03", "55P03", "55000"})
_DISK_FULL = "53100"
_SQLITE = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL}
)


def trouble(error: BaseException) -> str | None:
    """Say in one sentence what is the matter with the database; None when the error is no trouble of its own.

    The drivers' classes do not tell: PostgreSQL's "too many connections" and a wrong statement share one.
    """
    if isinstance(error, (PoolTimeout, DisconnectionError, ConnectionError)):
        return _AWAY
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None) or ""
    # The low byte is the code itself, the rest its finer shade.
    code = (getattr(error.orig, "sqlite_errorcode", None) or 0) & 0xFF
    if state == _DISK_FULL or code == sqlite3.SQLITE_FULL:
        return _FULL
    if error.connection_invalidated or state.startswith(_CLASSES) or state in _STATES or code in _SQLITE:
        return _AWAY
    return None
