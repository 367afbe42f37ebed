"""Queues as administrators see them, and pausing them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerStatus, read_workers
from app.adapters.jobs.pausing import set_paused
from app.adapters.jobs.schedule import database_now
from app.adapters.scope import Scope, ScopeFactory
from app.core.effects import Effect
from app.core.errors import Unavailable
from app.core.jobs import JobStatus, Queue
from app.models.job import Job, QueueState
from app.services.ops.filters import first_id, queue_named
from app.services.ops.schemas import QueueOut

# Rates are taken over so many minutes; failure rates over an hour.
RATE_MINUTES = 5
FAILURES_OVER = timedelta(hours=1)
_ACTIVE = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


@dataclass(frozen=True, slots=True)
class Ends:
    """Jobs that ended well or badly in a span of time."""

    finished: int = 0
    failed: int = 0

    @property
    def failure_rate(self) -> float:
        """The share of them that failed, from 0 to 1; 0 when none ended."""
        return round(self.failed / self.finished, 4) if self.finished else 0.0


async def list_queues(container: Container, scopes: ScopeFactory) -> list[QueueOut]:
    """Describe every queue: the ledger's truth beside the engine's hint."""
    async with scopes(read_only=True) as scope:
        active = await _active(scope)
        failed = await _failed(scope)
        arrived = await _arrived(scope)
        minutes = await read_ends(scope, timedelta(minutes=RATE_MINUTES))
        hour = await read_ends(scope, FAILURES_OVER)
        rows = await scope.session.execute(select(QueueState).where(QueueState.is_paused))
        paused = {row.queue: row for row in rows.scalars()}
    now = container.clock.now()
    try:
        alive = [each for each in await read_workers(container.kv) if each.status(now) is WorkerStatus.ALIVE]
        messages: dict[Queue, int | None] = {queue: await container.queue.depth(queue) for queue in Queue}
    except Unavailable:
        alive, messages = [], dict.fromkeys(Queue)
    described = []
    for queue in Queue:
        waiting, running, since = active.get(queue.value, (0, 0, None))
        pause = paused.get(queue.value)
        waited = (now - since).total_seconds() if since else 0.0
        described.append(
            QueueOut(
                name=queue.value,
                waiting=waiting,
                running=running,
                failed=failed.get(queue.value, (0, 0))[0],
                exhausted=failed.get(queue.value, (0, 0))[1],
                oldest_seconds=max(0.0, round(waited, 1)),
                messages=messages[queue],
                workers=sum(queue in each.queues for each in alive),
                arrivals_per_minute=round(arrived.get(queue.value, 0) / RATE_MINUTES, 2),
                finished_per_minute=round(minutes.get(queue.value, Ends()).finished / RATE_MINUTES, 2),
                failure_rate=hour.get(queue.value, Ends()).failure_rate,
                is_paused=pause is not None,
                paused_reason=pause.reason if pause else None,
                paused_at=pause.changed_at if pause else None,
                paused_by=pause.changed_by if pause else None,
            )
        )
    return described


async def read_ends(scope: Scope, span: timedelta, group: InstrumentedAttribute[Any] = Job.queue) -> dict[str, Ends]:
    """Count what ended within a span up to now, by queue or another column; what was cancelled did not fail."""
    bad = func.sum(case((Job.status == JobStatus.FAILED.value, 1), else_=0))
    # A moment, and not the database's clock itself: that may move meanwhile, so no index would be read by it.
    since = await database_now(scope) - span
    rows = await scope.session.execute(
        select(group, func.count(), bad)
        .where(
            Job.finished_at >= since,
            Job.status.in_((JobStatus.SUCCESS.value, JobStatus.FAILED.value)),
        )
        .group_by(group)
    )
    return {str(row[0]): Ends(int(row[1]), int(row[2])) for row in rows}


async def pause(scope: Scope, name: str, *, paused: bool, reason: str | None = None) -> Queue:
    """Pause or resume a queue; twice is once. Its jobs wait, and start at once when it is resumed."""
    queue = queue_named(name)
    if await set_paused(scope, queue, paused=paused, reason=reason):
        done, undo = ("paused", "resume") if paused else ("resumed", "pause")
        scope.record(
            Effect(
                action=f"queue.{done}",
                subject="queue",
                subject_id=queue.value,
                before={"is_paused": not paused},
                after={"is_paused": paused, "reason": reason},
                inverse={"method": "POST", "path": f"/admin/queues/{queue.value}/{undo}", "body": {}},
            )
        )
    return queue


async def _active(scope: Scope) -> dict[str, tuple[int, int, datetime | None]]:
    waits = Job.status == JobStatus.QUEUED.value
    rows = await scope.session.execute(
        select(Job.queue, func.sum(case((waits, 1), else_=0)), func.count(), func.min(case((waits, Job.run_at))))
        .where(Job.status.in_(_ACTIVE))
        .group_by(Job.queue)
    )
    return {row[0]: (int(row[1]), int(row[2]) - int(row[1]), row[3]) for row in rows}


async def _failed(scope: Scope) -> dict[str, tuple[int, int]]:
    """Count failed jobs, and those of them that used up their attempts; each from an index, without their rows."""
    failed = Job.status == JobStatus.FAILED.value
    count = select(Job.queue, func.count()).where(failed, Job.queue.in_([queue.value for queue in Queue]))
    rows = {row[0]: int(row[1]) for row in await scope.session.execute(count.group_by(Job.queue))}
    spent = select(Job.queue, func.count()).where(Job.exhausted == true()).group_by(Job.queue)
    exhausted = {row[0]: int(row[1]) for row in await scope.session.execute(spent)}
    return {queue: (number, exhausted.get(queue, 0)) for queue, number in rows.items()}


async def _arrived(scope: Scope) -> dict[str, int]:
    since = scope.clock.now() - timedelta(minutes=RATE_MINUTES)
    rows = await scope.session.execute(
        select(Job.queue, func.count()).where(Job.id >= first_id(since), Job.created_at >= since).group_by(Job.queue)
    )
    return {row[0]: int(row[1]) for row in rows}
