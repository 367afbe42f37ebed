"""A folder that nothing leaves: every step is opened from its parent; no symbolic link and no mount is followed."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Conflict, Invalid
from app.core.guard import forbid_inside_scope

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# Every level costs an open descriptor; what lies deeper is lifted to the top first.
_DEEPEST = 64


class PathLeaves(Invalid):
    """That path leads out of the folder it belongs to, through a link, a mount or a name. It was left alone."""


class ThingChanged(Conflict):
    """What lies there is no longer what was planned. It was left alone."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What identifies a thing and its state. For a folder `size`, `mtime_ns` and `entries` are of all that is in it."""

    kind: str
    inode: int
    device: int
    size: int
    mtime_ns: int
    entries: int = 0

    def facts(self) -> dict[str, int | str]:
        """Give it as JSON."""
        return {name: getattr(self, name) for name in ("kind", "inode", "device", "size", "mtime_ns", "entries")}


@dataclass(frozen=True, slots=True)
class RootedFolder:
    """Works below `root`; paths are relative, with plain segments only. All of it is slow."""

    root: Path

    def names(self, path: str = "") -> list[str]:
        """List a folder's entries; none when it is not there."""
        forbid_inside_scope("files.names")
        try:
            with self._folder(_segments(path)) as folder:
                return sorted(os.listdir(folder))  # noqa: PTH208 - a descriptor has no path
        except FileNotFoundError:
            return []

    def prove(self, path: str) -> Proof | None:
        """Look at a file or a whole folder; None when there is nothing. A link or another file system is refused."""
        forbid_inside_scope("files.prove")
        *above, name = _segments(path)
        try:
            with self._folder(above) as parent:
                found = os.stat(name, dir_fd=parent, follow_symlinks=False)
                _stay(found, os.fstat(parent), path)
                if not stat.S_ISDIR(found.st_mode):
                    return _proof_of(found)
                with _opened(name, parent) as folder:
                    return _measure(folder, path)
        except FileNotFoundError:
            return None

    def remove(self, path: str, proof: Proof) -> int:
        """Delete what was proved, if it is still that; the bytes that became free are answered, 0 when it was gone.

        ThingChanged when anything differs. Between the last look and the deletion of a name it is held open, so that
        putting something else in its place (a link, another folder) harms neither that nor what it leads to.
        """
        forbid_inside_scope("files.remove")
        *above, name = _segments(path)
        try:
            with self._folder(above) as parent:
                found = os.stat(name, dir_fd=parent, follow_symlinks=False)
                _stay(found, os.fstat(parent), path)
                if stat.S_ISDIR(found.st_mode):
                    return _remove_folder(name, parent, proof, path)
                if _proof_of(found) != proof:
                    raise ThingChanged(path=path)
                os.unlink(name, dir_fd=parent)
                return found.st_size if found.st_nlink == 1 else 0
        except FileNotFoundError:
            return 0

    @contextlib.contextmanager
    def file(self, path: str, flags: int = 0) -> Iterator[int]:
        """Open a plain file; `flags` are added to reading."""
        forbid_inside_scope("files.file")
        *above, name = _segments(path)
        with self._folder(above) as parent:
            descriptor = _refusing(path, name, _FILE | flags, parent)
            try:
                found = os.fstat(descriptor)
                _stay(found, os.fstat(parent), path)
                if not stat.S_ISREG(found.st_mode):
                    raise PathLeaves(path=path)
                yield descriptor
            finally:
                os.close(descriptor)

    @contextlib.contextmanager
    def folder(self, path: str) -> Iterator[int]:
        """Open a folder, for calls that take a descriptor."""
        with self._folder(_segments(path)) as opened:
            yield opened

    @contextlib.contextmanager
    def _folder(self, parts: list[str]) -> Iterator[int]:
        # Above the root there may be links, and it may be a mount of its own; from it on, neither.
        descriptor = _refusing(str(self.root), os.fspath(self.root), _FOLDER, None)
        try:
            home = os.fstat(descriptor)
            for name in parts:
                below = _refusing("/".join(parts), name, _FOLDER, descriptor)
                os.close(descriptor)
                descriptor = below
                _stay(os.fstat(descriptor), home, "/".join(parts))
            yield descriptor
        finally:
            os.close(descriptor)


