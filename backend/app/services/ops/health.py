"""One check each for what HiveSync stands on. A check says ok, degraded or failed, why, and what to do next."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.db import migrate
from app.adapters.jobs.heartbeat import WorkerStatus, read_workers
from app.adapters.jobs.pausing import paused_queues
from app.adapters.jobs.schedule import database_now
from app.adapters.sandbox.port import HOLDS
from app.adapters.storage.room import free_bytes
from app.adapters.telemetry.logging import get_logger
from app.config.autoscaler import QueueLimits
from app.core.errors import Unavailable
from app.core.jobs import JobStatus, Queue
from app.models.job import Job, Lease
from app.services.ops.sampling import SCHEDULER_LEASE

log = get_logger(__name__)

# One check never takes longer; what it asks is then as good as down.
CHECK_SECONDS = 5.0
ALL_SECONDS = 10.0
_LEAST_SECONDS = 0.2
_DEAD_SINCE = timedelta(days=1)
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
    """No queue holds more, or keeps a job longer, than the autoscaler's thresholds allow."""
    try:
        async with container.scope(read_only=True) as scope:
            now = await database_now(scope)
            due = func.min(case((Job.run_at <= now, Job.run_at)))
            rows = await scope.session.execute(
                select(Job.queue, func.count(), due).where(Job.status == JobStatus.QUEUED).group_by(Job.queue)
            )
            waiting = {Queue(row[0]): (row[1], (now - row[2]).total_seconds() if row[2] else 0.0) for row in rows}
            paused = await paused_queues(scope.session)
    except (SQLAlchemyError, OSError):
        return Health.FAILED, "Unknown: the database does not answer."
    try:
        slots = await _slots(container)
    except Unavailable:
        slots = {}
    full = [
        f"{queue.value} ({depth} for {slots.get(queue, 'unknown')} slots, the oldest for {oldest:.0f} s)"
        for queue, (depth, oldest) in sorted(waiting.items())
        if queue.value not in paused and _is_full(container.settings.autoscaler.limits_of(queue), depth, oldest)
    ]
    if full:
        return Health.DEGRADED, f"Many jobs wait, or for long, on {', '.join(full)}. Start more workers for these."
    if paused:
        return Health.DEGRADED, f"Paused by an administrator: {', '.join(sorted(paused))}. Resume when that is over."
    return Health.OK, f"{sum(depth for depth, _ in waiting.values())} jobs wait for {sum(slots.values())} slots"


def _is_full(limits: QueueLimits, depth: int, oldest: float) -> bool:
    return depth > limits.out_above or 0 < limits.longest_wait < oldest


async def _slots(container: Container) -> dict[Queue, int]:
    """Count the slots that serve each queue; Unavailable when Redis does not say."""
    workers = await read_workers(container.kv)
    now = container.clock.now()
    alive = [each for each in workers if each.status(now) is WorkerStatus.ALIVE]
    return {queue: sum(each.slots for each in alive if queue in each.queues) for queue in Queue}


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


async def check_scheduler(container: Container) -> tuple[Health, str]:
    """Somebody pushes lost jobs again and starts periodic work."""
    try:
        async with container.scope(read_only=True) as scope:
            now = await database_now(scope)
            holder = await scope.session.scalar(
                select(Lease.holder).where(Lease.name == SCHEDULER_LEASE, Lease.until > now)
            )
    except (SQLAlchemyError, OSError):
        return Health.FAILED, "Unknown: the database does not answer."
    if holder is None:
        return Health.DEGRADED, "No scheduler leads: retries and periodic jobs do not start. Run: hivesync scheduler"
    return Health.OK, f"{holder} leads"


async def check_cleanup(container: Container) -> tuple[Health, str]:
    """Somebody cleans up, or the disk fills."""
    try:
        slots = await _slots(container)
    except Unavailable:
        return Health.FAILED, "Unknown: Redis does not answer."
    if not slots[Queue.CLEANUP]:
        return (
            Health.DEGRADED,
            "No cleanup worker beats: nothing is cleaned up. Run: hivesync worker --role cleanup_worker",
        )
    return Health.OK, "a cleanup worker beats"


