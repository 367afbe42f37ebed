"""A folder for the time of one job: empty when it begins, gone when it ends."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.core.guard import forbid_inside_scope


@asynccontextmanager
async def scratch_folder(path: Path) -> AsyncIterator[Path]:
    """Make an empty folder, whatever an earlier attempt left there, and delete it afterwards.

    An earlier attempt may not be dead but stand still: when it goes on it deletes its own folder, and no later one's.
    """
    forbid_inside_scope("a scratch folder")
    handle = await asyncio.to_thread(_make_anew, path)
    try:
        yield path
    finally:
        try:
            await asyncio.to_thread(_remove, path, os.fstat(handle).st_ino)
        finally:
            os.close(handle)


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
