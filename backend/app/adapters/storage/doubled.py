"""Objects in a store and on this disk as well: the store is asked first, the disk answers where it does not."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

from app.adapters.storage.port import (
    Body,
    ByteRange,
    ObjectInfo,
    ObjectMissing,
    ObjectStorage,
    SignedMethod,
    StorageUnavailable,
    StoredObject,
)

_AWAY = (StorageUnavailable, ObjectMissing)


class DoubledStorage:
    """The port over two: `store` is the truth of what there is, `disk` a copy for when it cannot be had there."""

    def __init__(self, store: ObjectStorage, disk: ObjectStorage) -> None:
        self._store = store
        self._disk = disk

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        """Store an object in both, or in neither."""
        copied = await self._disk.put(key, data, content_type=content_type, sha256=sha256)
        # What comes only once is read again from the disk.
        again = data if isinstance(data, bytes | Path) else self._disk.stream(key)
        try:
            return await self._store.put(
                key, again, content_type=content_type, sha256=copied.sha256, file_name=file_name
            )
        except BaseException:
            with contextlib.suppress(StorageUnavailable):
                await self._disk.delete(key)
            raise

    async def get(self, key: str, *, max_bytes: int) -> bytes:
        """Read a whole object."""
        try:
            return await self._store.get(key, max_bytes=max_bytes)
        except _AWAY as error:
            with _or(error):
                return await self._disk.get(key, max_bytes=max_bytes)

    async def stream(self, key: str, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        """Read an object, or a part of it, in pieces; the disk is asked when not even the first one comes."""
        pieces = self._store.stream(key, byte_range)
        try:
            first = await anext(pieces, b"")
        except _AWAY as error:
            pieces = self._disk.stream(key, byte_range)
            with _or(error):
                first = await anext(pieces, b"")
        if first:
            yield first
        async for piece in pieces:
            yield piece

    async def stat(self, key: str) -> ObjectInfo:
        """Look an object up."""
        try:
            return await self._store.stat(key)
        except _AWAY as error:
            with _or(error):
                return await self._disk.stat(key)

    async def delete(self, key: str) -> None:
        """Remove an object from both; the copy stays while the store cannot be told."""
        await self._store.delete(key)
        await self._disk.delete(key)

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """List what the store has below a prefix, in the order of keys."""
        async for info in self._store.list(prefix):
            yield info

    async def signed_url(self, key: str, *, ttl: timedelta, method: SignedMethod = "GET") -> str | None:
        """Make a URL of the store."""
        return await self._store.signed_url(key, ttl=ttl, method=method)

    async def close(self) -> None:
        """Let go of both."""
        await self._store.close()
        await self._disk.close()


@contextlib.contextmanager
def _or(error: Exception) -> Iterator[None]:
    """Tell what the store said where the disk has nothing either."""
    try:
        yield
    except ObjectMissing:
        raise error from None
