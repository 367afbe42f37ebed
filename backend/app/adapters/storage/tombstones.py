"""Deleting an object against somebody who begins to refer to it: a tombstone is seen by both, under one lock.

Whoever stores an object that a row will refer to: `announce` (short transaction), `put`, then `refer` in the
transaction that writes the row. Whoever deletes one that no row refers to: `condemn` in the transaction that looks for
rows, `delete`, then `bury`. Of the two, whoever commits first wins, and the other one is told. A key whose owner's row
is written before the object and whose id is never used again needs none of this: that the row is gone is final.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.db.engine import Database
from app.adapters.db.locks import lock_name
from app.adapters.storage.port import Bucket
from app.core.errors import Unavailable
from app.models.cleanup import ObjectTombstone


class ObjectCondemned(Unavailable):
    """What is stored under that key is being deleted. Store it again in a moment."""


async def announce(session: AsyncSession, database: Database, bucket: Bucket, key: str) -> None:
    """Say that an object is about to be stored; ObjectCondemned while an older one is being deleted."""
    found = await _locked(session, database, bucket, key)
    if found is None:
        return
    if found.gone_at is None:
        raise ObjectCondemned(key=key)
    await session.execute(delete(ObjectTombstone).where(_is(bucket, key)))


async def refer(session: AsyncSession, database: Database, bucket: Bucket, key: str) -> None:
    """Begin to refer to an object, in the transaction that writes the row; ObjectCondemned when it was deleted."""
    if await _locked(session, database, bucket, key) is not None:
        raise ObjectCondemned(key=key)


async def condemn(session: AsyncSession, bucket: Bucket, key: str, *, at: datetime) -> None:
    """Forbid new references before an object is deleted. First `lock_key`, then look for rows, then condemn."""
    found = await session.get(ObjectTombstone, (bucket.value, key))
    if found is None:
        session.add(ObjectTombstone(bucket=bucket.value, key=key, condemned_at=at, gone_at=None))
        await session.flush()
    else:
        found.condemned_at, found.gone_at = at, None


async def lock_key(session: AsyncSession, database: Database, bucket: Bucket, key: str) -> None:
    """Be alone with a key until the transaction ends."""
    await lock_name(session, database, f"{bucket.value}/{key}")


async def is_condemned(session: AsyncSession, database: Database, bucket: Bucket, key: str) -> bool:
    """Say whether an object is being deleted, or was."""
    return await _locked(session, database, bucket, key) is not None


async def bury(session: AsyncSession, bucket: Bucket, key: str, *, at: datetime) -> None:
    """Note that the object is gone: it may be stored again."""
    await session.execute(update(ObjectTombstone).where(_is(bucket, key)).values(gone_at=at))


async def pardon(session: AsyncSession, bucket: Bucket, key: str) -> None:
    """Note that the object was not deleted after all."""
    await session.execute(delete(ObjectTombstone).where(_is(bucket, key)))


async def _locked(session: AsyncSession, database: Database, bucket: Bucket, key: str) -> ObjectTombstone | None:
    await lock_key(session, database, bucket, key)
    found = await session.execute(select(ObjectTombstone).where(_is(bucket, key)))
    return found.scalar_one_or_none()


def _is(bucket: Bucket, key: str) -> ColumnElement[bool]:
    return (ObjectTombstone.bucket == bucket.value) & (ObjectTombstone.key == key)
