"""Objects as files below one directory. A file gets its name only when all of it is on the disk."""

import asyncio
import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, ParamSpec

from app.adapters.files.rooted import PathLeaves
from app.adapters.storage.body import PIECE_BYTES, Tally
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

# No key begins with a dot, so nothing here is ever listed or read.
_INCOMING = ".incoming"
# Somebody may remove an empty directory just before a file is moved into it, and on a busy machine many times over.
_PUBLISH_ATTEMPTS = 100
P = ParamSpec("P")

_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class LocalStorage:
    """The port over a directory. Links that somebody puts there lead nobody out: PathLeaves."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._is_swept = False

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        """Store an object, replacing an older one; media type and file name are the reader's business."""
        forbid_inside_scope("storage.put")
        target = self._path(key)
        try:
            incoming = _Incoming(await asyncio.to_thread(self._incoming_folder))
            try:
                await _receive(incoming, data)
                stored = incoming.tally.finish(key, sha256)
                await _to_its_end(incoming.publish, target, self._root)
            finally:
                await _to_its_end(incoming.discard)
        except OSError as error:
            raise UploadFailed(key=key) from error
        return stored

    async def get(self, key: str, *, max_bytes: int) -> bytes:
        """Read a whole object."""
        forbid_inside_scope("storage.get")
        with _named_errors(key):
            return await asyncio.to_thread(_read_whole, self._root, check_key(key), max_bytes)

    async def stream(self, key: str, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        """Read an object, or a part of it, in pieces."""
        forbid_inside_scope("storage.stream")
        wanted = byte_range or ByteRange()
        with _named_errors(key):
            file = await asyncio.to_thread(_open, self._root, check_key(key))
            try:
                await asyncio.to_thread(file.seek, wanted.start)
                left = None if wanted.end is None else wanted.end - wanted.start
                while piece := await asyncio.to_thread(
                    file.read, PIECE_BYTES if left is None else min(left, PIECE_BYTES)
                ):
                    left = None if left is None else left - len(piece)
                    yield piece
            finally:
                file.close()

    async def stat(self, key: str) -> ObjectInfo:
        """Look an object up."""
        forbid_inside_scope("storage.stat")
        with _named_errors(key):
            found = await asyncio.to_thread(_look_at, self._root, check_key(key))
            if not stat.S_ISREG(found.st_mode):
                raise ObjectMissing(key=key)
            return _info(key, found)

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there, and the directories that it leaves empty."""
        forbid_inside_scope("storage.delete")
        with contextlib.suppress(ObjectMissing), _named_errors(key):
            await asyncio.to_thread(_remove, self._root, check_key(key))

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """List the objects below a prefix, in the order of their keys."""
        forbid_inside_scope("storage.list")
        below = check_prefix(prefix)
        with _named_errors(below):
            found = await asyncio.to_thread(self._list, below)
        for info in found:
            yield info

    async def signed_url(self, key: str, *, ttl: timedelta, method: SignedMethod = "GET") -> str | None:
        """Answer None: only this server can reach the object."""
        check_key(key)
        return None

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    def _incoming_folder(self) -> Path:
        folder = self._root / _INCOMING
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._is_swept:
            _remove_abandoned(folder)
            self._is_swept = True
        return folder

    def _list(self, below: str) -> Sequence[ObjectInfo]:
        folder = self._root / below
        return [] if _leads_out(folder, self._root) else list(self._walk(folder, below))

    def _walk(self, folder: Path, prefix: str) -> Iterator[ObjectInfo]:
        try:
            entries = list(os.scandir(folder))
        except _ABSENT:
            return
        # A directory sorts as what its keys go on with, so that the whole keys are in order.
        for entry in sorted(entries, key=lambda each: f"{each.name}/" if _is_folder(each) else each.name):
            key = f"{prefix}/{entry.name}" if prefix else entry.name
            if not is_key(key):  # Whatever it is, nobody stored it here.
                continue
            if _is_folder(entry):
                yield from self._walk(folder / entry.name, key)
            elif entry.is_file(follow_symlinks=False):
                with contextlib.suppress(FileNotFoundError):  # Deleted meanwhile.
                    yield _info(key, entry.stat(follow_symlinks=False))


class _Incoming:
    """A file without a name of its own yet. Its lock says that somebody still writes it."""

    def __init__(self, folder: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=folder)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self.tally = Tally()

    def write(self, piece: bytes) -> None:
        """Append one piece."""
        self.tally.add(piece)
        self._file.write(piece)

    def write_file(self, source: Path) -> None:
        """Append a whole file."""
        with source.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                self.write(piece)

    def publish(self, target: Path, root: Path) -> None:
        """Make it durable, then give it its name, replacing what had it."""
        if _leads_out(target.parent, root):
            raise PathLeaves(path=str(target.relative_to(root)))
        self._file.flush()
        os.fsync(self._file.fileno())
        for attempt in range(1, _PUBLISH_ATTEMPTS + 1):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._path.replace(target)
                break
            except (FileNotFoundError, FileExistsError):
                # A deletion took the directory away: before the move, or while mkdir looked at what is there.
                if attempt == _PUBLISH_ATTEMPTS:
                    raise
        # A new name is durable once its directory is, and that once its own directory is.
        for folder in (target.parent, *(root / each for each in target.parent.relative_to(root).parents)):
            with contextlib.suppress(FileNotFoundError):  # Deleted again meanwhile.
                _sync_folder(folder)

    def discard(self) -> None:
        """Let go of it; what was published stays."""
        self._path.unlink(missing_ok=True)
        self._file.close()


async def _to_its_end(call: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run in a thread; whoever is cancelled meanwhile waits for it, so that nothing is closed under it."""
    running = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


async def _receive(incoming: _Incoming, data: Body) -> None:
    if isinstance(data, bytes):
        await _to_its_end(incoming.write, data)
    elif isinstance(data, Path):
        await _to_its_end(incoming.write_file, data)
    else:
        waiting = bytearray()
        async for piece in data:
            waiting += piece
            if len(waiting) >= PIECE_BYTES:
                await _to_its_end(incoming.write, bytes(waiting))
                waiting.clear()
        await _to_its_end(incoming.write, bytes(waiting))


def _remove_abandoned(folder: Path) -> None:
    """Remove what was being written by processes that are gone."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _leads_out(folder: Path, root: Path) -> bool:
    """Say whether a link lies between a folder and the root; what of it is not there yet leads nowhere."""
    return folder.resolve() != root.resolve() / folder.relative_to(root)


@contextlib.contextmanager
def _folder_of(root: Path, key: str) -> Iterator[tuple[int, str]]:
    """Open the directory that an object lies in, each from its parent, and give the object's name there."""
    *above, name = key.split("/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for each in above:
            below = _step(folder, each, key)
            os.close(folder)
            folder = below
        yield folder, name
    finally:
        os.close(folder)


def _step(folder: int, name: str, key: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except OSError:
        if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise PathLeaves(path=key) from None
        raise


def _open(root: Path, key: str) -> BinaryIO:
    with _folder_of(root, key) as (folder, name):
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(key)
    return os.fdopen(descriptor, "rb", buffering=0)


def _look_at(root: Path, key: str) -> os.stat_result:
    with _folder_of(root, key) as (folder, name):
        return os.stat(name, dir_fd=folder, follow_symlinks=False)


def _read_whole(root: Path, key: str, max_bytes: int) -> bytes:
    with _open(root, key) as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            raise ObjectTooLarge(key=key, size=size, max_bytes=max_bytes)
        return file.read()


def _remove(root: Path, key: str) -> None:
    """Remove an object and the directories that it leaves empty."""
    with _folder_of(root, key) as (folder, name):
        os.unlink(name, dir_fd=folder)
    with contextlib.suppress(OSError):  # The first directory that is not empty ends it.
        while key := key.rpartition("/")[0]:
            with _folder_of(root, key) as (folder, name):
                os.rmdir(name, dir_fd=folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir(follow_symlinks=False)


def _info(key: str, found: os.stat_result) -> ObjectInfo:
    return ObjectInfo(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


@contextlib.contextmanager
def _named_errors(key: str) -> Iterator[None]:
    try:
        yield
    except _ABSENT as error:
        raise ObjectMissing(key=key) from error
    except OSError as error:
        raise StorageUnavailable(key=key) from error
