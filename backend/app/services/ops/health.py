"""One check each for what HiveSync stands on. A check says ok, degraded or failed, why, and what to do next."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.db import migrate
from app.adapters.jobs.heartbeat import WorkerStatus, read_workers
from app.adapters.storage.room import free_bytes
from app.core.errors import Unavailable
from app.core.jobs import JobStatus, Queue
from app.models.job import Job

# A queue with more waiting jobs than this needs more workers; the autoscaler's scale-out threshold.
SATURATED_AT = 20
_LOW_DISK_BYTES = 1024**3
_FULL_DISK_BYTES = 64 * 1024**2
# What the main job cannot do without.
_NEEDED_QUEUES = (Queue.AI, Queue.REPO_SYNC)


class Health(StrEnum):
    """How a part is."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    name: str
    health: Health
    message: str
    milliseconds: float = 0.0


Check = Callable[[Container], Awaitable[tuple[Health, str]]]


async def check_database(container: Container) -> tuple[Health, str]:
    """The database answers and has the newest schema."""
    try:
        await container.database.ping()
        found, newest = await migrate.current(container.database), migrate.newest()
    except (SQLAlchemyError, OSError) as error:
        return Health.FAILED, f"The database does not answer ({type(error).__name__}). Check DATABASE_URL."
    if found != newest:
        return Health.FAILED, f"The schema is at {found}, this version needs {newest}. Run: hivesync migrate"
    return Health.OK, "answers, schema is current"


async def check_redis(container: Container) -> tuple[Health, str]:
    """Redis answers. Without it jobs are accepted and start once it is back."""
    if await container.queue.ping() and await container.kv.ping():
        return Health.OK, "answers"
    return Health.FAILED, "Redis does not answer. Jobs are kept and start when it is back. Check REDIS_URL."


async def check_queues(container: Container) -> tuple[Health, str]:
    """No queue holds more than its workers can be expected to do."""
    try:
        async with container.scope(read_only=True) as scope:
            rows = await scope.session.execute(
                select(Job.queue, func.count()).where(Job.status == JobStatus.QUEUED).group_by(Job.queue)
            )
            depths = {str(queue): int(count) for queue, count in rows}
    except (SQLAlchemyError, OSError):
        return Health.FAILED, "Unknown: the database does not answer."
    full = [f"{name} ({depth})" for name, depth in sorted(depths.items()) if depth > SATURATED_AT]
    if full:
        return Health.DEGRADED, f"Many jobs wait on {', '.join(full)}. Start more workers for these queues."
    return Health.OK, f"{sum(depths.values())} jobs wait"


async def check_workers(container: Container) -> tuple[Health, str]:
    """Somebody serves every queue of the main job, and nobody fell silent."""
    try:
        workers = await read_workers(container.kv)
    except Unavailable:
        return Health.FAILED, "Unknown: Redis does not answer."
    now = container.clock.now()
    alive = [each for each in workers if each.status(now) is WorkerStatus.ALIVE]
    silent = [each.worker_id for each in workers if each.status(now) is WorkerStatus.UNRESPONSIVE]
    missing = [queue.value for queue in _NEEDED_QUEUES if not any(queue in each.queues for each in alive)]
    if missing:
        return Health.FAILED, f"No worker serves {', '.join(missing)}. Start one: hivesync worker --role …"
    if silent:
        return Health.DEGRADED, f"No heartbeat for 120 s from {', '.join(silent)}."
    return Health.OK, f"{len(alive)} alive"


async def check_disk(container: Container) -> tuple[Health, str]:
    """The data directory can be written and has room."""
    folder = container.settings.data_dir
    try:
        free = free_bytes(folder)
    except OSError as error:
        return Health.FAILED, f"{folder} cannot be used: {error.strerror}."
    if free < _FULL_DISK_BYTES:
        return Health.FAILED, f"{folder} is full. Free some space."
    if free < _LOW_DISK_BYTES:
        return Health.DEGRADED, f"{folder} has {free // 1024**2} MB left."
    return Health.OK, f"{free // 1024**3} GB free"


CHECKS: dict[str, Check] = {
    "database": check_database,
    "redis": check_redis,
    "queues": check_queues,
    "workers": check_workers,
    "disk": check_disk,
}


async def examine(container: Container, names: Sequence[str] | None = None) -> list[Finding]:
    """Run the named checks, or all; one that breaks is a finding, not an error."""
    findings = []
    for name in names or CHECKS:
        check = CHECKS[name]
        started = container.clock.monotonic()
        health, message = await check(container)
        spent = (container.clock.monotonic() - started) * 1000
        findings.append(Finding(name, health, message, round(spent, 1)))
    return findings


def overall(findings: list[Finding]) -> Health:
    """Judge the whole by its worst part."""
    order = (Health.FAILED, Health.DEGRADED, Health.OK)
    return next((health for health in order if any(each.health is health for each in findings)), Health.OK)
