"""Beats for one worker process, so that people see that it lives and what it does."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import ActiveJob, WorkerBeat, write_beat
from app.adapters.machine.own import Own, running_version
from app.core.errors import Unavailable
from app.workers.leases import LeaseKeeper
from app.workers.role import Role

log = structlog.get_logger(__name__)

BEAT_EVERY_SECONDS = 5.0
# How often a worker that works says in its log how much.
REPORT_EVERY_SECONDS = 60.0


@dataclass(slots=True)
class Heartbeat:
    """One worker's heart."""

    container: Container
    role: Role
    worker_id: str
    slots: int
    keeper: LeaseKeeper
    is_draining: bool = False
    _self: Own = field(default_factory=Own)
    _started_at: datetime | None = None
    # When it last reported, by the monotonic clock, and how many attempts were over then.
    _reported: tuple[float, int] | None = None

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(BEAT_EVERY_SECONDS)

    async def beat(self, *, stopped: bool = False) -> None:
        """Beat once. A Redis that does not answer costs a log line only."""
        now = self.container.clock.now()
        self._started_at = self._started_at or now
        figures = self._self.figures()
        jobs = tuple(ActiveJob(job_id, job.claim.kind) for job_id, job in self.keeper.running.items())
        beat = WorkerBeat(
            worker_id=self.worker_id,
            type=self.role.type.value,
            role=self.role.name,
            queues=self.role.served(self.container.settings),
            slots=self.slots,
            active=len(jobs),
            beat_at=now,
            roles=tuple(self.role.name.split("+")),
            jobs=jobs,
            memory_bytes=figures.memory_bytes,
            cpu=figures.cpu,
            host=figures.host,
            pid=figures.pid,
            started_at=self._started_at,
            version=running_version(),
            draining=self.is_draining,
            sandbox=self.container.sandbox.verdict,
            build_sandbox=self.container.build_sandbox.verdict,
            stopped=stopped,
        )
        log.debug("worker.beat", worker_id=self.worker_id, active=beat.active, load=beat.load, cpu=beat.cpu)
        try:
            await write_beat(self.container.kv, beat)
            await self._report(beat)
        except Unavailable as error:
            log.warning("heartbeat.failed", code=error.code)

    async def _report(self, beat: WorkerBeat) -> None:
        """Say once a minute what was done and what waits, unless nothing was."""
        now, ended = self.container.clock.monotonic(), self.keeper.ended
        since, before = self._reported or (now, ended)
        self._reported = self._reported or (now, ended)
        if now - since < REPORT_EVERY_SECONDS:
            return
        self._reported = (now, ended)
        if ended == before and not beat.active:
            return
        log.info(
            "worker.working",
            worker_id=self.worker_id,
            active=beat.active,
            slots=beat.slots,
            attempts=ended - before,
            per_minute=round((ended - before) * 60 / (now - since), 1),
            memory_bytes=beat.memory_bytes,
            waiting={queue.value: await self.container.queue.depth(queue) for queue in beat.queues},
        )

    async def stop(self) -> None:
        """Say that this worker left on purpose: it is shown as stopped for an hour."""
        await self.beat(stopped=True)
