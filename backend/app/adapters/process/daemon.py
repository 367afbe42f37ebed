"""Children that live as long as we do: started once, watched, stopped as a group, gone when we are gone."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from app.core.errors import Unavailable

_PR_SET_PDEATHSIG = 1
# Only where the kernel cannot tell us that a child ended.
_POLL_SECONDS = 0.05
# After SIGKILL nothing but the kernel's own work is left.
_KILLED_SECONDS = 5.0

Output = Path | Literal["inherit", "discard"]


class DaemonFailed(Unavailable):
    """A helper process could not be started. See the log for the reason."""


@dataclass(frozen=True, slots=True)
class DaemonSpec:
    """What to run. The environment is the whole environment: nothing of ours leaks into it.

    A file as `output` is appended to. `parent_death_signal` is what the child gets when its parent
    ends without stopping it (Linux only).
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path | None = None
    output: Output = "discard"
    parent_death_signal: signal.Signals = signal.SIGKILL


class Daemon:
    """One long-lived child in a process group of its own. May be started again after it ended."""

    def __init__(self, spec: DaemonSpec) -> None:
        self.spec = spec
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, None before the first start."""
        return self._child.pid if self._child else None

    @property
    def returncode(self) -> int | None:
        """How the child ended: its status, or minus the signal; None while it runs."""
        child = self._child
        if child is None:
            return None
        if child.returncode is None and _has_ended(child.pid):
            # While the child is unreaped its number cannot be given to others: now whoever it left goes too.
            self._signal(signal.SIGKILL)
            child.poll()
        return child.returncode

    def is_alive(self) -> bool:
        """Say whether the child runs."""
        return self._child is not None and self.returncode is None

    def is_stopped(self) -> bool:
        """Say whether a signal has stopped the child, as SIGSTOP does, and nobody has let it go on."""
        return self.is_alive() and self._child is not None and _has_stopped(self._child.pid)

    def start(self) -> None:
        """Start the child; DaemonFailed when there is no such program.

        Call it from a thread that stays: its end counts as the end of the parent.
        """
        if self.is_alive():
            return
        with contextlib.ExitStack() as opened:
            output = self._open_output(opened)
            try:
                self._child = subprocess.Popen(
                    self.spec.argv,
                    env=dict(self.spec.env),
                    cwd=self.spec.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    # Nothing else binds a child's life to ours; the function only makes two system calls.
                    preexec_fn=_die_with_parent(self.spec.parent_death_signal),  # noqa: PLW1509
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise DaemonFailed(f"{self.spec.name} could not be started: {error}.") from error

    async def wait(self) -> int:
        """Wait until the child ends and return how."""
        if self._child is None:
            raise DaemonFailed(f"{self.spec.name} was never started.")
        with contextlib.suppress(OSError, AttributeError):
            await _end_of(self._child.pid)
        while (status := self.returncode) is None:  # noqa: ASYNC110 - the kernel's answer, not an event of ours
            await asyncio.sleep(_POLL_SECONDS)
        return status

    async def stop(self, grace: timedelta) -> None:
        """Ask the group to end, then make it: SIGTERM, and SIGKILL to whatever outlasts the grace period."""
        if not self.is_alive():
            return
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace.total_seconds()):
                await self.wait()
        self._signal(signal.SIGKILL)
        async with asyncio.timeout(_KILLED_SECONDS):
            await self.wait()

    def kill(self) -> None:
        """End the whole group at once, without asking."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, number)

    def _open_output(self, opened: contextlib.ExitStack) -> int | None:
        output = self.spec.output
        if output == "inherit":
            return None
        if output == "discard":
            return subprocess.DEVNULL
        output.parent.mkdir(parents=True, exist_ok=True)
        return opened.enter_context(output.open("ab")).fileno()


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    # Everything is looked up before the fork: between fork and exec as little as possible may happen.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # It ended before the request was made.
            os._exit(1)

    return in_child


def _has_ended(pid: int) -> bool:
    """Ask without reaping."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _has_stopped(pid: int) -> bool:
    """Ask without taking the answer away: it is there again the next time."""
    return os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None


async def _end_of(pid: int) -> None:
    """Return once a child has ended, without reaping it."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    descriptor = os.pidfd_open(pid)
    try:
        loop.add_reader(descriptor, ended.set)
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
