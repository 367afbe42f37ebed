"""Folders that are filled from repositories, or by programs of strangers: written without surprises, read with care.

Everything here blocks: run it in a thread.
"""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from app.core.errors import Invalid

_PIECE = 1024**2


class NotPlain(Invalid):
    """There is something among the files that is no plain file, or there are too many of them."""


def write_file(folder: Path, name: str, data: bytes, *, executable: bool, moment: int) -> None:
    """Write a file below a folder of ours, with this time of change (seconds since 1970)."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    target.chmod(0o755 if executable else 0o644)
    os.utime(target, (moment, moment))


def write_link(folder: Path, name: str, to: str) -> None:
    """Make a symbolic link below a folder of ours; whether it may lead there is the caller's to know."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(to)


def plain_files(folder: Path, *, most: int) -> Iterator[tuple[str, Path]]:
    """Walk what a stranger wrote; NotPlain for links of both kinds, devices and the like, and above `most` files.

    The folder itself is his as well: a link in its place is not followed. Nothing is found where there is none.
    """
    number = 0
    if folder.is_symlink():
        raise NotPlain(reason="link", entry=folder.name)
    for place, folders, names in os.walk(folder, followlinks=False):
        for name in names + folders:
            path = Path(place) / name
            found = path.lstat()
            if not _is_text(name):
                raise NotPlain(reason="name", entry=os.fsencode(name)[:200].decode("utf-8", "backslashreplace"))
            if stat.S_ISDIR(found.st_mode):
                continue
            if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
                raise NotPlain(reason="link", entry=name[:200])
            number += 1
            if number > most:
                raise NotPlain(reason="files", most_files=most)
            yield path.relative_to(folder).as_posix(), path


def _is_text(name: str) -> bool:
    # Bytes of a name that are no UTF-8 come as lone surrogates.
    return not any("\ud800" <= char <= "\udfff" for char in name)


def keep_newest(folder: Path, *, most: int) -> None:
    """Delete all but the `most` entries of a folder that were changed last; others may write to it meanwhile."""
    found: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append((path.lstat().st_mtime, path))
    for _, old in sorted(found)[: max(0, len(found) - most)]:
        shutil.rmtree(old, ignore_errors=True)


def keep_within(folder: Path, *, most_bytes: int) -> None:
    """Delete files that were changed first until those below a folder fit; others may write to it meanwhile."""
    files: list[tuple[float, int, Path]] = []
    for place, _, names in os.walk(folder, followlinks=False):
        for name in names:
            path = Path(place) / name
            with contextlib.suppress(FileNotFoundError):
                found = path.lstat()
                files.append((found.st_mtime, found.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files, key=lambda each: each[0]):
        if total <= most_bytes:
            break
        path.unlink(missing_ok=True)
        total -= size


def keep_file(path: Path, data: bytes, *, most: int) -> None:
    """Write a file at one stroke into a folder that keeps the `most` newest ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    for old in sorted(path.parent.iterdir(), key=lambda each: each.stat().st_mtime)[:-most]:
        old.unlink(missing_ok=True)


def copy_file(source: Path, target: Path) -> None:
    """Copy a plain file; whoever looks sees all of it or none."""
    unfinished = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, unfinished, follow_symlinks=False)
    unfinished.replace(target)


def copy_what_lacks(source: Path, target: Path) -> None:
    """Copy the plain files below a folder that another one lacks."""
    for place, _, names in os.walk(source, followlinks=False):
        for name in names:
            path = Path(place) / name
            there = target / path.relative_to(source)
            if path.is_file() and not path.is_symlink() and not there.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, there)


def bring_anew(source: Path, target: Path, *, keep: PurePosixPath | None = None) -> None:
    """Put the files below `source`, which is ours, in the place of all below `target`, where a stranger may still work.

    What is at the path `keep` below both is left alone. NotPlain when a link leads to it, or a stranger is in the way;
    nothing is followed.
    """
    with _opened(str(source)) as here, _opened(str(target)) as there, _in_the_way():
        _bring(here, there, keep.parts if keep else ())


def _bring(source: int, target: int, keep: tuple[str, ...]) -> None:
    kept = keep[:1]
    for name in os.listdir(target):
        if name not in kept:
            _remove(name, target)
    for name in os.listdir(source):
        if name not in kept:
            os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
    if len(keep) > 1:
        with _opened(keep[0], source) as here, _opened(keep[0], target) as there:
            _bring(here, there, keep[1:])


def _remove(name: str, folder: int) -> None:
    if stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
        shutil.rmtree(name, dir_fd=folder)
    else:
        os.unlink(name, dir_fd=folder)


@contextlib.contextmanager
def _opened(name: str, folder: int | None = None) -> Iterator[int]:
    handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def _in_the_way() -> Iterator[None]:
    """Whatever does not work out among files of somebody who still works there is his doing, but for a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise
        raise NotPlain(reason="link", entry=ascii(error.filename or "")[:200]) from error


def clear(folder: Path) -> None:
    """Delete everything below a folder of ours, which stays."""
    with _opened(str(folder)) as handle:
        for path in folder.iterdir():
            _remove(path.name, handle)


def copy_plain(source: Path, target: Path, *, most: int, most_bytes: int) -> None:
    """Copy what a stranger wrote, who may still write; NotPlain for what is no plain file, and for too much of it.

    `source` itself is a folder of ours, and so is `target`. At most `most` files and folders, of `most_bytes` together.
    """
    number, left = 0, most_bytes
    with _in_the_way():
        for place, folders, names, handle in os.fwalk(source, follow_symlinks=False):
            to = target / Path(place).relative_to(source)
            number += len(folders) + len(names)
            if number > most:
                raise NotPlain(reason="files", most_files=most)
            for name in folders:
                if not stat.S_ISDIR(os.lstat(name, dir_fd=handle).st_mode):
                    raise NotPlain(reason="link", entry=ascii(name)[:200])
                (to / name).mkdir()
            for name in names:
                left -= _copy_one(name, handle, to / name, left, most_bytes)


def _copy_one(name: str, folder: int, target: Path, most: int, in_all: int) -> int:
    # A pipe in the place of a file would let us wait for ever.
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise NotPlain(reason="link", entry=ascii(name)[:200])
        if found.st_size > most:
            # What a file says it holds counts: one with holes takes no room where it lies, and all of it in a copy.
            raise NotPlain(reason="bytes", most_bytes=in_all)
        left = found.st_size
        with target.open("wb") as copy:
            while left and (data := file.read(min(left, _PIECE))):
                copy.write(data)
                left -= len(data)
    return found.st_size
