"""Workers and schedulers of the chaos driver as real processes, for tests that break one thing and look."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from chaos.jobs import EFFECTS, PAYLOADS, Bench, registry
from chaos.machinery import Redis, small_disk, workplace
from chaos.notes import Notes
from chaos.run import prepare
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.opening import open_container
from app.adapters.process.daemon import Daemon, DaemonSpec
from app.config import load_settings
from app.core.jobs import JobPayload
from app.models.job import Job

from tests.chaos.stack import a_database
from tests.waiting import until

ROOT = Path(__file__).parents[3]

_KEPT = ("PATH", "HOME", "LC_ALL", "VIRTUAL_ENV")


@dataclass
class Rig:
    """A place to break things in: a database, a Redis, the notes of every handler, and whoever was started."""

    folder: Path
    env: Mapping[str, str]
    container: Container
    notes: Notes
    redis: Redis
    disk: Path | None
    started: list[Daemon] = field(default_factory=list)
    _number: int = 0

    def start(self, *arguments: str) -> Daemon:
        """Start `worker ROLE ID` or `scheduler ID`."""
        name = arguments[-1]
        argv = (sys.executable, "-m", "chaos.sides", *arguments)
        daemon = Daemon(DaemonSpec(name=name, argv=argv, env=self.env, cwd=ROOT, output=self.folder / f"{name}.log"))
        daemon.start()
        self.started.append(daemon)
        return daemon

    async def stage(self, kind: str, *, seconds: float = 0.0) -> str:
        """Ask for a job; return its id."""
        payload = self._payload(kind, seconds)
        async with self.container.scope() as scope:
            return str((await scope.stage(payload)).id)

    async def stage_in_silence(self, kind: str) -> str:
        """Commit a job that nobody tells the queue of, as who dies before the push."""
        async with self.container.scope() as scope:
            job, _ = await scope.ledger.insert(
                self._payload(kind, 0.0), project_id=None, user_id=None, correlation_id="silent", run_at=None
            )
            return str(job.id)

    async def seen(self, what: str, job: str = "", *, seconds: float = 60, **facts: Any) -> Mapping[str, Any]:
        """Wait for a handler's note, on a job where one is given."""
        wanted = {"what": what, **({"job": job} if job else {}), **facts}
        found: list[Mapping[str, Any]] = []

        def is_there() -> bool:
            found[:] = [line for line in self.notes.read() if wanted.items() <= line.items()]
            return bool(found)

        await until(is_there, seconds=seconds)
        return found[0]

    async def ended(self, job: str, *, seconds: float = 60) -> Job:
        """Wait for a job's end."""
        rows: list[Job] = []

        async def is_over() -> bool:
            try:
                async with self.container.scope(read_only=True) as scope:
                    found = (await scope.session.execute(select(Job))).scalars()
                    rows[:] = [row for row in found if str(row.id) == job]
            except SQLAlchemyError:  # A connection that was cut; the next one is another.
                return False
            return bool(rows) and rows[0].status in ("success", "failed", "cancelled")

        await until(is_over, seconds=seconds)
        return rows[0]

    async def effects(self, job: str) -> int:
        """Count the effects that a job has had."""
        async with self.container.scope(read_only=True) as scope:
            found = await scope.session.execute(select(EFFECTS.c.id).where(EFFECTS.c.job_id == job))
            return len(found.all())

    def _payload(self, kind: str, seconds: float) -> JobPayload:
        self._number += 1
        payload: JobPayload = PAYLOADS[kind](number=self._number, seconds=seconds)
        return payload


def strike(daemon: Daemon, number: signal.Signals) -> None:
    """Send a signal to one process."""
    assert daemon.pid is not None
    os.kill(daemon.pid, number)


@asynccontextmanager
async def a_redis() -> AsyncIterator[Redis]:
    """Start a Redis that a test may kill."""
    with workplace() as folder:
        redis = Redis(folder)
        await redis.start()
        try:
            yield redis
        finally:
            await redis.kill()


@asynccontextmanager
async def a_rig() -> AsyncIterator[Rig]:
    """Open one, on PostgreSQL where the suite is; whoever was started is ended with it."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(workplace())
        database = await stack.enter_async_context(a_database())
        redis = Redis(folder)
        await redis.start()
        stack.push_async_callback(redis.kill)
        has_disk = stack.enter_context(small_disk(folder / "tmp"))
        (folder / "data").mkdir()
        env = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "PYTHONPATH": str(ROOT / "backend"),
            "DATABASE_URL": f"sqlite:///{folder / 'data' / 'hivesync.db'}",
            **database,
            "DATA_DIR": str(folder / "data"),
            "REDIS_URL": redis.url,
            "WORKER_GRACE_SECONDS": "0.3",
            "CHAOS_NOTES": str(folder / "notes"),
            "CHAOS_TMP": str(folder / "tmp"),
        }
        notes = Notes(folder / "notes")
        known = registry(Bench(notes, "test", folder / "tmp"))
        container = await stack.enter_async_context(
            open_container(load_settings(env), registry=known, subscriptions={})
        )
        await prepare(container)
        rig = Rig(folder, env, container, notes, redis, folder / "tmp" if has_disk else None)
        try:
            yield rig
        finally:
            await _end(rig.started)


async def _end(started: Sequence[Daemon]) -> None:
    for daemon in started:
        if daemon.is_alive():
            strike(daemon, signal.SIGCONT)
            await daemon.stop(timedelta(seconds=5))
