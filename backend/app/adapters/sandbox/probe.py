"""Tries a sandbox out by attacking from within it things that were put outside for the purpose."""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.adapters.process.port import Limits, ProcessRunner, ProgramMissing
from app.adapters.sandbox.port import HOLDS, Confinement, Mount, Sandbox
from app.core.ids import IdSource

# The interpreter itself, not the environment it was started from: that holds what tools must not see.
_PYTHON, _PREFIX_OF_PYTHON = Path(sys.executable).resolve(), Path(sys.base_prefix).resolve()
_ATTACK = Path(__file__).with_name("attack.py")
# A worker that is killed meanwhile leaves it to the sweep of the data directory.
_PREFIX = "worktree-probe-"
_DYING_SECONDS = 2
_LIMITS = Limits(timeout=timedelta(seconds=20), max_output=16_384)


@dataclass(frozen=True, slots=True)
class Found:
    """What an attack from within a sandbox could do; `problem` says why it could not even be tried."""

    sandbox: str
    could: tuple[str, ...] = ()
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Say whether everything that was tried failed."""
        return not self.could and not self.problem

    def __str__(self) -> str:
        if self.problem:
            return f"{self.sandbox}: does not work here ({self.problem})"
        return f"{self.sandbox}: " + (f"could {', '.join(self.could)}" if self.could else HOLDS)


@dataclass(frozen=True, slots=True)
class Prober:
    """Attacks sandboxes; `precious` are files of the installation that no tool may read."""

    processes: ProcessRunner
    ids: IdSource
    folder: Path
    precious: Sequence[Path] = ()

    async def probe(self, sandbox: Sandbox, *, as_build: bool = False) -> Found:
        """Say what a hostile program could do in a sandbox, or as a build: with mounts and sockets, and a daemon."""
        async with self._lures() as (base, told, mailbox):
            home = base / "home"
            command = [str(_PYTHON), "-I", "-S", str(home / _ATTACK.name), json.dumps(told | {"as_build": as_build})]
            argv = sandbox.wrap(command, _as_build(base) if as_build else Confinement((_PREFIX_OF_PYTHON,), (home,)))
            try:
                done = await self.processes.run(argv, cwd=home, env={"PATH": ""}, limits=_LIMITS)
            except ProgramMissing as missing:
                return Found(sandbox.name, problem=missing.message)
            # Sending never fails where nobody need be there; it is its arrival that counts.
            arrived: tuple[str, ...] = ("send a datagram",) if _has_come(mailbox) else ()
            arrived += ("leave a daemon",) if await _outlives(home / "alive") else ()
        if not done.ok:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            return Found(sandbox.name, problem=said[-1][:200] if said else f"status {done.returncode}")
        with contextlib.suppress(ValueError):
            return Found(sandbox.name, (*map(str, json.loads(done.stdout)), *arrived))
        return Found(sandbox.name, problem="the attack said nothing")

    @asynccontextmanager
    async def _lures(self) -> AsyncIterator[tuple[Path, dict[str, object], socket.socket]]:
        """Put a secret, and somebody who listens, outside."""
        base = self.folder / f"{_PREFIX}{self.ids.new().hex}"
        await asyncio.to_thread(_prepare, base)
        base = base.resolve()
        name = f"hivesync-{self.ids.secret(nbytes=8)}"
        # The address of a socket is short, whatever the folder is called.
        socket_path = base / "s"
        address = f"/proc/self/fd/{{}}/{socket_path.name}"
        try:
            with ExitStack() as opened:
                port = opened.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
                mailbox = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                mailbox.bind(("127.0.0.1", 0))
                mailbox.setblocking(False)
                folder = os.open(base, os.O_PATH | os.O_CLOEXEC)
                opened.callback(os.close, folder)
                _listen(opened, address.format(folder))
                _listen(opened, "\0" + name)
                outside = {"a file beside its folder": base / "outside" / "secret"}
                files = outside | {str(path): path for path in (Path("/etc/passwd"), *self.precious)}
                told = {
                    "files": {name: str(path) for name, path in files.items() if path.exists()},
                    "folder": str(base / "outside"),
                    "shown": str(base / "shown"),
                    "lock": str(base / "home" / "alive"),
                    "port": port,
                    "mailbox": mailbox.getsockname()[1],
                    "socket": str(socket_path),
                    "abstract": name,
                    "pid": os.getpid(),
                }
                yield base, told, mailbox
        finally:
            await asyncio.to_thread(shutil.rmtree, base, ignore_errors=True)


def _prepare(base: Path) -> None:
    for name in ("home", "outside", "shown"):
        (base / name).mkdir(parents=True)
    (base / "outside" / "secret").write_text("secret")
    shutil.copyfile(_ATTACK, base / "home" / _ATTACK.name)


def _as_build(base: Path) -> Confinement:
    """Show it what a build is shown: at the paths of outside, so that the same attack works without a sandbox."""
    home, shown = base / "home", base / "shown"
    mounts = (
        Mount(_PREFIX_OF_PYTHON, str(_PREFIX_OF_PYTHON)),
        Mount(home, str(home), writable=True),
        Mount(shown, str(shown)),
    )
    return Confinement((), (), mounts=mounts, allows_sockets=True, chdir=str(home), processes=64)


async def _outlives(file: Path) -> bool:
    """Say whether what holds a lock still does when the kernel had time to end it."""
    for _ in range(_DYING_SECONDS * 100):
        if not _is_held(file):
            return False
        await asyncio.sleep(0.01)
    return True


def _is_held(file: Path) -> bool:
    """Say whether a process that the attack left holds its lock."""
    with contextlib.suppress(FileNotFoundError), file.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _has_come(mailbox: socket.socket) -> bool:
    try:
        return bool(mailbox.recv(1))
    except OSError:
        return False


def _listen(opened: ExitStack, address: str) -> None:
    listener = opened.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    listener.bind(address)
    listener.listen()
