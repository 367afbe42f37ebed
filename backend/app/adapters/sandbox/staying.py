"""Programs of strangers that stay in their sandbox between pieces of work, so that the next one finds them started.

Such a program reads orders from its standard input, one line of JSON each, and says that one is done by a line of its
own: DONE and the order's mark. It is watched while it works as any other, and while it waits: one that then works
or grows is ended.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.adapters.process.streamed import Streamed
from app.adapters.sandbox.lines import Lines
from app.adapters.sandbox.room import BuildLimits, Ended, Reason, Room, written_in
from app.adapters.sandbox.running import CHUNK, DRAIN_SECONDS, BuildShell, status_of
from app.adapters.sandbox.usage import cpu_seconds_of, disk_of, memory_of, name_of, private_tmp_of, tree_of
from app.adapters.sandbox.watching import Watch
from app.adapters.telemetry.logging import get_logger
from app.core.clock import Clock

log = get_logger(__name__)

DONE = "hivesync-done"
IDLE_FOR = timedelta(minutes=10)
_RESTING_LOOK_SECONDS = 1.0
# What a program may use while nobody wants anything of it: it tidies up after its work.
RESTING_CPU_SECONDS = 5.0
_START_SECONDS = 0.005
_SETTLES_SECONDS = 0.5
# More processes than that are too many for one that waits.
_MOST_LOOKED_AT = 256


def _to_nobody(_line: str) -> None:
    """Hear what is written between works, which is nobody's."""


@dataclass(slots=True, eq=False)
class Staying:
    """One program that stays, for one piece of work at a time. `folder` is its own, and goes with it."""

    child: Streamed
    room: Room
    folder: Path
    clock: Clock
    _stack: AsyncExitStack
    _tell: Callable[[str], None] = _to_nobody
    _mark: str = ""
    _done: asyncio.Event = field(default_factory=asyncio.Event)
    _loud: asyncio.Event = field(default_factory=asyncio.Event)
    _heard: int = 0
    _most: int = 0
    _reading: asyncio.Task[None] | None = None
    # How many processes its sandbox has when it has done nothing yet.
    _alone: int = 0
    _resting: asyncio.Task[None] | None = None
    _closing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    async def start(
        cls,
        shell: BuildShell,
        argv: Sequence[str],
        *,
        room: Room,
        folder: Path,
        limits: BuildLimits,
        stack: AsyncExitStack,
    ) -> "Staying":
        """Start a program; `stack` is closed after it. SandboxMissing, RoomRefused, ProgramMissing."""
        inside = await stack.enter_async_context(shell.enter(argv, room=room, limits=limits, takes_input=True))
        made = cls(inside.child, room, folder, shell.clock, stack.pop_all(), _most=limits.max_log_bytes)
        made._reading = asyncio.create_task(made._read())
        try:
            await made._begin(argv[0])
        except BaseException:
            await made.close()
            raise
        return made

    @property
    def is_over(self) -> bool:
        """Say whether it has ended, or was ended."""
        return self.child.ended.is_set()

    @property
    def is_alone(self) -> bool:
        """Say whether nothing else runs in its sandbox, as nothing may between works."""
        return len(self._tree()) <= self._alone

    def memory(self, *, exact_above: int = 0) -> int:
        """Measure the resident bytes of it and all it started, /tmp included; shared ones once where they are many."""
        pids = self._tree()
        return memory_of(pids, exact_above=exact_above) + (private_tmp_of(pids[-1]) if pids else 0)

    async def work(self, order: Mapping[str, Any], *, limits: BuildLimits, on_line: Callable[[str], None]) -> Ended:
        """Have a piece of work done; each line it writes is told at once. `order["mark"]` is for this one alone.

        Only when the answer is `ok` is the program still there. It is gone whenever this raises.
        """
        await self._stop_resting()
        started, cpu = self.clock.monotonic(), self._cpu_seconds()
        try:
            before = await asyncio.to_thread(disk_of, written_in(self.room), ())
            watch = Watch(self.child, self.room, limits, self.clock, before)
            self._mark, self._heard, self._most = str(order["mark"]), 0, limits.max_log_bytes
            self._tell = on_line
            self._done.clear()
            if self._ordered(order):
                reason = await self._until_over(watch, limits)
            else:
                reason = "log" if self._loud.is_set() else "exited"
        except BaseException:
            await self.close()
            raise
        finally:
            self._tell = _to_nobody
        used = max(self._cpu_seconds(), watch.cpu_seconds) - cpu
        if not self._done.is_set() or reason != "exited":
            await self.close()
            used = max(used, self.child.cpu_seconds - cpu)
        # Who ends with nothing said has not done it, whatever its status.
        status = 0 if self._done.is_set() else status_of(self.child) or 1
        return Ended(status, reason, self.clock.monotonic() - started, used, watch.peak)

    def rest(
        self, *, most_memory: int, idle_for: timedelta = IDLE_FOR, most_cpu_seconds: float = RESTING_CPU_SECONDS
    ) -> None:
        """Keep it until it is wanted again; it ends itself after a while, and when it does what nobody asked for."""
        self._heard, self._most = 0, CHUNK
        self._resting = asyncio.create_task(self._rest(most_memory, most_cpu_seconds, idle_for))

    async def settles(self) -> bool:
        """Wait a moment for what ends with its work; False when others still run in its sandbox."""
        until = self.clock.monotonic() + _SETTLES_SECONDS
        while not self.is_alone:
            if self.clock.monotonic() > until:
                return False
            await asyncio.sleep(_START_SECONDS)
        return not self.is_over

    async def wake(self) -> bool:
        """Stop its rest; False when it is no longer fit for work."""
        await self._stop_resting()
        return not self.is_over and not self._loud.is_set() and self.is_alone

    async def close(self) -> None:
        """End it, whatever it does, and delete its folder. Twice is once."""
        try:
            await self._stop_resting()
        finally:
            await self._end()

    async def _begin(self, program: str) -> None:
        """Wait until the sandbox has become the program, which then has no order yet; it may also have ended."""
        while not self.is_over:
            pids = self._tree()
            if any(name_of(pid) == program for pid in pids):
                self._alone = len(pids)
                return
            await asyncio.sleep(_START_SECONDS)

    def _ordered(self, order: Mapping[str, Any]) -> bool:
        """Write an order; False when it is gone, or did not read the ones before."""
        line = json.dumps(order).encode() + b"\n"
        if self.is_over:
            return False
        with contextlib.suppress(OSError):
            return self.child.input is not None and os.write(self.child.input, line) == len(line)
        return False

    async def _until_over(self, watch: Watch, limits: BuildLimits) -> Reason:
        watching = asyncio.ensure_future(watch.until_exceeded())
        ends = [watching, *(asyncio.ensure_future(each.wait()) for each in (self._done, self.child.ended, self._loud))]
        reading = [self._reading] if self._reading is not None else []
        try:
            async with asyncio.timeout(limits.timeout.total_seconds()):
                while not any(each.done() for each in ends):
                    await asyncio.wait([*ends, *reading], return_when=asyncio.FIRST_COMPLETED)
                    # That its output is closed is no end yet; what went wrong with a line is raised here.
                    reading = [each for each in reading if not each.done() or each.result()]
            if watching.done():
                return watching.result()
            if not self._done.is_set() and reading:
                # It ended: what it said last is still on its way.
                await asyncio.wait(reading, timeout=DRAIN_SECONDS)
        except TimeoutError:
            return "timeout"
        finally:
            for task in ends:
                task.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        return "log" if self._loud.is_set() else "exited"

    async def _read(self) -> None:
        lines = Lines(self._hear)
        while data := await self.child.output.read(CHUNK):
            self._heard += len(data)
            if self._heard > self._most:
                self._loud.set()
                return
            lines.feed(data)
        lines.close()

    def _hear(self, line: str) -> None:
        if self._mark and line == f"{DONE} {self._mark}":
            self._done.set()
        else:
            self._tell(line)

    async def _rest(self, most_memory: int, most_cpu_seconds: float, idle_for: timedelta) -> None:
        until, cpu, looks = self.clock.monotonic() + idle_for.total_seconds(), self._cpu_seconds(), 0
        while self.clock.monotonic() < until and not self.is_over and not self._loud.is_set():
            if looks and not self.is_alone:
                break
            looks += 1
            if self.memory(exact_above=most_memory) > most_memory or self._cpu_seconds() - cpu > most_cpu_seconds:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.child.ended.wait(), _RESTING_LOOK_SECONDS)
        await self._end()

    async def _stop_resting(self) -> None:
        resting, self._resting = self._resting, None
        if resting is None:
            return
        if not self._closing.locked():
            resting.cancel()
        await asyncio.gather(resting, return_exceptions=True)

    async def _end(self) -> None:
        async with self._closing:
            if self._reading is not None:
                self._reading.cancel()
                await asyncio.gather(self._reading, return_exceptions=True)
                self._reading = None
            await self._stack.aclose()

    def _cpu_seconds(self) -> float:
        return cpu_seconds_of(self._tree())

    def _tree(self) -> list[int]:
        return [] if self.is_over else tree_of(self.child.pid, most=_MOST_LOOKED_AT)


