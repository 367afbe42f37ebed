"""Watches what a tree of processes uses, from outside, and says when that is too much."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.process.streamed import Streamed
from app.adapters.sandbox.room import BuildLimits, Reason, Room, written_in
from app.adapters.sandbox.usage import (
    MOST_ENTRIES,
    Disk,
    cpu_seconds_of,
    disk_of,
    memory_of,
    private_tmp_of,
    threads_of,
    tree_of,
)
from app.core.clock import Clock

_WATCH_SECONDS = 0.1
# A walk over what was written may take this share of the time; a shrinking disk is looked at sooner.
_WALKS_SHARE = 0.05
_FIRST_WALK_SECONDS = 1.0
_LEAST_FREE = 256 * 1024**2


@dataclass(slots=True)
class Watch:
    """Looks at what a tree of processes uses, often at what is cheap to see and rarely at what is dear."""

    child: Streamed
    room: Room
    limits: BuildLimits
    clock: Clock
    before: Disk
    peak: int = 0
    cpu_seconds: float = 0.0
    _next_walk: float = 0.0
    _free: int = 0
    _used: int = 0
    _folders: tuple[Path, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._folders = written_in(self.room)
        # What is there was just measured.
        self._next_walk = self.clock.monotonic() + _FIRST_WALK_SECONDS
        self._free = min((shutil.disk_usage(folder).free for folder in self._folders), default=0)

    async def until_exceeded(self) -> Reason:
        """Return when a limit is exceeded, saying which."""
        while True:
            pids = tree_of(self.child.pid, most=self.limits.processes)
            if threads_of(pids) > self.limits.processes:
                return "processes"
            self.cpu_seconds = max(self.cpu_seconds, cpu_seconds_of(pids))
            memory = memory_of(pids, exact_above=self.limits.memory_bytes) + private_tmp_of(pids[-1])
            self.peak = max(self.peak, memory)
            if memory > self.limits.memory_bytes:
                return "memory"
            if await self._is_disk_full(pids):
                return "disk"
            await asyncio.sleep(_WATCH_SECONDS)

    async def _is_disk_full(self, pids: Sequence[int]) -> bool:
        if not self._folders:
            return False
        now, free = self.clock.monotonic(), min(shutil.disk_usage(folder).free for folder in self._folders)
        # Others write to the same disk, so that what is free only says when to look.
        filling = self._free - free > max(0, self.limits.disk_bytes - self._used)
        if now < self._next_walk and not filling:
            return False
        found = await asyncio.to_thread(disk_of, self._folders, pids)
        took = self.clock.monotonic() - now
        grown = found.used - self.before.used
        self._next_walk, self._free, self._used = now + max(_FIRST_WALK_SECONDS, took / _WALKS_SHARE), free, grown
        return grown > self.limits.disk_bytes or found.entries > MOST_ENTRIES or free < _LEAST_FREE
