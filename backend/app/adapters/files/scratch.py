"""A folder for the time of one job: empty when it begins, gone when it ends."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.core.guard import forbid_inside_scope


@asynccontextmanager
async def scratch_folder(path: Path) -> AsyncIterator[Path]:
    """Make an empty folder, whatever an attempt that was killed left there, and delete it afterwards."""
    forbid_inside_scope("a scratch folder")
    await asyncio.to_thread(_make_anew, path)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(shutil.rmtree, path)


def _make_anew(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(mode=0o700, parents=True)
