"""Beats for one worker process, so that people see that it lives and what it does."""

import asyncio
from dataclasses import dataclass

import structlog

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, forget_worker, write_beat
from app.core.errors import Unavailable
from app.workers.leases import LeaseKeeper
from app.workers.role import Role

log = structlog.get_logger(__name__)

BEAT_EVERY_SECONDS = 5.0


@dataclass(slots=True)
class Heartbeat:
    """One worker's heart."""

    container: Container
    role: Role
    worker_id: str
    slots: int
    keeper: LeaseKeeper

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(BEAT_EVERY_SECONDS)

    async def beat(self) -> None:
        """Beat once. A Redis that does not answer costs a log line only."""
        beat = WorkerBeat(
            worker_id=self.worker_id,
            type=self.role.type.value,
            role=self.role.name,
            queues=self.role.served(self.container.settings),
            slots=self.slots,
            active=len(self.keeper.running),
            beat_at=self.container.clock.now(),
        )
        try:
            await write_beat(self.container.kv, beat)
        except Unavailable as error:
            log.warning("heartbeat.failed", code=error.code)

    async def stop(self) -> None:
        """Take the keys away: this worker left on purpose."""
        try:
            await forget_worker(self.container.kv, self.worker_id)
        except Unavailable as error:
            log.warning("heartbeat.failed", code=error.code)