class StayingPool:
    """Keeps programs that did their work well until they are wanted again, within a bound of memory."""

    def __init__(self, *, memory_bytes: int = 0, idle_for: timedelta = IDLE_FOR) -> None:
        """Keep as many as fit into `memory_bytes` together; none when that is 0."""
        self._most = memory_bytes
        self._idle_for = idle_for
        self._waiting: dict[str, Staying] = {}
        # Those that are being ended, which whoever brings the next one does not wait for.
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def keeps_any(self) -> bool:
        """Say whether anything stays at all."""
        return self._most > 0

    async def take(self, key: str) -> Staying | None:
        """Take the one that waits for such work out, if there is one that is fit for it."""
        found = self._waiting.pop(key, None)
        if found is None or await found.wake():
            return found
        self._dismiss(found)
        return None

    def give(self, key: str, program: Staying) -> None:
        """Let one wait for more such work; whoever waited longest leaves when they are too many."""
        if key in self._waiting:
            self._dismiss(self._waiting.pop(key))
        self._waiting[key] = program
        program.rest(most_memory=self._most, idle_for=self._idle_for)
        sizes = {name: each.memory() for name, each in self._waiting.items()}
        total = sum(sizes.values())
        for name, size in sizes.items():
            if not size or total > self._most:
                self._dismiss(self._waiting.pop(name))
                total -= size

    async def close(self) -> None:
        """End them all."""
        while self._waiting:
            self._dismiss(self._waiting.popitem()[1])
        await asyncio.gather(*self._leaving)

    def _dismiss(self, program: Staying) -> None:
        leaving = asyncio.create_task(_end(program))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


async def _end(program: Staying) -> None:
    """End one that nobody waits for: what goes wrong is the log's."""
    try:
        await program.close()
    except Exception as error:
        log.warning("sandbox.leaves_badly", error=repr(error))
