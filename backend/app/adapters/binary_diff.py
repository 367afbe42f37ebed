"""Binary differences in the format of bsdiff 4, made by a child process: hostile bytes cost time, and time has an end.

Colin Percival, "Naive differences of executable code" (2003). Sorting the old bytes takes 17 times their size in
memory; repetitive ones take minutes a megabyte.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from app.adapters.process.port import Limits, ProcessRunner
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock

# What the bytes are compared for must be true of what the device will do: the patch is applied before it is kept.
_PROGRAM = """
import sys, bsdiff4
old, new = (open(path, "rb").read() for path in sys.argv[1:3])
patch = bsdiff4.diff(old, new)
if bsdiff4.patch(old, patch) != new:
    sys.exit("the patch does not lead to the new bytes")
open(sys.argv[3], "wb").write(patch)
"""
# The old bytes sorted, both in plain, the patch and what it makes; and an interpreter.
_MEMORY_TIMES, _MEMORY_BASE = 24, 256 * 1024**2
_ENVIRONMENT: Mapping[str, str] = {"PYTHONDONTWRITEBYTECODE": "1"}


class BinaryDiff(Protocol):
    """The port."""

    async def write_patch(self, old: Path, new: Path, patch: Path, *, timeout: timedelta) -> bool:
        """Write the patch that makes `new` of `old`; False when that took too much time or memory. Absolute paths."""
        ...


@dataclass(frozen=True, slots=True)
class Bsdiff:
    """Runs the library in an interpreter of its own."""

    processes: ProcessRunner = field(default_factory=lambda: SystemProcesses(SystemClock()))

    async def write_patch(self, old: Path, new: Path, patch: Path, *, timeout: timedelta) -> bool:
        """Write the patch that makes `new` of `old`; False when that took too much time or memory."""
        sizes = await asyncio.to_thread(lambda: old.stat().st_size + new.stat().st_size)
        argv = [sys.executable, "-I", "-c", _PROGRAM, str(old), str(new), str(patch)]
        limits = Limits(
            timeout=timeout,
            max_output=4096,
            file_bytes=2 * sizes + 4096,
            memory_bytes=_MEMORY_BASE + _MEMORY_TIMES * sizes,
        )
        done = await self.processes.run(argv, cwd=patch.parent, env=_ENVIRONMENT, limits=limits)
        return done.ok
