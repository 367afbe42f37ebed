"""Objects in an S3-compatible store: AWS, R2, Linode and whatever speaks the same."""

import asyncio
import contextlib
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.adapters.storage.body import Tally, tally_file
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
    is_key,
)
from app.core.guard import forbid_inside_scope

# A store wants parts of at least 5 MiB; four at a time bound the memory.
_PART_BYTES = 16 * 1024 * 1024
_PARTS_AT_ONCE = 4
_PIECE_BYTES = 1024 * 1024
_LIST_AT_ONCE = 1000
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """Where a bucket is and who may use it. Without an endpoint it is AWS itself."""

    name: str
    region: str
    access_key: str
    secret_key: str
    endpoint: str | None = None


class S3Storage:
    """The port over one bucket. A body whose length is unknown is first collected below `spool`."""

    def __init__(self, bucket: S3Bucket, *, spool: Path, retries: int = 3) -> None:
        self._spool = spool
        endpoint = {"endpoint": bucket.endpoint} if bucket.endpoint else {}
        self._store = S3Store(
            bucket.name,
            region=bucket.region,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            # Stores other than AWS rarely have a name for every bucket.
            virtual_hosted_style_request=bucket.endpoint is None,
            # Not every store knows how to delete many at once, and here it is always one.
            disable_bulk_delete=True,
            client_options={
                "allow_http": (bucket.endpoint or "").startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "read_timeout": timedelta(seconds=30),
                "timeout": timedelta(minutes=10),
            },
            retry_config={"max_retries": retries, "retry_timeout": timedelta(minutes=1)},
            **endpoint,  # type: ignore[arg-type]
        )

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        """Store an object, replacing an older one. It is hashed before, and its size checked after the upload."""
        forbid_inside_scope("storage.put")
        check_key(key)
        told = _attributes(content_type, file_name)
        if isinstance(data, bytes):
            tally = Tally()
            await asyncio.to_thread(tally.add, data)
            return await self._upload(data, tally.finish(key, sha256), told)
        if isinstance(data, Path):
            with _named_errors(key, UploadFailed):
                tally = await asyncio.to_thread(tally_file, data)
            return await self._upload(data, tally.finish(key, sha256), told)
        with _named_errors(key, UploadFailed), _spooled(self._spool) as path:
            tally = await _collect(data, path)
            return await self._upload(path, tally.finish(key, sha256), told)

    async def _upload(self, data: bytes | Path, stored: StoredObject, told: dict[str, str]) -> StoredObject:
        try:
            await obstore.put_async(
                self._store,
                stored.key,
                data,
                attributes=told,
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )
            found = await obstore.head_async(self._store, stored.key)
        except (BaseError, OSError) as error:
            raise UploadFailed(key=stored.key) from error
        if found["size"] != stored.size:
            with contextlib.suppress(StorageUnavailable):
                await self.delete(stored.key)
            raise UploadFailed(key=stored.key, sent=stored.size, kept=found["size"])
        return stored

    async def get(self, key: str, *, max_bytes: int) -> bytes:
        """Read a whole object."""
        forbid_inside_scope("storage.get")
        with _named_errors(key):
            found = await obstore.get_async(self._store, check_key(key))
            if found.meta["size"] > max_bytes:
                raise ObjectTooLarge(key=key, size=found.meta["size"], max_bytes=max_bytes)
            return bytes(await found.bytes_async())

    async def stream(self, key: str, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        """Read an object, or a part of it, in pieces."""
        forbid_inside_scope("storage.stream")
        check_key(key)
        with _named_errors(key):
            if byte_range is None:
                found = await obstore.get_async(self._store, key)
            else:
                size = (await obstore.head_async(self._store, key))["size"]
                if byte_range.start >= size:  # The store would call this an error.
                    return
                end = size if byte_range.end is None else min(size, byte_range.end)
                found = await obstore.get_async(self._store, key, options={"range": (byte_range.start, end)})
            async for piece in found.stream(min_chunk_size=_PIECE_BYTES):
                yield bytes(piece)

    async def stat(self, key: str) -> ObjectInfo:
        """Look an object up."""
        forbid_inside_scope("storage.stat")
        with _named_errors(key):
            found = await obstore.head_async(self._store, check_key(key))
        return ObjectInfo(key, found["size"], found["last_modified"])

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        forbid_inside_scope("storage.delete")
        with contextlib.suppress(ObjectMissing), _named_errors(key):
            await obstore.delete_async(self._store, check_key(key))

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """List the objects below a prefix, in the order of their keys."""
        forbid_inside_scope("storage.list")
        below = check_prefix(prefix)
        with _named_errors(below):
            async for batch in obstore.list(self._store, below or None, chunk_size=_LIST_AT_ONCE):
                for found in batch:
                    if is_key(found["path"]):
                        yield ObjectInfo(found["path"], found["size"], found["last_modified"])

    async def signed_url(self, key: str, *, ttl: timedelta, method: SignedMethod = "GET") -> str | None:
        """Make a URL that works without logging in until `ttl` has passed."""
        with _named_errors(key):
            return await obstore.sign_async(self._store, method, check_key(key), ttl)

    async def close(self) -> None:
        """Do nothing: connections close by themselves when idle."""


def _attributes(content_type: str, file_name: str | None) -> dict[str, str]:
    if file_name is None:
        return {"Content-Type": content_type}
    plain = _NOT_PLAIN.sub("-", file_name)
    return {"Content-Type": content_type, "Content-Disposition": f'attachment; filename="{plain}"'}


async def _collect(data: AsyncIterator[bytes], path: Path) -> Tally:
    tally = Tally()
    file = await asyncio.to_thread(path.open, "wb")
    try:
        async for piece in data:
            tally.add(piece)
            await asyncio.to_thread(file.write, piece)
    finally:
        file.close()
    return tally


@contextlib.contextmanager
def _spooled(folder: Path) -> Iterator[Path]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="upload-") as private:
        yield Path(private) / "body"


@contextlib.contextmanager
def _named_errors(key: str, otherwise: type[StorageUnavailable] = StorageUnavailable) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissing(key=key) from error
    except (BaseError, OSError) as error:
        raise otherwise(key=key) from error
