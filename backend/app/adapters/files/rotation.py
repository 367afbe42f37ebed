"""Rotates a log under the process that writes it: its front is copied, compressed, and cut off in place.

Writers append, so they go on writing to the same open file. Where the file system can cut off a front (ext4, XFS) not a
byte is lost. Elsewhere the file is emptied as soon as a read finds nothing more: what is written in the microseconds
between that read and the cut is lost, at most a line or two of a busy log; and with a process that is killed right
after the cut, what was written while it copied.
"""

import contextlib
import ctypes
import gzip
import os
from collections.abc import Iterator

from app.adapters.files.rooted import RootedFolder, ThingChanged

_COLLAPSE_RANGE = 0x08
_PIECE_BYTES = 1024 * 1024
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def rotate(folder: RootedFolder, name: str, *, to: str, inode: int) -> int:
    """Move what a log holds into the new compressed file `to` beside it; answer how many bytes were moved.

    ThingChanged when the name means another file by now. Nothing is cut off before its copy is on the disk: a process
    killed in between leaves some lines twice, none lost. Who goes on for it finds `to`, and leaves all as it is: 0.
    """
    with folder.file(name, os.O_RDWR) as log, folder.folder("") as parent:
        found = os.fstat(log)
        if found.st_ino != inode:
            raise ThingChanged(path=name)
        if to in os.listdir(parent):  # noqa: PTH208 - a descriptor has no path
            return 0
        # The last byte stays, for a front may be cut off but not the whole; and only in whole blocks.
        front = (found.st_size - 1) // found.st_blksize * found.st_blksize if found.st_size else 0
        with _compressed(parent, to) as packed:
            copied = _copy(log, packed, 0, front or found.st_size)
        if front and _cut_front(log, front):
            return copied
        tail = _take_tail(log, copied)
        _append(parent, to, tail)
        return copied + len(tail)


def _take_tail(log: int, start: int) -> bytes:
    """Read what has come since, and empty the file at once."""
    pieces = []
    while piece := os.pread(log, _PIECE_BYTES, start):
        pieces.append(piece)
        start += len(piece)
    os.ftruncate(log, 0)
    return b"".join(pieces)


@contextlib.contextmanager
def _compressed(parent: int, name: str) -> Iterator[gzip.GzipFile]:
    """Write a compressed file that has its name only when all of it is on the disk."""
    unfinished = f".{name}.unfinished"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(unfinished, dir_fd=parent)
    with os.fdopen(os.open(unfinished, _NEW_FILE, 0o640, dir_fd=parent), "wb") as plain:
        with gzip.GzipFile(filename="", fileobj=plain, mode="wb", mtime=0) as packed:
            yield packed
        plain.flush()
        os.fsync(plain.fileno())
    os.rename(unfinished, name, src_dir_fd=parent, dst_dir_fd=parent)
    os.fsync(parent)


def _append(parent: int, name: str, data: bytes) -> None:
    """Add to a compressed file: several of them, one after the other, are one."""
    if data:
        with os.fdopen(os.open(name, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW, dir_fd=parent), "ab") as plain:
            plain.write(gzip.compress(data, mtime=0))
            plain.flush()
            os.fsync(plain.fileno())


def _copy(log: int, packed: gzip.GzipFile, start: int, end: int) -> int:
    while start < end and (piece := os.pread(log, min(_PIECE_BYTES, end - start), start)):
        packed.write(piece)
        start += len(piece)
    return start


def _cut_front(log: int, length: int) -> bool:
    """Cut whole blocks off the front, which appending writers do not notice; False where that cannot be done."""
    cut = getattr(ctypes.CDLL(None, use_errno=True), "fallocate", None)
    if cut is None:
        return False
    return bool(cut(log, _COLLAPSE_RANGE, ctypes.c_int64(0), ctypes.c_int64(length)) == 0)
