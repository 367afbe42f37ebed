"""What is broken beside the processes: a Redis, a PostgreSQL cluster, a small disk, all of this run's own."""

import asyncio
import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from app.adapters.process.daemon import Daemon, DaemonSpec
from app.adapters.queue.embedded import answers, find_server

from tools.with_services import free_port, postgres_binaries, unprivileged_user

# A crash of the server loses nothing that was committed; only a crash of the machine would.
_SERVER = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
_LOOKS_SECONDS = 0.02
DISK_BYTES = 1 << 20


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """Make a folder whose path is short enough for a Unix socket, and that a database server may enter."""
    folder = Path(tempfile.mkdtemp(prefix="hs-chaos-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Redis:
    """A server without persistence: whenever it ends it has forgotten everything."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        argv = (str(find_server()), "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(folder))
        self._daemon = Daemon(DaemonSpec(name="Redis under fire", argv=argv, env={"LC_ALL": "C"}))

    @property
    def url(self) -> str:
        """Where it is."""
        return f"unix://{self.socket}"

    async def start(self) -> None:
        """Start empty and wait until it answers."""
        self._daemon.start()
        while not await answers(self.socket):
            if not self._daemon.is_alive():
                raise RuntimeError("redis-server ended before it answered")
            await asyncio.sleep(_LOOKS_SECONDS)

    async def kill(self) -> None:
        """End it as `kill -9` does."""
        self._daemon.kill()
        await self._daemon.wait()
        self.socket.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Postgres:
    """A database; with `data` its server is ours and may be crashed."""

    url: str
    binaries: Path | None = None
    data: Path | None = None
    options: str = ""

    async def crash(self) -> None:
        """Stop without a checkpoint and start again, which recovers from the log."""
        await asyncio.to_thread(self._run, "restart", "-m", "immediate", "-o", self.options)

    async def terminate_backends(self) -> int:
        """End every connection but this one."""
        connection = await asyncpg.connect(self.url, timeout=5)
        try:
            return int(
                await connection.fetchval(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        finally:
            await connection.close()

    def _run(self, *arguments: str) -> None:
        assert self.binaries is not None
        assert self.data is not None
        log = self.data.parent / "log"
        subprocess.run(
            [self.binaries / "pg_ctl", "-D", self.data, "-w", "-l", log, *arguments],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=unprivileged_user(), cwd=self.data.parent, timeout=60,
        )  # fmt: skip


@contextlib.asynccontextmanager
async def own_postgres(folder: Path, server: str | None) -> AsyncIterator[Postgres]:
    """Start a cluster where its programs are installed; otherwise make a database on the given server."""
    binaries = postgres_binaries()
    if binaries is None:
        if server is None:
            raise RuntimeError("PostgreSQL is not installed. Install it, set TEST_DATABASE_URL, or use SQLite.")
        async with _database_on(server) as url:
            yield Postgres(url)
        return
    home = folder / "postgres"
    home.mkdir(mode=0o700)
    user = unprivileged_user()
    if user is not None:
        os.chown(home, pwd.getpwnam(user).pw_uid, -1)
    data, port = home / "data", free_port()
    command: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]

    def make() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=home)

    await asyncio.to_thread(make)
    options = f"-h 127.0.0.1 -p {port} -k {home} {_SERVER}"
    made = Postgres(f"postgresql://postgres@127.0.0.1:{port}/postgres", binaries, data, options)
    await asyncio.to_thread(made._run, "start", "-o", options)  # noqa: SLF001 - its own module
    try:
        yield made
    finally:
        await asyncio.to_thread(made._run, "stop", "-m", "immediate")  # noqa: SLF001 - its own module


@contextlib.asynccontextmanager
async def _database_on(server: str) -> AsyncIterator[str]:
    admin, name = make_url(server).set(drivername="postgresql"), f"hivesync_driver_{os.getpid()}"
    connection = await asyncpg.connect(admin.render_as_string(hide_password=False))
    try:
        await connection.execute(f'create database "{name}"')
        yield admin.set(database=name).render_as_string(hide_password=False)
        await connection.execute(f'drop database if exists "{name}" with (force)')
    finally:
        await connection.close()


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of one MiB there when we may; say whether it is one."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
