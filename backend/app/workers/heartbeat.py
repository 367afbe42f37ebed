"""Tells Redis that this worker lives: `worker:{id}:heartbeat`, `worker:{id}:type` and what it is doing."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import orjson
import structlog

from app.adapters.container import Container
from app.core.errors import Unavailable
from app.workers.leases import LeaseKeeper
from app.workers.role import Role

log = structlog.get_logger(__name__)

BEAT_EVERY_SECONDS = 5.0
# Long enough for operators to see that a worker fell silent, short enough to forget it after a day.
REMEMBERED_FOR = timedelta(days=1)


@dataclass(slots=True)
class Heartbeat:
    """Beats for one worker process."""

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
        active = len(self.keeper.running)
        facts = {
            "role": self.role.name,
            "queues": [queue.value for queue in self.role.queues],
            "slots": self.slots,
            "active": active,
            "load": round(active / self.slots, 2),
        }
        kv, prefix = self.container.kv, f"worker:{self.worker_id}"
        try:
            moment = str(int(self.container.clock.now().timestamp())).encode()
            await kv.put(f"{prefix}:heartbeat", moment, ttl=REMEMBERED_FOR)
            await kv.put(f"{prefix}:type", self.role.type.value.encode(), ttl=REMEMBERED_FOR)
            await kv.put(f"{prefix}:facts", orjson.dumps(facts), ttl=REMEMBERED_FOR)
        except Unavailable as error:
            log.warning("heartbeat.failed", code=error.code)

    async def stop(self) -> None:
        """Take the keys away: this worker left on purpose."""
        try:
            for key in ("heartbeat", "type", "facts"):
                await self.container.kv.delete(f"worker:{self.worker_id}:{key}")
        except Unavailable as error:
            log.warning("heartbeat.failed", code=error.code)
