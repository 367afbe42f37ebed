"""A build's log: written to its file line by line, and published while it grows for those who wait."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.adapters.sandbox.lines import plain
from app.adapters.storage.port import ObjectStorage, StorageUnavailable
from app.core.clock import Clock

_LARGEST = 16 * 1024**2
_KEPT_LINES = 20_000
_LONGEST_LINE = 4000
_PUBLISHED_EVERY = 1.0


class BuildLog:
    """Lines with their moments. `said` holds what tools printed, for finding the first error in it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Begin an empty log in an existing folder."""
        self._path, self._clock = path, clock
        self._written = 0
        self.said: list[str] = []
        self.path.touch()

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self._path

    def note(self, line: str) -> None:
        """Write a line of ours; names of a repository in it cannot begin another one, or tell a terminal what to do."""
        self._write(f"{self._clock.now().isoformat(timespec='milliseconds')} {plain(line)}")

    def tool(self, line: str) -> None:
        """Write a line that a tool printed."""
        if len(self.said) < _KEPT_LINES:
            self.said.append(line[:_LONGEST_LINE])
        self.note(f"  {line}")

    def read(self) -> bytes:
        """Give all of it."""
        return self._path.read_bytes()

    def _write(self, line: str) -> None:
        data = line[:_LONGEST_LINE].encode("utf-8", "replace") + b"\n"
        if self._written + len(data) > _LARGEST:
            return
        # On a full disk what fails tells of it, not the log.
        with contextlib.suppress(OSError), self._path.open("ab") as file:
            file.write(data)
        self._written += len(data)


@asynccontextmanager
async def published(log: BuildLog, storage: ObjectStorage, key: str) -> AsyncIterator[None]:
    """Keep what is written so far under a key while the block runs, and all of it when it ends, however it does."""
    publishing = asyncio.ensure_future(_publish(log, storage, key))
    try:
        yield
    finally:
        publishing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await publishing
        # A log that cannot be stored is no reason for a build to fail; the error that is, is on the job.
        with contextlib.suppress(StorageUnavailable):
            await storage.put(key, log.read(), content_type="text/plain; charset=utf-8")


async def _publish(log: BuildLog, storage: ObjectStorage, key: str) -> None:
    size = -1
    while True:
        data = await asyncio.to_thread(log.read)
        if len(data) != size:
            size = len(data)
            with contextlib.suppress(StorageUnavailable):
                await storage.put(key, data, content_type="text/plain; charset=utf-8")
        await asyncio.sleep(_PUBLISHED_EVERY)
