"""A child whose output is read while it runs, that is watched from outside, and that says what it used up."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.process.port import Limits, ProgramMissing
from app.adapters.process.system import preparation
from app.core.guard import forbid_inside_scope

# After SIGKILL nothing but the kernel's own work is left; then we stop waiting.
_KILLED_SECONDS = 10.0


@dataclass(slots=True)
class Streamed:
    """A running child. `output` is what it and its children write to standard output and error, in order."""

    pid: int
    output: asyncio.StreamReader
    # Its standard input where it takes any: what it does not read stays in the pipe.
    input: int | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    # As subprocess gives it: minus the signal.
    returncode: int | None = None
    # Of the child and of all that it, and those it started, waited for.
    cpu_seconds: float = 0.0


@asynccontextmanager
async def streamed(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], limits: Limits, takes_input: bool = False
) -> AsyncIterator[Streamed]:
    """Start a program with exactly this environment; at the end its whole group is killed and waited for.

    ProgramMissing. Of the limits those of memory and file size hold; whoever reads keeps time and count himself.
    """
    forbid_inside_scope("a child process")
    loop = asyncio.get_running_loop()
    child = _start(argv, cwd, env, limits, subprocess.PIPE if takes_input else subprocess.DEVNULL)
    reader = asyncio.StreamReader(limit=limits.max_output)
    running = Streamed(child.pid, reader)
    if child.stdin is not None:
        running.input = child.stdin.fileno()
        # Whoever does not read is not waited for.
        os.set_blocking(running.input, False)
    handle = os.pidfd_open(child.pid)

    def reap() -> None:
        loop.remove_reader(handle)
        # Until it is reaped its number, and its group's, cannot be given to others: now whoever it left goes too.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = running.returncode = os.waitstatus_to_exitcode(status)
        running.cpu_seconds = used.ru_utime + used.ru_stime
        running.ended.set()

    loop.add_reader(handle, reap)
    transport: asyncio.BaseTransport | None = None
    try:
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), child.stdout)
        yield running
    finally:
        if not running.ended.is_set():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            await _wait(running.ended)
        loop.remove_reader(handle)
        os.close(handle)
        if transport is not None:
            transport.close()
        if child.stdin is not None:
            # Its number is somebody else's from now on.
            running.input = None
            child.stdin.close()


async def _wait(ended: asyncio.Event) -> None:
    """Wait for a child that was killed, also while the task itself is being cancelled once more."""
    waiting = asyncio.ensure_future(ended.wait())
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), _KILLED_SECONDS)
    waiting.cancel()


def _start(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], limits: Limits, stdin: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Looks nothing up and allocates nothing: it makes a few system calls.
            preexec_fn=preparation(limits),  # noqa: PLW1509
        )
    except (FileNotFoundError, PermissionError) as problem:
        raise ProgramMissing(f"The program {argv[0]} cannot be started on this machine.") from problem
