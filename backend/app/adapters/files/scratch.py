"""A folder for the time of one job: empty when it begins, gone when it ends."""

import asyncio
import contextlib
import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.core.errors import Unavailable
from app.core.guard import forbid_inside_scope


class ScratchFull(Unavailable):
    """The disk of the machine that does the work is full. It is tried again in a moment."""

    code = "DISK_FULL"


@asynccontextmanager
async def scratch_folder(path: Path) -> AsyncIterator[Path]:
    """Make an empty folder, whatever an earlier attempt left there, and delete it afterwards.

    An earlier attempt may not be dead but stand still: when it goes on it deletes its own folder, and no later one's.
    ScratchFull in place of whatever the block raises because the disk is full.
    """
    forbid_inside_scope("a scratch folder")
    with _told_when_full():
        handle = await asyncio.to_thread(_make_anew, path)
        try:
            yield path
        finally:
            try:
                await asyncio.to_thread(_remove, path, os.fstat(handle).st_ino)
            finally:
                os.close(handle)


@contextlib.contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise ScratchFull from error


def _make_anew(path: Path) -> int:
    """Put aside what is there, which takes no time whoever works in it; the new folder, opened.

    While it is open, no other folder gets its number.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        aside = _aside(path, path.lstat().st_ino)
        path.rename(aside)
        if aside.is_symlink():
            aside.unlink()
        shutil.rmtree(aside, ignore_errors=True)
    path.mkdir(mode=0o700)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _remove(path: Path, number: int) -> None:
    is_mine = False
    with contextlib.suppress(FileNotFoundError):
        is_mine = path.lstat().st_ino == number
    shutil.rmtree(path if is_mine else _aside(path, number), ignore_errors=True)


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.left-{number}")
