"""Objects by key. A key is made by the server, an object is there whole or not at all."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from app.core.errors import Invalid, NotFound, PayloadTooLarge, Unavailable

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LONGEST_KEY = 512

Body = bytes | AsyncIterator[bytes] | Path
SignedMethod = Literal["GET", "PUT"]


class Bucket(StrEnum):
    """What is kept apart: bundles that expire, and media and artifacts that stay."""

    PREVIEWS = "previews"
    MEDIA = "media"


class StorageUnavailable(Unavailable):
    """The object storage does not answer. Try again in a moment."""


class UploadFailed(StorageUnavailable):
    """The file could not be stored. Nothing of it was kept; try again in a moment."""

    code = "STORAGE_UPLOAD_FAILED"


class ObjectMissing(NotFound):
    """There is no stored object under that key."""


class ObjectTooLarge(PayloadTooLarge):
    """The stored object is larger than may be read at once."""


class KeyRefused(Invalid):
    """That is not a storage key: letters, digits, '.', '_', '-' in segments that do not begin with a dot."""


class DigestMismatch(Invalid):
    """The bytes that arrived are not those that were announced. Nothing was kept; send them again."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What was stored: key, size in bytes, SHA-256 in hexadecimal."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What the storage knows about an object without reading it."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from `start` up to, not including, `end`; None is the end of the object."""

    start: int = 0
    end: int | None = None

    def __post_init__(self) -> None:
        """Refuse, with ValueError, what selects nothing."""
        if self.start < 0 or (self.end is not None and self.end <= self.start):
            raise ValueError("a range begins at 0 or later and ends after it begins")


def is_key(name: str) -> bool:
    """Say whether an object can have that name."""
    return len(name) <= _LONGEST_KEY and _KEY.fullmatch(name) is not None


def check_key(key: str) -> str:
    """Return the key unchanged, or raise KeyRefused."""
    if not is_key(key):
        raise KeyRefused(key=key[:200])
    return key


def check_prefix(prefix: str) -> str:
    """Return a prefix of whole segments without its last slash, or raise KeyRefused; empty means all."""
    return check_key(prefix.removesuffix("/")) if prefix else ""


class ObjectStorage(Protocol):
    """One bucket. Everything but `signed_url` is slow: none of it runs while a transaction is open."""

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        """Store an object, replacing an older one; DigestMismatch when `sha256` is given and differs.

        `file_name` is how whoever follows a signed URL is asked to call what he downloads.
        """
        ...

    async def get(self, key: str, *, max_bytes: int) -> bytes:
        """Read a whole object; ObjectMissing, or ObjectTooLarge when it has more than `max_bytes`."""
        ...

    def stream(self, key: str, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        """Read an object, or a part of it, in pieces; ObjectMissing comes with the first one."""
        ...

    async def stat(self, key: str) -> ObjectInfo:
        """Look an object up; ObjectMissing when there is none."""
        ...

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        ...

    def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """List the objects below a prefix of whole segments, in the order of their keys.

        What others put there under names that are no keys is no object.
        """
        ...

    async def signed_url(self, key: str, *, ttl: timedelta, method: SignedMethod = "GET") -> str | None:
        """Make a URL that works without logging in; None where only this server can reach the object."""
        ...

    async def close(self) -> None:
        """Let go of connections. Nothing may be called afterwards."""
        ...
