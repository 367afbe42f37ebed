"""What benchmarks run on: a Redis of their own, a database of each kind, helper processes that talk in lines."""

import asyncio
import contextlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import psutil
from sqlalchemy import make_url

from app.adapters.db.engine import open_database
from app.adapters.db.migrate import upgrade
from app.adapters.process.daemon import Daemon, DaemonSpec
from app.adapters.queue.embedded import answers, find_server
from app.adapters.telemetry.logging import LogOptions, write_logs
from app.config import Settings, load_settings
from app.core.clock import SystemClock

from benchmarks.harness import ROOT, Options
from tools.with_services import postgres

_NO_POSTGRES = (
    "PostgreSQL could not be reached or started: its figures are missing. Install it or set TEST_DATABASE_URL."
)
_ENDS_WITHIN_SECONDS = 30
_ASKS_AGAIN_SECONDS = 0.005
# What helper processes get to see of this one's environment.
_KEPT = ("PATH", "HOME", "PYTHONPATH", "LC_ALL")


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """Make a folder whose path is short enough for a Unix socket; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hs-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.asynccontextmanager
async def private_redis(folder: Path) -> AsyncIterator[str]:
    """Start a Redis without persistence that nobody else uses; give its URL."""
    path = folder / "redis.sock"
    argv = (str(find_server()), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder))
    daemon = Daemon(DaemonSpec(name="Redis of the benchmark", argv=argv, env={"LC_ALL": "C"}))
    daemon.start()
    try:
        while not await answers(path):
            if not daemon.is_alive():
                raise RuntimeError("redis-server ended before it answered")
            await asyncio.sleep(_ASKS_AGAIN_SECONDS)
        yield f"unix://{path}"
    finally:
        daemon.kill()
        await daemon.wait()


@dataclass(frozen=True, slots=True)
class Place:
    """A migrated, empty database; `name` says which kind."""

    name: str
    url: str


@contextlib.asynccontextmanager
async def databases(folder: Path, options: Options, skipped: list[str]) -> AsyncIterator[list[Place]]:
    """Give SQLite, and PostgreSQL where one is reachable or can be started; both are gone afterwards.

    What is missing is said in `skipped`; `--quick` does without PostgreSQL.
    """
    async with contextlib.AsyncExitStack() as stack:
        places = [Place("SQLite", f"sqlite:///{folder / 'bench.db'}")]
        server = None if options.quick else await stack.enter_async_context(_postgres(folder))
        if server is None:
            skipped.append("--quick does without PostgreSQL" if options.quick else _NO_POSTGRES)
        else:
            places.append(Place("PostgreSQL", await stack.enter_async_context(_database_on(server))))
        for place in places:
            opened = open_database(place.url, clock=SystemClock())
            await upgrade(opened)
            await opened.close()
        yield places


@contextlib.asynccontextmanager
async def _postgres(folder: Path) -> AsyncIterator[str | None]:
    """Find or start a server. That runs an event loop of its own to look around, so it gets a thread of its own."""
    manager = postgres(folder)
    server = await asyncio.to_thread(manager.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


@contextlib.asynccontextmanager
async def _database_on(server: str) -> AsyncIterator[str]:
    admin, name = make_url(server).set(drivername="postgresql"), f"hivesync_bench_{os.getpid()}"
    address = admin.render_as_string(hide_password=False)
    await _execute(address, f'create database "{name}"')
    try:
        yield admin.set(database=name).render_as_string(hide_password=False)
    finally:
        await _execute(address, f'drop database if exists "{name}" with (force)')


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def settings_for(folder: Path, *, database_url: str, redis_url: str, **extra: str) -> Settings:
    """Make settings as an operator would, of nothing that this machine's environment says."""
    return load_settings(environment_for(folder, database_url=database_url, redis_url=redis_url, **extra))


def environment_for(folder: Path, *, database_url: str, redis_url: str, **extra: str) -> dict[str, str]:
    """The variables that lead a HiveSync process to these services."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return {"DATA_DIR": str(data), "DATABASE_URL": database_url, "REDIS_URL": redis_url, **extra}


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def serving(module: str, environment: Mapping[str, str], port: int) -> AsyncIterator[None]:
    """Run a module that serves HTTP, until it listens; stop it afterwards. It ends with this process in any case."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    daemon = Daemon(DaemonSpec(name=module, argv=(sys.executable, "-m", module), env={**kept, **environment}, cwd=ROOT))
    daemon.start()
    try:
        while not await _listens(port):
            if not daemon.is_alive():
                raise RuntimeError(f"{module} ended before it listened")
            await asyncio.sleep(_ASKS_AGAIN_SECONDS)
        yield
    finally:
        await daemon.stop(timedelta(seconds=_ENDS_WITHIN_SECONDS))


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@contextlib.contextmanager
def silent_logs() -> Iterator[None]:
    """Write this process's log lines as production does, to nowhere."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        write_logs(LogOptions(service="benchmark"), stream=nowhere)
        yield


class Side:
    """A helper process of a benchmark: it reads commands and writes answers, one JSON line each."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Belongs to `start_side`."""
        self._process = process

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    async def ask(self, **command: Any) -> Any:
        """Send a command, wait for its answer."""
        await self.tell(**command)
        return await self.hear()

    def cpu_seconds(self) -> float:
        """Read how much processor time the process has used."""
        used = psutil.Process(self._process.pid).cpu_times()
        return float(used.user + used.system)

    async def tell(self, **command: Any) -> None:
        """Send a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()

    async def hear(self) -> Any:
        """Wait for the next line."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a helper process ended with status {await self._process.wait()}")
        return json.loads(line)

    async def stop(self) -> None:
        """Close its input, which ends it; end it by force if it does not."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _ENDS_WITHIN_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@contextlib.asynccontextmanager
async def start_side(module: str, environment: Mapping[str, str], *arguments: str) -> AsyncIterator[Side]:
    """Run `benchmarks.sides.<module>` and wait until it says that it is ready; stop it afterwards."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"benchmarks.sides.{module}", *arguments,
        cwd=ROOT, env={**kept, **environment},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
    )  # fmt: skip
    side = Side(process)
    try:
        await side.hear()
        yield side
    finally:
        await side.stop()
