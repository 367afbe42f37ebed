"""Runs a program of strangers in the build sandbox: what it may see, how much it may use, and nothing left of it."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from app.adapters.process.port import Limits
from app.adapters.process.streamed import Streamed, streamed
from app.adapters.sandbox.lines import Lines
from app.adapters.sandbox.port import Confinement, Mount, Sandbox, SandboxSource
from app.adapters.sandbox.unconfined import named_outside, outside, put_in_place
from app.adapters.sandbox.usage import (
    MOST_ENTRIES,
    Disk,
    cpu_seconds_of,
    disk_of,
    first_inside,
    memory_of,
    private_tmp_of,
    threads_of,
    tree_of,
)
from app.core.clock import Clock
from app.core.errors import Invalid

Reason = Literal["exited", "timeout", "memory", "processes", "disk", "log"]

_ETC = Path(__file__).with_name("etc")
_CHUNK = 64 * 1024
_WATCH_SECONDS = 0.1
# A walk over what was written may take this share of the time; a shrinking disk is looked at sooner.
_WALKS_SHARE = 0.05
_FIRST_WALK_SECONDS = 1.0
_LEAST_FREE = 256 * 1024**2
# What is already written may still be in the pipe when everybody who wrote is gone.
_DRAIN_SECONDS = 5.0
# How often a sandbox that is being set up is asked for its first process.
_START_SECONDS = 0.005
# After SIGKILL nothing but the kernel's own work is left; thousands of processes keep it busy.
_KILLED_SECONDS = 20.0
# Whatever a build does, the worker that watches it runs first.
_NICENESS = 10
# A process that grows faster than it is watched meets the kernel's own limit, at this many times what is allowed.
_DATA_FACTOR = 2


class RoomRefused(Invalid):
    """Where something should be mounted for a build there is a link or a file. The details say where."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a program is shown: mounts at constant paths, programs at their own, exactly this environment.

    `chdir` is where it starts, inside. Nested mounts come after what they lie in; where that is a folder of the
    machine, the place is made there. `/usr`, a /tmp in memory, /proc and a small /etc are always there; sockets reach
    nothing but the program's own loopback interface and socket files that are mounted.
    """

    mounts: tuple[Mount, ...]
    env: Mapping[str, str]
    chdir: str
    reads: tuple[Path, ...] = ()
    tmp_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """What a program and all it starts may use, together; `file_bytes` is for each file.

    Memory counts resident bytes and /tmp; `processes` counts threads; `disk_bytes` is what all writable mounts may
    grow by.
    """

    timeout: timedelta
    memory_bytes: int = 4 * 1024**3
    # Bundlers start a process for every second core, of a dozen threads each.
    processes: int = 1024
    file_bytes: int = 512 * 1024**2
    disk_bytes: int = 4 * 1024**3
    max_log_bytes: int = 8 * 1024**2


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended. Only with the reason `exited` did it end by itself, with this status (128 + n for signal n).

    `peak_memory` is the largest sum, in bytes, that was seen; `cpu_seconds` are of all its processes
    and may lack those of the last tenth of a second.
    """

    returncode: int
    reason: Reason
    seconds: float
    cpu_seconds: float
    peak_memory: int

    @property
    def ok(self) -> bool:
        """Say whether it ended by itself with status 0."""
        return self.reason == "exited" and self.returncode == 0


@dataclass(frozen=True, slots=True)
class BuildShell:
    """Runs programs of strangers."""

    source: SandboxSource
    clock: Clock

    async def run(
        self, argv: Sequence[str], *, room: Room, limits: BuildLimits, on_line: Callable[[str], None]
    ) -> Ended:
        """Run a program until it ends or exceeds a limit; each line it writes is told at once.

        SandboxMissing, RoomRefused, ProgramMissing. Whatever it started is gone when this returns or raises, and
        soon after this process was killed.
        """
        sandbox = await self.source.take()
        await asyncio.to_thread(_make_places, room.mounts)
        if sandbox.fit_for_builds:
            command, env, cwd = sandbox.wrap(argv, _confinement(room, limits)), dict(room.env), Path("/")
        else:
            await asyncio.to_thread(put_in_place, room.mounts)
            command, env = named_outside(argv, room.env, room.mounts)
            cwd = Path(outside(room.chdir, room.mounts))
        before = await asyncio.to_thread(disk_of, _written(room), ())
        caps = Limits(
            limits.timeout,
            _CHUNK,
            file_bytes=limits.file_bytes,
            data_bytes=limits.memory_bytes * _DATA_FACTOR,
            niceness=_NICENESS,
        )
        started = self.clock.monotonic()
        async with streamed(command, cwd=cwd, env=env, limits=caps) as child:
            watch = _Watch(child, room, limits, self.clock, before)
            async with _inside(child, sandbox):
                reason = await _follow(child, watch, limits, on_line)
        code = -signal.SIGKILL if child.returncode is None else child.returncode
        cpu, seconds = max(child.cpu_seconds, watch.cpu_seconds), self.clock.monotonic() - started
        return Ended(code if code >= 0 else 128 - code, reason, seconds, cpu, watch.peak)


