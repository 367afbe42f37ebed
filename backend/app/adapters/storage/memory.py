"""Objects in a dictionary, for tests."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.adapters.storage.body import Tally, collect
from app.adapters.storage.port import (
    Body,
    ByteRange,
    ObjectInfo,
    ObjectMissing,
    ObjectTooLarge,
    SignedMethod,
    StorageUnavailable,
    StoredObject,
    UploadFailed,
    check_key,
    check_prefix,
)
from app.core.clock import Clock
from app.core.guard import forbid_inside_scope


@dataclass(frozen=True, slots=True)
class _Held:
    data: bytes
    content_type: str
    modified_at: datetime


class MemoryStorage:
    """The port over a dictionary. `available` set to False makes every call fail."""

    def __init__(self, clock: Clock) -> None:
        self.available = True
        self._clock = clock
        self._held: dict[str, _Held] = {}

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        """Store an object, replacing an older one."""
        forbid_inside_scope("storage.put")
        check_key(key)
        if not self.available:
            raise UploadFailed
        whole = (
            await collect(data) if isinstance(data, bytes | AsyncIterator) else await asyncio.to_thread(data.read_bytes)
        )
        tally = Tally()
        tally.add(whole)
        stored = tally.finish(key, sha256)
        self._held[key] = _Held(whole, content_type, self._clock.now())
        return stored

    async def get(self, key: str, *, max_bytes: int) -> bytes:
        """Read a whole object."""
        data = self._find(key).data
        if len(data) > max_bytes:
            raise ObjectTooLarge(key=key, size=len(data), max_bytes=max_bytes)
        return data

    async def stream(self, key: str, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        """Read an object, or a part of it, in pieces."""
        wanted = byte_range or ByteRange()
        data = self._find(key).data[wanted.start : wanted.end]
        if data:
            yield data

    async def stat(self, key: str) -> ObjectInfo:
        """Look an object up."""
        held = self._find(key)
        return ObjectInfo(key, len(held.data), held.modified_at)

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        self._check(key)
        self._held.pop(key, None)

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """List the objects below a prefix, in the order of their keys."""
        below = check_prefix(prefix)
        self._check(below or "all")
        for key, held in sorted(self._held.items()):
            if not below or key.startswith(f"{below}/"):
                yield ObjectInfo(key, len(held.data), held.modified_at)

    async def signed_url(self, key: str, *, ttl: timedelta, method: SignedMethod = "GET") -> str | None:
        """Answer None: only this process can reach the object."""
        check_key(key)
        return None

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def content_type(self, key: str) -> str:
        """Read the media type an object was stored with."""
        return self._find(key).content_type

    def _check(self, key: str) -> None:
        forbid_inside_scope("storage")
        check_key(key)
        if not self.available:
            raise StorageUnavailable

    def _find(self, key: str) -> _Held:
        self._check(key)
        held = self._held.get(key)
        if held is None:
            raise ObjectMissing(key=key)
        return held
