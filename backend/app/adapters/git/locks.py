"""File locks that the kernel takes back from a process that dies."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from app.adapters.git.errors import MirrorBusy

# The kernel has no lock that a coroutine can wait for; this is short beside anything done under the lock.
_POLL_SECONDS: Final = 0.05


@asynccontextmanager
async def exclusive(path: Path, wait: timedelta) -> AsyncIterator[None]:
    """Hold a lock file alone among all processes; MirrorBusy when somebody else keeps it for longer than `wait`."""
    descriptor = await _acquire(path, wait)
    try:
        yield
    finally:
        # Deleted while held: whoever waits for the deleted file finds out and tries again.
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - one system call
        os.close(descriptor)


async def _acquire(path: Path, wait: timedelta) -> int:
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
    try:
        async with asyncio.timeout(wait.total_seconds()):
            while True:
                descriptor = _try(path)
                if descriptor is not None:
                    return descriptor
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError as problem:
        raise MirrorBusy from problem


def _try(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None
