"""Real worker processes over a test's own database and Redis, buried and replaced as a fleet does."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.adapters.ids import SystemIds
from app.adapters.jobs.dispatcher import Sweeper
from app.adapters.jobs.registry import Registry
from app.adapters.opening import open_container
from app.adapters.process.daemon import Daemon, DaemonSpec
from app.config import load_settings
from app.core.jobs import JobPayload
from app.models.job import Job
from app.workers.rescue import rescue

from tests.fixtures.jobs import read_job


@dataclass
class Crew:
    """Workers of `tests.workers.mortal`; what their handlers began is in `lines`."""

    container: Container
    env: dict[str, str]
    folder: Path
    deaths: int = 0
    daemons: dict[str, Daemon] = field(default_factory=dict)
    sweeper: Sweeper = field(default_factory=Sweeper)

    def hire(self, name: str, slots: int) -> Daemon:
        """Start a worker."""
        argv = (sys.executable, "-m", "tests.workers.mortal", name, str(slots))
        daemon = Daemon(DaemonSpec(name, argv, self.env, output=self.folder / f"{name}.log"))
        daemon.start()
        self.daemons[name] = daemon
        return daemon

    async def stage(self, *payloads: JobPayload) -> list[UUID]:
        """Ask for work."""
        async with self.container.scope() as scope:
            return [job.id for job in await scope.stage_many(payloads)]

    async def read(self, *job_ids: UUID) -> list[Job]:
        """Read jobs' rows."""
        return [await read_job(self.container, job_id) for job_id in job_ids]

    async def keep(self, *job_ids: UUID, slots: int, within: float = 120) -> None:
        """Bury and replace whoever dies, and sweep, until all jobs have ended."""
        async with asyncio.timeout(within):
            while any(job.finished_at is None for job in await self.read(*job_ids)):
                for name, daemon in list(self.daemons.items()):
                    if not daemon.is_alive():
                        del self.daemons[name]
                        self.deaths += 1
                        await rescue(self.container, worker_id=name)
                        self.hire(f"{name.split('.')[0]}.{self.deaths}", slots)
                await self.sweeper(self.container)
                await asyncio.sleep(0.1)

    def began(self) -> list[str]:
        """List the errands that were begun, in order."""
        lines = Path(self.env["MORTAL_LINES"])
        return [line.split()[0] for line in lines.read_text().splitlines()] if lines.exists() else []


@asynccontextmanager
async def crew_on(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[Crew]:
    """Open a container by the machine's clock; whoever works still at the end is killed."""
    ids = SystemIds()
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "MORTAL_LINES": str(folder / "lines"),
        **{name: ids.secret(nbytes=48) for name in ("JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET")},
    }
    settings = load_settings(env)
    async with open_container(settings, registry=Registry(), subscriptions={}) as container:
        crew = Crew(container, env, folder)
        try:
            yield crew
        finally:
            await asyncio.gather(*(daemon.stop(timedelta(0)) for daemon in crew.daemons.values()))
