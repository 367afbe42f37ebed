"""Row locks and leases, with their SQLite equivalents: there a writing transaction is alone by itself."""

from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.db.engine import Database
from app.models.job import Lease

T = TypeVar("T", bound=tuple[object, ...])


async def lock_rows(session: AsyncSession, database: Database, query: Select[Any]) -> None:
    """Keep the rows a query returns until the transaction ends, but let others refer to them.

    On SQLite a writing transaction is alone already: nothing is asked.
    """
    if database.is_postgres:
        await session.execute(query.with_for_update(key_share=True))


async def take_lease(
    session: AsyncSession, database: Database, name: str, *, holder: str, length: timedelta
) -> int | None:
    """Take or renew a named lease by compare-and-set; return its fencing token, or None if somebody has it."""
    insert = postgres_insert if database.is_postgres else sqlite_insert
    await session.execute(
        insert(Lease)
        .values(name=name, holder="", token=0, until=database.time.after(timedelta(days=-1)))
        .on_conflict_do_nothing()
    )
    renewed = await session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder, Lease.until > database.time.now())
        .values(until=database.time.after(length))
        .returning(Lease.token)
    )
    token = renewed.scalar_one_or_none()
    if token is not None:
        return token
    taken = await session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.until <= database.time.now())
        .values(holder=holder, token=Lease.token + 1, until=database.time.after(length))
        .returning(Lease.token)
    )
    return taken.scalar_one_or_none()


async def holds_lease(session: AsyncSession, database: Database, name: str, *, holder: str, token: int) -> bool:
    """Say whether a lease is still ours, and let nobody take it until this transaction ends.

    A transaction that asks last, before it commits, is fenced: of two holders only the present one writes.
    """
    query = select(Lease.token).where(
        Lease.name == name, Lease.holder == holder, Lease.token == token, Lease.until > database.time.now()
    )
    if database.is_postgres:
        query = query.with_for_update(key_share=True)
    return (await session.execute(query)).first() is not None


async def lock_name(session: AsyncSession, database: Database, name: str) -> None:
    """Let only one transaction at a time deal with a name, until it ends. On SQLite a writer is alone already."""
    if database.is_postgres:
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def drop_lease(session: AsyncSession, database: Database, name: str, *, holder: str) -> None:
    """Give a lease back early, if it is still ours."""
    await session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder)
        .values(until=database.time.after(timedelta(seconds=-1)))
    )


async def wait_for_writers(session: AsyncSession, database: Database, table: str) -> None:
    """Wait until everybody who has written to a table, and not yet committed, is done; at most two seconds.

    After it this transaction sees every row with a number lower than any it has seen: PostgreSQL gives
    numbers out before the commit, so a later one can become visible first. SQLite's writers come one by one.
    """
    if database.is_postgres:
        await session.execute(text("set local lock_timeout = '2s'"))
        await session.execute(text(f'lock table "{table}" in share mode'))
