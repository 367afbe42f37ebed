"""Runs a program of strangers in the build sandbox: what it may see, how much it may use, and nothing left of it."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.adapters.process.port import Limits
from app.adapters.process.streamed import Streamed, streamed
from app.adapters.sandbox.lines import Lines
from app.adapters.sandbox.port import Confinement, Mount, Sandbox, SandboxSource
from app.adapters.sandbox.room import BuildLimits, Ended, Reason, Room, RoomRefused, written_in
from app.adapters.sandbox.unconfined import named_outside, outside, put_in_place
from app.adapters.sandbox.usage import Disk, disk_of, first_inside
from app.adapters.sandbox.watching import Watch
from app.core.clock import Clock

_ETC = Path(__file__).with_name("etc")
CHUNK = 64 * 1024
# What is already written may still be in the pipe when everybody who wrote is gone.
DRAIN_SECONDS = 5.0
# How often a sandbox that is being set up is asked for its first process.
_START_SECONDS = 0.005
# After SIGKILL nothing but the kernel's own work is left; thousands of processes keep it busy.
_KILLED_SECONDS = 20.0
# Whatever a build does, the worker that watches it runs first.
_NICENESS = 10
# A process that grows faster than it is watched meets the kernel's own limit, at this many times what is allowed.
_DATA_FACTOR = 2


@dataclass(frozen=True, slots=True)
class Inside:
    """A program that was started, and what its folders held before."""

    child: Streamed
    before: Disk


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
        async with self.enter(argv, room=room, limits=limits) as inside:
            child, started = inside.child, self.clock.monotonic()
            watch = Watch(child, room, limits, self.clock, inside.before)
            reason = await _follow(child, watch, limits, on_line)
        cpu, seconds = max(child.cpu_seconds, watch.cpu_seconds), self.clock.monotonic() - started
        return Ended(status_of(child), reason, seconds, cpu, watch.peak)

    @asynccontextmanager
    async def enter(
        self, argv: Sequence[str], *, room: Room, limits: BuildLimits, takes_input: bool = False
    ) -> AsyncIterator[Inside]:
        """Start a program and watch nothing of it; it and whatever it started is gone when the block ends.

        SandboxMissing, RoomRefused, ProgramMissing.
        """
        sandbox = await self.source.take()
        await asyncio.to_thread(_make_places, room.mounts)
        if sandbox.fit_for_builds:
            command, env, cwd = sandbox.wrap(argv, _confinement(room, limits)), dict(room.env), Path("/")
        else:
            await asyncio.to_thread(put_in_place, room.mounts)
            command, env = named_outside(argv, room.env, room.mounts)
            cwd = Path(outside(room.chdir, room.mounts))
        before = await asyncio.to_thread(disk_of, written_in(room), ())
        caps = Limits(
            limits.timeout,
            CHUNK,
            file_bytes=limits.file_bytes,
            data_bytes=limits.memory_bytes * _DATA_FACTOR,
            niceness=_NICENESS,
        )
        async with (
            streamed(command, cwd=cwd, env=env, limits=caps, takes_input=takes_input) as child,
            _inside(child, sandbox),
        ):
            yield Inside(child, before)


def status_of(child: Streamed) -> int:
    """Say how a child ended as shells do: 128 + n for signal n."""
    code = -signal.SIGKILL if child.returncode is None else child.returncode
    return code if code >= 0 else 128 - code


async def _follow(child: Streamed, watch: Watch, limits: BuildLimits, on_line: Callable[[str], None]) -> Reason:
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
            async with asyncio.timeout(DRAIN_SECONDS):
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
        while data := await output.read(CHUNK):
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
        try:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            await _gone(handle)
        finally:
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
