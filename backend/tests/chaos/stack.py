"""The whole product as real processes — API, workers, supervisor, Redis — for tests that break it."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from sqlalchemy import make_url

from app.adapters.process.daemon import Daemon, DaemonSpec

from tests.chaos.standstill import stand_still
from tests.waiting import until

_STARTS_WITHIN = 90.0
_LOOKS_EVERY = 0.05
_EMAIL, _PASSWORD = "ann@example.org", "a sentence nobody guesses"
# One user does in a minute what a team does in a day, the faster the machine the more: limits are tested elsewhere.
_NO_LIMIT = "1000000/1m"


def free_port() -> int:
    """Find a port below the range that clients' own ends are taken from."""
    for port in range(20_000 + os.getpid() % 5000, 32_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


@dataclass
class Stack:
    """A running product."""

    data_dir: Path
    port: int
    extra: dict[str, str]
    # What answers well once it is ready; without a worker for each queue, "/health/deep" never does.
    ready: str = "/health/deep"
    http: httpx.AsyncClient = field(init=False)
    daemon: Daemon = field(init=False)

    @property
    def order(self) -> Path:
        """The file that tells a process where to die."""
        return self.data_dir / "die-here"

    async def start(self) -> None:
        """Start and wait until it answers."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data_dir),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PORT": str(self.port),
            "HIVESYNC_BASE_URL": f"http://127.0.0.1:{self.port}",
            "DATA_DIR": str(self.data_dir),
            "HIVESYNC_DEMO": "0",
            "HIVESYNC_ADMIN_EMAIL": _EMAIL,
            "HIVESYNC_ADMIN_PASSWORD": _PASSWORD,
            "HIVESYNC_FAILPOINT": str(self.order),
            **{f"RATE_LIMIT_{bucket}": _NO_LIMIT for bucket in ("REPOS", "AI", "PROPOSALS", "API")},
            **self.extra,
        }
        self.daemon = Daemon(
            DaemonSpec(
                name="hivesync up",
                argv=(sys.executable, "-m", "app", "up"),
                env=env,
                output=self.data_dir / "up.log",
            )
        )
        self.daemon.start()
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}/api/v1", timeout=20, trust_env=False)
        async with asyncio.timeout(_STARTS_WITHIN):
            while not await self.answers():
                assert self.daemon.is_alive(), (self.data_dir / "up.log").read_text(errors="replace")[-3000:]
                await asyncio.sleep(_LOOKS_EVERY)
        await self.login()

    async def stop(self) -> None:
        """Stop everything."""
        await self.http.aclose()
        await self.daemon.stop(timedelta(seconds=30))

    async def login(self) -> None:
        """Act as the administrator from now on."""
        answer = await self.http.post("/auth/login", json={"email": _EMAIL, "password": _PASSWORD})
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def get(self, path: str, /, **query: Any) -> dict[str, Any]:
        """Read JSON."""
        answer = await self.http.get(path, params=query)
        assert answer.is_success, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def post(self, path: str, body: Any = None, /, **headers: str) -> dict[str, Any]:
        """Send JSON."""
        answer = await self.http.post(path, json=body, headers=headers)
        assert answer.is_success, answer.text
        decoded: dict[str, Any] = answer.json()
        return decoded

    async def ended(self, job_id: str, *, within: float = 60) -> dict[str, Any]:
        """Wait until a job has reached its end; the API may be away meanwhile."""
        job: dict[str, Any] = {}
        async with asyncio.timeout(within):
            while job.get("status") not in ("success", "failed", "cancelled"):
                await asyncio.sleep(_LOOKS_EVERY)
                try:
                    job = await self.get(f"/jobs/{job_id}")
                except httpx.HTTPError:
                    continue
        return job

    async def struck(self) -> None:
        """Wait until somebody died where the order said."""
        await until(lambda: not self.order.exists(), seconds=60)

    def processes(self, word: str) -> list[int]:
        """List the product's processes whose command line holds a word."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes().split(b"\0")
                environment = (folder / "environ").read_bytes()
            except OSError:
                continue
            if word.encode() in line and f"DATA_DIR={self.data_dir}".encode() in environment.split(b"\0"):
                found.append(int(folder.name))
        return found

    def signal(self, word: str, number: signal.Signals) -> int:
        """Send a signal to every such process; return how many there were."""
        pids = self.processes(word)
        for pid in pids:
            os.kill(pid, number)
        return len(pids)

    @asynccontextmanager
    async def nobody_works(self) -> AsyncIterator[None]:
        """Stop every worker for a while."""
        sqlite = f"sqlite:///{self.data_dir / 'hivesync.db'}"
        try:
            await stand_still(
                lambda: self.signal("worker", signal.SIGSTOP),
                lambda: self.signal("worker", signal.SIGCONT),
                database_url=self.extra.get("DATABASE_URL", sqlite),
            )
            yield
        finally:
            self.signal("worker", signal.SIGCONT)

    async def answers(self) -> bool:
        """Say whether everything works."""
        try:
            return (await self.http.get(self.ready)).is_success
        except httpx.HTTPError:
            return False


@asynccontextmanager
async def running(data_dir: Path, *, ready: str = "/health/deep", **extra: str) -> AsyncIterator[Stack]:
    """Run a product in a folder that is there."""
    stack = Stack(data_dir, free_port(), extra, ready)
    await stack.start()
    try:
        yield stack
    finally:
        await stack.stop()


@asynccontextmanager
async def a_database() -> AsyncIterator[dict[str, str]]:
    """Make a PostgreSQL database for one product, or none when the suite runs on SQLite."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield {}
        return
    admin, name = make_url(server).set(drivername="postgresql"), f"hivesync_chaos_{os.getpid()}"
    connection = await asyncpg.connect(admin.render_as_string(hide_password=False))
    await connection.execute(f'create database "{name}"')
    try:
        yield {"DATABASE_URL": admin.set(database=name).render_as_string(hide_password=False)}
    finally:
        await connection.execute(f'drop database if exists "{name}" with (force)')
        await connection.close()