def _segments(path: str) -> list[str]:
    parts = path.split("/") if path else []
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise PathLeaves(path=path[:200])
    return parts


def _stay(found: os.stat_result, above: os.stat_result, path: str) -> None:
    if stat.S_ISLNK(found.st_mode) or found.st_dev != above.st_dev:
        raise PathLeaves(path=path)


def _refusing(path: str, name: str, flags: int, parent: int | None) -> int:
    try:
        return os.open(name, flags, dir_fd=parent)
    except OSError as error:
        # ELOOP for a link in place of a file, ENOTDIR for one in place of a folder, ENXIO for a pipe.
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
            raise PathLeaves(path=path) from error
        raise


@contextlib.contextmanager
def _opened(name: str, parent: int) -> Iterator[int]:
    descriptor = _refusing(name, name, _FOLDER, parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _proof_of(found: os.stat_result) -> Proof:
    return Proof("file", found.st_ino, found.st_dev, found.st_size, found.st_mtime_ns)


def _measure(folder: int, path: str) -> Proof:
    """Add up a folder without following anything. What is deeper than anybody builds is not looked into."""
    top = os.fstat(folder)
    size, newest, entries = 0, top.st_mtime_ns, 0
    for below, folders, files, opened in os.fwalk(".", dir_fd=folder, follow_symlinks=False):
        newest = max(newest, os.fstat(opened).st_mtime_ns)
        for name in (*folders, *files):
            with contextlib.suppress(FileNotFoundError):  # Deleted meanwhile.
                found = os.stat(name, dir_fd=opened, follow_symlinks=False)
                if found.st_dev != top.st_dev:
                    raise PathLeaves(path=path)
                size += found.st_size if stat.S_ISREG(found.st_mode) else 0
                newest, entries = max(newest, found.st_mtime_ns), entries + 1
        if below.count("/") >= _DEEPEST:
            folders.clear()
    return Proof("dir", top.st_ino, top.st_dev, size, newest, entries)


def _remove_folder(name: str, parent: int, proof: Proof, path: str) -> int:
    with _opened(name, parent) as folder:
        if _measure(folder, path) != proof:
            raise ThingChanged(path=path)
        while not _empty(folder, folder, proof.device, depth=0):
            pass
        _remove_name(name, parent, folder)
    return proof.size


def _empty(folder: int, top: int, device: int, *, depth: int) -> bool:
    """Delete what is in an open folder; False when something deep was lifted to the top, so that it must be gone over.

    Only names inside folders that are held open are deleted, and a folder's name only while it still means the folder
    that was emptied: whatever is swapped in meanwhile is at most a link, of which the link itself goes.
    """
    done = True
    for name in os.listdir(folder):
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:  # Somebody else deleted it.
            continue
        if not stat.S_ISDIR(found.st_mode):
            os.unlink(name, dir_fd=folder)
            continue
        if found.st_dev != device:
            raise PathLeaves(path=name)
        if depth >= _DEEPEST:
            os.rename(name, f".lifted-{found.st_ino}", src_dir_fd=folder, dst_dir_fd=top)
            done = False
            continue
        with _opened(name, folder) as below:
            if os.fstat(below).st_dev != device:
                raise PathLeaves(path=name)
            done = _empty(below, top, device, depth=depth + 1) and done
            _remove_name(name, folder, below)
    return done


def _remove_name(name: str, parent: int, folder: int) -> None:
    """Remove an emptied folder's name, which rmdir does to a folder only; ThingChanged when it means another one."""
    mine, there = os.fstat(folder), os.stat(name, dir_fd=parent, follow_symlinks=False)
    if (mine.st_ino, mine.st_dev) != (there.st_ino, there.st_dev):
        raise ThingChanged(path=name)
    os.rmdir(name, dir_fd=parent)
