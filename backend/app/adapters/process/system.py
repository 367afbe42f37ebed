"""Real child processes: own session, rlimits, death with the parent, the whole group killed at the end."""

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from app.adapters.process.port import Finished, Limits, ProgramMissing
from app.core.clock import Clock
from app.core.guard import forbid_inside_scope

_STDERR_TAIL: Final = 64 * 1024
_LONGEST_LINE: Final = 4096
# How long output that is already in the pipes may take to arrive once everybody who could write is dead.
_DRAIN_SECONDS: Final = 5.0
_PR_SET_PDEATHSIG: Final = 1


class SystemProcesses:
    """Runs programs of this machine."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

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
        """Run one program without a shell, with exactly this environment, and wait for its end."""
        forbid_inside_scope("a child process")
        started = self._clock.monotonic()
        output = _Output(limits.max_output, on_stderr_line)
        transport = await _start(argv, cwd=cwd, env=env, limits=limits, output=output, with_stdin=stdin is not None)
        timed_out = False
        try:
            if stdin is not None:
                _feed(transport, stdin)
            async with asyncio.timeout(limits.timeout.total_seconds()):
                await output.exited.wait()
        except TimeoutError:
            timed_out = True
        finally:
            await _end(transport, output)
        if output.failure is not None:
            raise output.failure
        returncode = transport.get_returncode()
        return Finished(
            returncode=-signal.SIGKILL if returncode is None else returncode,
            stdout=bytes(output.stdout),
            stderr=bytes(output.stderr),
            timed_out=timed_out,
            truncated=output.truncated,
            seconds=self._clock.monotonic() - started,
        )


class _Output(asyncio.SubprocessProtocol):
    """Collects what a child writes, within bounds, and notes when it has ended."""

    def __init__(self, max_output: int, on_stderr_line: Callable[[str], None] | None) -> None:
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.truncated = False
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()
        self.failure: Exception | None = None
        self._max_output = max_output
        self._on_stderr_line = on_stderr_line
        self._line = bytearray()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            room = self._max_output - len(self.stdout)
            self.stdout += data[:room]
            self.truncated = self.truncated or len(data) > room
            return
        self.stderr += data
        del self.stderr[:-_STDERR_TAIL]
        if self._on_stderr_line is not None and self.failure is None:
            self._split_lines(data, self._on_stderr_line)

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.exited.set()
        self.closed.set()

    def _split_lines(self, data: bytes, tell: Callable[[str], None]) -> None:
        # Progress meters end their lines with a carriage return.
        self._line += data.replace(b"\r", b"\n")
        *whole, rest = bytes(self._line).split(b"\n")
        self._line[:] = rest[-_LONGEST_LINE:]
        try:
            for line in whole:
                if line:
                    tell(line[:_LONGEST_LINE].decode("utf-8", "replace"))
        except Exception as failure:  # Whatever the listener raises is raised to the caller of run().
            self.failure = failure


async def _start(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    limits: Limits,
    output: _Output,
    with_stdin: bool,
) -> asyncio.SubprocessTransport:
    loop = asyncio.get_running_loop()
    starting = asyncio.ensure_future(
        loop.subprocess_exec(
            lambda: output,
            *argv,
            cwd=cwd,
            env=dict(env),
            stdin=asyncio.subprocess.PIPE if with_stdin else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=preparation(limits),
        )
    )
    try:
        transport, _ = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # Cancelled between fork and return: the child exists and nobody else knows it.
        transport, _ = await starting
        await _end(transport, output)
        raise
    except (FileNotFoundError, PermissionError) as problem:
        if problem.filename == str(cwd):
            raise
        raise ProgramMissing(f"The program {argv[0]} cannot be started on this machine.") from problem
    return transport


def _feed(transport: asyncio.SubprocessTransport, data: bytes) -> None:
    pipe = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
    pipe.write(data)
    pipe.close()


async def _end(transport: asyncio.SubprocessTransport, output: _Output) -> None:
    # PermissionError is what macOS says of a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(transport.get_pid(), signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            await output.exited.wait()
            await output.closed.wait()
    transport.close()


def preparation(limits: Limits) -> Callable[[], None]:
    """What the child does between fork and exec; everything it needs is looked up here, in the parent."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    caps = [
        (kind, (value, value))
        for kind, value in (
            (resource.RLIMIT_FSIZE, limits.file_bytes),
            (resource.RLIMIT_AS, limits.memory_bytes),
            (resource.RLIMIT_DATA, limits.data_bytes),
            (resource.RLIMIT_CORE, 0),
        )
        if value is not None
    ]

    def prepare() -> None:
        for kind, pair in caps:
            resource.setrlimit(kind, pair)
        if limits.niceness:
            os.nice(limits.niceness)
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare
