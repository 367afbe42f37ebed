"""Worker heartbeats in Redis: `worker:{id}:heartbeat`, `worker:{id}:type`, and what the worker is doing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import orjson

from app.adapters.kv.port import KeyValue
from app.core.jobs import Queue

UNRESPONSIVE_AFTER = timedelta(seconds=120)
# Long enough for operators to see that a worker fell silent, short enough to forget it after a day.
_REMEMBERED_FOR = timedelta(days=1)
_PREFIX = "worker:"


class WorkerStatus(StrEnum):
    """Judged when read, from the age of the heartbeat."""

    ALIVE = "alive"
    UNRESPONSIVE = "unresponsive"


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    """What a worker says of itself."""

    worker_id: str
    type: str
    role: str
    queues: tuple[Queue, ...]
    slots: int
    active: int
    beat_at: datetime

    @property
    def load(self) -> float:
        """The share of its slots that are busy."""
        return round(self.active / self.slots, 2) if self.slots else 0.0

    def status(self, now: datetime) -> WorkerStatus:
        """Judge whether it still lives."""
        return WorkerStatus.UNRESPONSIVE if now - self.beat_at > UNRESPONSIVE_AFTER else WorkerStatus.ALIVE


async def write_beat(kv: KeyValue, beat: WorkerBeat) -> None:
    """Tell Redis that a worker lives; KvUnavailable when it does not answer."""
    facts = {
        "role": beat.role,
        "queues": [queue.value for queue in beat.queues],
        "slots": beat.slots,
        "active": beat.active,
    }
    prefix = f"{_PREFIX}{beat.worker_id}"
    await kv.put(f"{prefix}:heartbeat", str(int(beat.beat_at.timestamp())).encode(), ttl=_REMEMBERED_FOR)
    await kv.put(f"{prefix}:type", beat.type.encode(), ttl=_REMEMBERED_FOR)
    await kv.put(f"{prefix}:facts", orjson.dumps(facts), ttl=_REMEMBERED_FOR)


async def forget_worker(kv: KeyValue, worker_id: str) -> None:
    """Take a worker's keys away: it left on purpose, or its death was dealt with."""
    for name in ("heartbeat", "type", "facts"):
        await kv.delete(f"{_PREFIX}{worker_id}:{name}")


async def read_workers(kv: KeyValue) -> list[WorkerBeat]:
    """List the workers that beat within a day, by id; KvUnavailable when Redis does not answer."""
    keys = await kv.scan_prefix(_PREFIX)
    ids = sorted({key.removeprefix(_PREFIX).rsplit(":", 1)[0] for key in keys if key.endswith(":heartbeat")})
    values = await kv.mget([f"{_PREFIX}{each}:{name}" for each in ids for name in ("heartbeat", "type", "facts")])
    found = [_read(worker_id, *values[3 * n : 3 * n + 3]) for n, worker_id in enumerate(ids)]
    return [beat for beat in found if beat is not None]


def _read(worker_id: str, moment: bytes | None, kind: bytes | None, facts: bytes | None) -> WorkerBeat | None:
    # Keys may vanish between the two reads, and whoever can write to Redis can write anything.
    if moment is None or kind is None or facts is None:
        return None
    try:
        said = orjson.loads(facts)
        return WorkerBeat(
            worker_id=worker_id,
            type=kind.decode(),
            role=str(said["role"]),
            queues=tuple(Queue(name) for name in said["queues"]),
            slots=int(said["slots"]),
            active=int(said["active"]),
            beat_at=datetime.fromtimestamp(int(moment), UTC),
        )
    except (ValueError, KeyError, TypeError):
        return None
