"""The processes of one run: started, watched, replaced when they die, as a fleet does."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.adapters.container import Container
from app.adapters.process.daemon import Daemon, DaemonSpec

from chaos.notes import Notes
from chaos.sides import ROLES, bury

ROOT = Path(__file__).parents[1]
_ENDS_WITHIN = timedelta(seconds=20)
_PAUSE_SECONDS = 0.2
_STARTS_WITHIN_SECONDS = 2.5
_SKEWS = ("0", "3600", "0", "-3600", "0", "0")


@dataclass(slots=True)
class Member:
    """One place in the crew, and who fills it now."""

    name: str
    role: str | None
    env: Mapping[str, str]
    daemon: Daemon | None = None
    worker_id: str = ""
    lives: int = 0
    started_at: float = 0.0
    # Nobody tells the others of its death, as when a whole machine is gone.
    is_silent: bool = False
    is_stopped: bool = False

    @property
    def pid(self) -> int | None:
        """Its process, while it lives and is not standing still."""
        alive = self.daemon is not None and self.daemon.is_alive() and not self.is_stopped
        return self.daemon.pid if alive and self.daemon else None

    def arguments(self) -> tuple[str, ...]:
        """What follows the module on the command line."""
        return ("worker", self.role, self.worker_id) if self.role else (self.name.split("-")[0], self.worker_id)


@dataclass(slots=True)
class Crew:
    """Workers, schedulers, producer."""

    container: Container
    notes: Notes
    env: Mapping[str, str]
    folder: Path
    mutant: str
    members: list[Member] = field(default_factory=list)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def hire(self, workers: int, *, skewed: bool) -> None:
        """Start everybody; workers take the roles in turn."""
        # A backlog is one queue: everybody serves it, so that who is struck has others to take over.
        roles = ["sync"] if self.env["CHAOS_MIX"] == "backlog" else list(ROLES)
        for number in range(workers):
            role = roles[number % len(roles)]
            skew = {"CHAOS_SKEW": _SKEWS[number % len(_SKEWS)]} if skewed else {}
            self.members.append(Member(f"{role}-{number}", role, {**self.env, **skew}))
        self.members += [Member(f"scheduler-{number}", None, self.env) for number in range(2)]
        order = {"HIVESYNC_FAILPOINT": str(self.order)}
        self.members.append(Member("producer", None, {**self.env, **order}))
        self._tasks = [asyncio.create_task(self._keep(member)) for member in self.members]

    @property
    def order(self) -> Path:
        """The file that tells the producer where to die."""
        return self.folder / "die-here"

    def workers(self) -> list[Member]:
        """The workers that run now and have had the time to start: one that has begun nothing is no loss."""
        old = time.monotonic() - _STARTS_WITHIN_SECONDS
        return [member for member in self.members if member.role and member.pid and member.started_at < old]

    def schedulers(self) -> list[Member]:
        """The schedulers that run now."""
        return [member for member in self.members if member.name.startswith("scheduler") and member.pid]

    def strike(self, member: Member, number: signal.Signals) -> None:
        """Send a signal to a process alone, as the kernel's killer would."""
        if member.daemon is not None and member.daemon.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member.daemon.pid, number)

    async def dismiss(self) -> None:
        """End everybody in good order."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        daemons = [member.daemon for member in self.members if member.daemon is not None]
        await asyncio.gather(*(daemon.stop(_ENDS_WITHIN) for daemon in daemons), return_exceptions=True)

    def left_over(self) -> Iterator[int]:
        """Processes of this run that should be gone."""
        mark = f"CHAOS_NOTES={self.notes.path}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0") and int(folder.name) != os.getpid():
                    yield int(folder.name)

    async def _keep(self, member: Member) -> None:
        while True:
            member.lives += 1
            member.worker_id = f"{member.name}-{member.lives}"
            argv = (sys.executable, "-m", "chaos.sides", *member.arguments()[: 3 if member.role else 2])
            if member.name == "producer":
                argv = (sys.executable, "-m", "chaos.sides", "producer")
            log = self.folder / "logs" / f"{member.name}.log"
            member.daemon = Daemon(DaemonSpec(name=member.name, argv=argv, env=member.env, cwd=ROOT, output=log))
            member.daemon.start()
            member.started_at = time.monotonic()
            worker_id = member.worker_id
            status = await member.daemon.wait()
            if member.name == "producer" and status == 0:
                return
            self.notes.add("died", worker=worker_id, status=status)
            silent, member.is_silent, member.is_stopped = member.is_silent, False, False
            if member.role and not silent:
                self._tasks.append(asyncio.create_task(self._bury(worker_id)))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _bury(self, worker_id: str) -> None:
        """Once, as a fleet does; what a database that is away misses, the leases end."""
        try:
            await bury(self.container, worker_id, self.mutant)
        except Exception as error:
            self.notes.add("not buried", worker=worker_id, error=type(error).__name__)