async def check_sandbox(container: Container) -> tuple[Health, str]:
    """Tools that read repositories, and builds, are shut in, as the workers that run them found out at their start."""
    try:
        workers = await read_workers(container.kv)
    except Unavailable:
        return Health.FAILED, "Unknown: Redis does not answer."
    now = container.clock.now()
    alive = [each for each in workers if each.status(now) is WorkerStatus.ALIVE]
    tools = [(each.worker_id, each.sandbox) for each in alive if each.sandbox]
    builds = [(each.worker_id, f"builds in {each.build_sandbox}") for each in alive if each.build_sandbox]
    weak = [f"{name}: {said}" for name, said in (*tools, *builds) if not said.endswith(HOLDS)]
    if weak:
        return Health.DEGRADED, f"Not everything is shut in. {'; '.join(weak[:5])}. See docs/sandbox.md."
    return Health.OK, ", ".join(sorted({said for _, said in (*tools, *builds)})) or "no worker runs tools or builds"


async def check_dead_jobs(container: Container) -> tuple[Health, str]:
    """No job of the last day failed with all its attempts used up."""
    try:
        async with container.scope(read_only=True) as scope:
            since = await database_now(scope) - _DEAD_SINCE
            rows = await scope.session.execute(
                select(Job.kind, func.count())
                .where(Job.exhausted, Job.status == JobStatus.FAILED, Job.finished_at > since)
                .group_by(Job.kind)
                .order_by(func.count().desc(), Job.kind)
            )
            dead = [(str(kind), int(count)) for kind, count in rows]
    except (SQLAlchemyError, OSError):
        return Health.FAILED, "Unknown: the database does not answer."
    if dead:
        named = ", ".join(f"{kind} ({count})" for kind, count in dead[:5])
        total = sum(count for _, count in dead)
        return Health.DEGRADED, (
            f"{total} {'job' if total == 1 else 'jobs'} of the last day used up all attempts: {named}. "
            "Read why, then: hivesync admin requeue JOB"
        )
    return Health.OK, "none in the last day"


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
    "scheduler": check_scheduler,
    "cleanup": check_cleanup,
    "sandbox": check_sandbox,
    "dead jobs": check_dead_jobs,
    "disk": check_disk,
}


async def examine(
    container: Container,
    names: Sequence[str] | None = None,
    *,
    checks: Mapping[str, Check] = CHECKS,
    within: float = ALL_SECONDS,
) -> list[Finding]:
    """Run the named checks, or all, one after the other, for `within` seconds together.

    One that breaks or does not end is a finding, not an error; what comes after it still gets a moment.
    """
    ends = container.clock.monotonic() + within
    findings = []
    for name in names or checks:
        left = max(_LEAST_SECONDS, min(CHECK_SECONDS, within, ends - container.clock.monotonic()))
        findings.append(await _find(container, name, checks[name], left))
    return findings


async def _find(container: Container, name: str, check: Check, seconds: float) -> Finding:
    started = container.clock.monotonic()
    try:
        async with asyncio.timeout(seconds):
            health, message = await check(container)
    except TimeoutError:
        health = Health.FAILED
        message = f"No answer within {seconds:.1f} s. Check DATABASE_URL and REDIS_URL, and the network between."
    except Exception as error:
        log.exception("health.check_broke", check=name)
        health, message = (
            Health.FAILED,
            f"The check itself broke ({type(error).__name__}). See the log of this process.",
        )
    spent = (container.clock.monotonic() - started) * 1000
    return Finding(name, health, message, round(spent, 1))


def overall(findings: list[Finding]) -> Health:
    """Judge the whole by its worst part."""
    order = (Health.FAILED, Health.DEGRADED, Health.OK)
    return next((health for health in order if any(each.health is health for each in findings)), Health.OK)
