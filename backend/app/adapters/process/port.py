"""The port for child processes, and the values that cross it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from app.core.errors import Unavailable


class ProgramMissing(Unavailable):
    """A program HiveSync needs is not installed on this machine. Install it, then try again."""

    code = "UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use up: time, bytes of standard output kept, and (optional) bytes per file and of memory.

    `memory_bytes` is of addresses; `data_bytes` of memory that may be written, for programs that reserve much more
    than they use. Both are for each process.
    """

    timeout: timedelta
    max_output: int
    file_bytes: int | None = None
    memory_bytes: int | None = None
    data_bytes: int | None = None
    niceness: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """How a child ended. A negative return code is the signal that ended it; `stderr` is the tail of what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes
    timed_out: bool
    truncated: bool
    seconds: float

    @property
    def ok(self) -> bool:
        """Say whether it ended by itself, in time, with status 0, and nothing of its output was cut off."""
        return self.returncode == 0 and not self.timed_out and not self.truncated


class ProcessRunner(Protocol):
    """Runs programs for the product."""

    async def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        limits: Limits,
        stdin: bytes | None = None,
        on_stderr_line: Callable[[str], None] | None = None,
    ) -> Finished:
        """Run one program without a shell, with exactly this environment, and wait for its end.

        The child leads its own session and group. The whole group is killed at the deadline, when the caller is
        cancelled, and after the child itself has ended. ProgramMissing when it cannot be started.
        """
        ...
