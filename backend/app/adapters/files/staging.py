"""Folders that are sent file by file, until a worker commits them: `$DATA_DIR/tmp/folder-sync-<id>`.

files       the list of the folder's files, as it was accepted
wanted      the SHA-256 and size of each of their contents, sorted, to be looked up without reading it all
blobs/      contents that have come whole and are what they were announced as, named by their SHA-256
incoming/   contents that are coming

Nothing here is made durable: whoever commits a folder checks again what he finds.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from app.core.errors import Conflict, Invalid, Unavailable
from app.core.guard import forbid_inside_scope

PREFIX: Final = "folder-sync-"
_HASH: Final = 32
_RECORD: Final = _HASH + 8
# Threads cost more than what a smaller piece would save.
_PIECE_BYTES: Final = 1024 * 1024


class StagingFull(Unavailable):
    """The server's disk is full. Nothing of the file was kept; ask the operator to make room, then send it again."""

    code = "DISK_FULL"


class StagingGone(Conflict):
    """That folder sync is over: it was committed, replaced by a newer one, or it expired. Begin a new one."""

    code = "FOLDER_SYNC_CLOSED"


class ContentMismatch(Invalid):
    """The bytes that came are not those that were announced. Nothing of them was kept; send them again."""

    code = "BLOB_MISMATCH"


@dataclass(frozen=True, slots=True)
class Staged:
    """One folder that is being sent. All of it is slow."""

    root: Path

    @classmethod
    def of(cls, data_dir: Path, sync_id: UUID) -> "Staged":
        """The place of this folder, whether it is there or not."""
        return cls(data_dir / "tmp" / f"{PREFIX}{sync_id}")

    @property
    def contents(self) -> Path:
        """The folder of what has come."""
        return self.root / "blobs"

    async def begin(self, listing: bytes, sizes: Mapping[bytes, int]) -> None:
        """Make the place, with the list and the size of each content by its SHA-256."""
        forbid_inside_scope("staging.begin")
        await asyncio.to_thread(self._begin, listing, sizes)

    async def listing(self) -> bytes | None:
        """Read the list; None when it is gone."""
        forbid_inside_scope("staging.listing")
        return await asyncio.to_thread(_read_or_none, self.root / "files")

    async def size_of(self, sha256: str) -> int | None:
        """Look up how large a content is announced; None when it is not one of this folder's."""
        forbid_inside_scope("staging.size_of")
        return await asyncio.to_thread(self._size_of, bytes.fromhex(sha256))

    async def has(self, sha256: str) -> bool:
        """Say whether a content has come."""
        forbid_inside_scope("staging.has")
        return await asyncio.to_thread((self.contents / sha256).exists)

    async def receive(self, sha256: str, size: int, pieces: AsyncIterator[bytes], *, token: str) -> None:
        """Take one content, under a `token` of its own; ContentMismatch, StagingFull, StagingGone: nothing is kept."""
        forbid_inside_scope("staging.receive")
        target = self.root / "incoming" / token
        with _told_when_full(), _told_when_gone():
            file = await asyncio.to_thread(_create, target)
            try:
                digest, read = hashlib.sha256(), 0
                async for piece in _joined(pieces):
                    read += len(piece)
                    if read > size:
                        break
                    await asyncio.to_thread(_append, file, digest, piece)
                if read != size:
                    raise ContentMismatch(reason="size", announced=size, received=read)
                if digest.hexdigest() != sha256:
                    raise ContentMismatch(reason="sha256", announced=sha256, received=digest.hexdigest())
                await asyncio.to_thread(_finish, file, target, self.contents / sha256)
            finally:
                await asyncio.to_thread(_discard, file, target)

    async def missing(self, wanted: Mapping[bytes, object] | None = None) -> list[str]:
        """Name what has not come, sorted: of all that the folder holds, or but for what is known already."""
        forbid_inside_scope("staging.missing")
        return await asyncio.to_thread(self._missing, wanted or {})

    async def take_over(self, earlier: "Staged") -> None:
        """Take from an earlier folder what has come there and is needed here."""
        forbid_inside_scope("staging.take_over")
        await asyncio.to_thread(self._take_over, earlier)

    async def remove(self) -> None:
        """Let go of it all."""
        forbid_inside_scope("staging.remove")
        await asyncio.to_thread(shutil.rmtree, self.root, ignore_errors=True)

    def _begin(self, listing: bytes, sizes: Mapping[bytes, int]) -> None:
        records = b"".join([sha256 + sizes[sha256].to_bytes(8, "big") for sha256 in sorted(sizes)])
        with _told_when_full():
            for folder in (self.root, self.contents, self.root / "incoming"):
                folder.mkdir(mode=0o700, parents=True)
            (self.root / "files").write_bytes(listing)
            (self.root / "wanted").write_bytes(records)

    def _size_of(self, sha256: bytes) -> int | None:
        try:
            with (self.root / "wanted").open("rb", buffering=0) as file:
                low, high = 0, os.fstat(file.fileno()).st_size // _RECORD
                while low < high:
                    middle = (low + high) // 2
                    record = os.pread(file.fileno(), _RECORD, middle * _RECORD)
                    if record[:_HASH] == sha256:
                        return int.from_bytes(record[_HASH:], "big")
                    low, high = (middle + 1, high) if record[:_HASH] < sha256 else (low, middle)
        except FileNotFoundError:
            pass
        return None

    def _missing(self, known: Mapping[bytes, object]) -> list[str]:
        records = _read_or_none(self.root / "wanted") or b""
        come = _names(self.contents)
        names = (records[at : at + _HASH] for at in range(0, len(records), _RECORD))
        return [name.hex() for name in names if name not in known and name.hex() not in come]

    def _take_over(self, earlier: "Staged") -> None:
        for name in _names(earlier.contents):
            if self._size_of(bytes.fromhex(name)) is not None:
                # Somebody may be sending to it still, or be about to remove it.
                with contextlib.suppress(FileNotFoundError):
                    (earlier.contents / name).rename(self.contents / name)


async def _joined(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= _PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _create(target: Path) -> BinaryIO:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "wb")


def _append(file: BinaryIO, digest: "hashlib._Hash", piece: bytes) -> None:
    digest.update(piece)
    file.write(piece)


def _finish(file: BinaryIO, source: Path, target: Path) -> None:
    file.close()
    source.rename(target)


def _discard(file: BinaryIO, target: Path) -> None:
    # What it still has to write goes nowhere, so that a full disk has no second say.
    with contextlib.suppress(OSError):
        file.close()
    target.unlink(missing_ok=True)


def _names(folder: Path) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries}
    except FileNotFoundError:
        return set()


def _read_or_none(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StagingFull from error


@contextlib.contextmanager
def _told_when_gone() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StagingGone from error