async def _follow(child: Streamed, watch: "_Watch", limits: BuildLimits, on_line: Callable[[str], None]) -> Reason:
    """Wait for the first of: its end, a limit, the deadline; then for what it still had to say."""
    reading = asyncio.ensure_future(_read(child.output, limits.max_log_bytes, on_line))
    waiting = asyncio.ensure_future(child.ended.wait())
    watching = asyncio.ensure_future(watch.until_exceeded())
    tasks = (reading, waiting, watching)
    try:
        async with asyncio.timeout(limits.timeout.total_seconds()):
            # That its output is closed is no end yet, that too much was written is one.
            while not (done := {each for each in tasks[1:] if each.done()}):
                pending = {each for each in tasks if not each.done()}
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                if reading.done() and (stopped := reading.result()):
                    return stopped
            if watching in done:
                return watching.result()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                return await reading or "exited"
    except TimeoutError:
        return "timeout"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return "exited"


async def _read(output: asyncio.StreamReader, most: int, on_line: Callable[[str], None]) -> Reason | None:
    lines, total = Lines(on_line), 0
    try:
        while data := await output.read(_CHUNK):
            lines.feed(data[: most - total])
            total += len(data)
            if total > most:
                return "log"
    finally:
        lines.close()
    return None


@asynccontextmanager
async def _inside(child: Streamed, sandbox: Sandbox) -> AsyncIterator[None]:
    """Hold on to the first process inside, with which the kernel ends all the others; at the end, end it and wait.

    That the process outside has ended does not say so: bubblewrap's leaves first.
    """
    first = None
    while sandbox.fit_for_builds and first is None and not child.ended.is_set():
        await asyncio.sleep(_START_SECONDS)
        first = first_inside(child.pid)
    if first is None:
        yield
        return
    try:
        handle = os.pidfd_open(first)
    except ProcessLookupError:
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        await _gone(handle)
        os.close(handle)


async def _gone(handle: int) -> None:
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(handle, gone.set)
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_KILLED_SECONDS):
                await gone.wait()
    finally:
        loop.remove_reader(handle)


def _confinement(room: Room, limits: BuildLimits) -> Confinement:
    etc = tuple(Mount(file, f"/etc/{file.name}") for file in sorted(_ETC.iterdir()))
    return Confinement(
        (Path("/usr"), *room.reads),
        (),
        mounts=(*etc, *room.mounts),
        allows_sockets=True,
        tmp_bytes=room.tmp_bytes,
        chdir=room.chdir,
        processes=limits.processes,
    )


def _written(room: Room) -> tuple[Path, ...]:
    return tuple(mount.source for mount in room.mounts if mount.writable and mount.source.is_dir())


def _make_places(mounts: Sequence[Mount]) -> None:
    """Make the places of nested mounts where they will lie; a link among what a stranger wrote would lead elsewhere."""
    for place, mount in enumerate(mounts):
        around = [each for each in mounts[:place] if mount.target.startswith(f"{each.target}/")]
        if not around:
            continue
        outer = max(around, key=lambda each: len(each.target))
        spot, parts = outer.source, mount.target.removeprefix(f"{outer.target}/").split("/")
        for depth, part in enumerate(parts, 1):
            spot /= part
            is_file = depth == len(parts) and not mount.source.is_dir()
            if spot.is_symlink() or part in ("", ".", "..") or (spot.exists() and spot.is_file() != is_file):
                raise RoomRefused(place=mount.target)
            if is_file:
                spot.touch()
            else:
                spot.mkdir(exist_ok=True)


@dataclass(slots=True)
class _Watch:
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
        self._folders = _written(self.room)
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
