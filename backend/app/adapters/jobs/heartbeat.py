"""Worker heartbeats in Redis: `worker:{id}:heartbeat`, `worker:{id}:type`, and what the worker is doing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from app.adapters.kv.port import KeyValue
from app.core.jobs import Queue

UNRESPONSIVE_AFTER = timedelta(seconds=120)
# Long enough for operators to see that a worker fell silent, short enough to forget it after a day.
_REMEMBERED_FOR = timedelta(days=1)
# One that left on purpose is shown for a while.
_STOPPED_FOR = timedelta(hours=1)
_PREFIX = "worker:"
# More is not shown; a worker's word is never trusted with more of our memory than this.
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class ActiveJob:
    """A job that a worker runs."""

    job_id: UUID
    kind: str


class WorkerStatus(StrEnum):
    """Judged when read, from the age of the heartbeat."""

    ALIVE = "alive"
    UNRESPONSIVE = "unresponsive"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    """What a worker says of itself. `memory_bytes` is resident memory, `cpu` the share of one processor."""

    worker_id: str
    type: str
    role: str
    queues: tuple[Queue, ...]
    slots: int
    active: int
    beat_at: datetime
    roles: tuple[str, ...] = ()
    jobs: tuple[ActiveJob, ...] = ()
    memory_bytes: int | None = None
    cpu: float | None = None
    host: str = ""
    pid: int | None = None
    started_at: datetime | None = None
    version: str = ""
    draining: bool = False
    stopped: bool = False
    # Which sandbox its tools, and builds, run in; empty where it runs none.
    sandbox: str = ""
    build_sandbox: str = ""

    @property
    def load(self) -> float:
        """The share of its slots that are busy."""
        return round(self.active / self.slots, 2) if self.slots else 0.0

    def status(self, now: datetime) -> WorkerStatus:
        """Judge whether it still lives."""
        if self.stopped:
            return WorkerStatus.STOPPED
        return WorkerStatus.UNRESPONSIVE if now - self.beat_at > UNRESPONSIVE_AFTER else WorkerStatus.ALIVE


async def write_beat(kv: KeyValue, beat: WorkerBeat) -> None:
    """Tell Redis that a worker lives; KvUnavailable when it does not answer."""
    facts = {
        "role": beat.role,
        "queues": [queue.value for queue in beat.queues],
        "slots": beat.slots,
        "active": beat.active,
        "roles": beat.roles,
        "jobs": [{"id": str(job.job_id), "kind": job.kind} for job in beat.jobs[:_MOST_NAMED]],
        "load": beat.load,
        "memory_bytes": beat.memory_bytes,
        "cpu": beat.cpu,
        "host": beat.host,
        "pid": beat.pid,
        "started_at": int(beat.started_at.timestamp()) if beat.started_at else None,
        "version": beat.version,
        "draining": beat.draining,
        "stopped": beat.stopped,
        "sandbox": beat.sandbox,
        "build_sandbox": beat.build_sandbox,
    }
    prefix = f"{_PREFIX}{beat.worker_id}"
    ttl = _STOPPED_FOR if beat.stopped else _REMEMBERED_FOR
    await kv.put(f"{prefix}:heartbeat", str(int(beat.beat_at.timestamp())).encode(), ttl=ttl)
    await kv.put(f"{prefix}:type", beat.type.encode(), ttl=ttl)
    await kv.put(f"{prefix}:facts", orjson.dumps(facts), ttl=ttl)


async def forget_worker(kv: KeyValue, worker_id: str) -> None:
    """Take a worker's keys away: its death was dealt with."""
    for name in ("heartbeat", "type", "facts"):
        await kv.delete(f"{_PREFIX}{worker_id}:{name}")


async def read_workers(kv: KeyValue, *, with_stopped: bool = False) -> list[WorkerBeat]:
    """List the workers that beat within a day, by id; KvUnavailable when Redis does not answer.

    Those that left on purpose within the hour only when asked for: they serve nothing.
    """
    keys = await kv.scan_prefix(_PREFIX)
    ids = sorted({key.removeprefix(_PREFIX).rsplit(":", 1)[0] for key in keys if key.endswith(":heartbeat")})
    values = await kv.mget([f"{_PREFIX}{each}:{name}" for each in ids for name in ("heartbeat", "type", "facts")])
    found = [_read(worker_id, *values[3 * n : 3 * n + 3]) for n, worker_id in enumerate(ids)]
    return [beat for beat in found if beat is not None and (with_stopped or not beat.stopped)]


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
            **_more(said),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return None


def _more(said: dict[str, Any]) -> dict[str, Any]:
    """Read what older workers do not say; whatever is not of its type counts as not said."""
    jobs = said.get("jobs")
    roles = said.get("roles")
    return {
        "roles": tuple(str(name) for name in roles[:_MOST_NAMED]) if isinstance(roles, list) else (),
        "jobs": tuple(filter(None, map(_job, jobs[:_MOST_NAMED]))) if isinstance(jobs, list) else (),
        "memory_bytes": _number(said.get("memory_bytes"), int),
        "cpu": _number(said.get("cpu"), int, float),
        "host": str(said.get("host") or "")[:200],
        "pid": _number(said.get("pid"), int),
        "started_at": _moment(said.get("started_at")),
        "version": str(said.get("version") or "")[:40],
        "draining": said.get("draining") is True,
        "stopped": said.get("stopped") is True,
        "sandbox": str(said.get("sandbox") or "")[:1000],
        "build_sandbox": str(said.get("build_sandbox") or "")[:1000],
    }


def _number(value: Any, *kinds: type) -> Any:
    return value if isinstance(value, kinds) and not isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC) if _number(value, int) is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def _job(said: Any) -> ActiveJob | None:
    try:
        return ActiveJob(UUID(said["id"]), str(said["kind"])[:60])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
