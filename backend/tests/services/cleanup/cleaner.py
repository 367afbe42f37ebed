"""A cleanup worker as a process of its own: `python -m tests.services.cleanup.cleaner`.

Arguments: data directory, URL of the database, file that every deletion is noted in, number of the deletion right
before which the process stands still (SIGSTOP to itself; 0 for never). It runs until it is killed.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from app.adapters.container import Container
from app.adapters.jobs.registry import Registry
from app.adapters.storage.local import LocalStorage
from app.core.clock import SystemClock
from app.core.jobs import Queue
from app.services.cleanup.jobs import run_cleanup_task
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.fixtures.second import second_container

_LOOKS_EVERY_SECONDS = 0.05
# The rows are the truth: which of them reached a queue does not matter here.
_ALL = dict.fromkeys(Queue, timedelta(0))


class NotingStorage(LocalStorage):
    """A directory of objects that notes who deleted what, and whether it was there."""

    def __init__(self, root: Path, notes: Path, *, stop_before: int = 0) -> None:
        super().__init__(root)
        self._objects, self._notes, self._stop_before, self._deletions = root, notes, stop_before, 0

    async def delete(self, key: str) -> None:
        """Delete, and note it in one write."""
        self._deletions += 1
        if self._deletions == self._stop_before:
            os.kill(os.getpid(), signal.SIGSTOP)
        was_there = (self._objects / key).exists()
        await super().delete(key)
        with self._notes.open("a") as notes:
            notes.write(f"{os.getpid()} {'deleted' if was_there else 'missed'} {key}\n")


def a_container(data_dir: Path, database_url: str, notes: Path, *, stop_before: int = 0) -> Container:
    """Open a real database and a real directory of objects, by the real clock."""
    registry = Registry()
    registry.add_all([run_cleanup_task])
    bundles = NotingStorage(data_dir / "bundles", notes, stop_before=stop_before)
    return second_container(
        data_dir, database_url, clock=SystemClock(), registry=registry, subscriptions={}, bundles=bundles
    )


async def main(data_dir: str, database_url: str, notes: str, stop_before: str) -> None:
    """Run whatever cleanup is due, one job at a time."""
    container = a_container(Path(data_dir), database_url, Path(notes), stop_before=int(stop_before))
    keeper = LeaseKeeper(container)
    keeping = asyncio.create_task(keeper.run())
    runner = Runner(container, keeper, f"cleaner-{os.getpid()}")
    while not keeping.done():
        async with container.scope(read_only=True) as scope:
            due = [job.id for job in await scope.ledger.due(_ALL) if job.queue == Queue.CLEANUP]
        for job_id in due:
            await runner.run_one(job_id)
        await asyncio.sleep(_LOOKS_EVERY_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
