"""What the autoscaler looks at: the ledger by queue, and the heartbeats. Cheap whatever the history's length."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, WorkerStatus
from app.adapters.jobs.ledger import lane_of
from app.adapters.jobs.pausing import paused_queues
from app.adapters.scope import Scope
from app.core.jobs import JobStatus, Queue
from app.models.job import Job

# Which role serves a queue that can be scaled. Cleanup is not here, and must never be: there is exactly one.
ROLES: Mapping[Queue, str] = {
    Queue.AI: "ai_worker",
    Queue.GPU_AI: "gpu_worker",
    Queue.REFACTOR: "refactor_worker",
    Queue.PREVIEW_BUILD: "preview_builder",
    Queue.MIRROR: "mirror_queue_worker",
    Queue.REPO_SYNC: "repo_sync_worker",
}
# Mirrors lie on one machine's disk: more workers for them only where somebody names the queue in AUTOSCALER_QUEUES.
_ONLY_WHEN_NAMED = frozenset({Queue.REPO_SYNC})
# Averages are taken over the last jobs that ended, not over more than this.
_RECENT = timedelta(minutes=10)
_RECENT_JOBS = 1000
# Ids are made by many machines, whose clocks differ a little.
_CLOCKS_DIFFER = timedelta(seconds=60)
# A worker that fell silent longer ago is history: whoever looks after machines has dealt with it, or nobody will.
_REPLACED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What the ledger says of one queue."""

    depth: int = 0
    oldest_since: datetime | None = None
    running: int = 0
    arrivals: int = 0
    wait_seconds: float | None = None
    run_seconds: float | None = None
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Crew:
    """What the heartbeats say of those who serve one queue; `cpu` is percent of one processor."""

    alive: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    slots: int = 0
    cpu: float | None = None


@dataclass(slots=True)
class _Ends:
    waits: list[float] = field(default_factory=list)
    runs: list[float] = field(default_factory=list)


def watched(container: Container, beats: Sequence[WorkerBeat]) -> list[Queue]:
    """List the queues to look at: those with jobs in this version, with workers, or with numbers of their own."""
    named = container.settings.autoscaler.overrides()
    used = {*container.registry.kinds().values(), *(queue for beat in beats for queue in beat.queues)}
    if Queue.AI in used and container.settings.ai.local_needs_gpu:
        used.add(Queue.GPU_AI)
    return [queue for queue in ROLES if queue in named or (queue in used and queue not in _ONLY_WHEN_NAMED)]


async def read_facts(scope: Scope, *, since: datetime, now: datetime) -> dict[str, QueueFacts]:
    """Ask the ledger: what is due and runs now, what came since a moment, how long the last jobs took.

    A job that needs a GPU counts for `gpu_ai_jobs`, also where it lies in another queue: no other worker would take it.
    """
    due = await scope.session.execute(
        select(lane_of(), func.count(), func.min(Job.run_at))
        .where(Job.status == JobStatus.QUEUED, Job.run_at <= now)
        .group_by(lane_of())
    )
    depths = {row[0]: (int(row[1]), row[2]) for row in due}
    running = await _counted(scope, Job.status == JobStatus.RUNNING)
    # Ids are ordered by time, so those of the last seconds are the end of the primary key.
    arrivals = await _counted(
        scope, Job.id >= _first_id(since - _CLOCKS_DIFFER), Job.created_at >= since, Job.created_at < now
    )
    ends = await _ends(scope, now)
    paused = await paused_queues(scope.session)
    return {
        queue.value: QueueFacts(
            depth=depths.get(queue.value, (0, None))[0],
            oldest_since=depths.get(queue.value, (0, None))[1],
            running=running.get(queue.value, 0),
            arrivals=arrivals.get(queue.value, 0),
            wait_seconds=_mean(ends[queue.value].waits) if queue.value in ends else None,
            run_seconds=_mean(ends[queue.value].runs) if queue.value in ends else None,
            is_paused=queue in paused,
        )
        for queue in Queue
    }


def read_crew(queue: Queue, role: str, beats: Iterable[WorkerBeat], now: datetime) -> Crew:
    """Sum up who serves a queue."""
    serving = [beat for beat in beats if queue in beat.queues]
    # One on its way out takes nothing more.
    alive = [beat for beat in serving if beat.status(now) is WorkerStatus.ALIVE and not beat.draining]
    busy = [100.0 * beat.cpu for beat in alive if beat.cpu is not None]
    return Crew(
        alive=tuple(beat.worker_id for beat in alive),
        silent=tuple(
            beat.worker_id
            for beat in serving
            if beat.role == role
            and beat.status(now) is WorkerStatus.UNRESPONSIVE
            and now - beat.beat_at <= _REPLACED_WITHIN
        ),
        slots=sum(beat.slots for beat in alive),
        cpu=_mean(busy),
    )


async def _counted(scope: Scope, *conditions: ColumnElement[bool]) -> dict[str, int]:
    rows = await scope.session.execute(select(lane_of(), func.count()).where(*conditions).group_by(lane_of()))
    return {row[0]: int(row[1]) for row in rows}


async def _ends(scope: Scope, now: datetime) -> dict[str, _Ends]:
    rows = await scope.session.execute(
        select(lane_of(), Job.run_at, Job.started_at, Job.finished_at)
        .where(Job.finished_at > now - _RECENT)
        .order_by(Job.finished_at.desc())
        .limit(_RECENT_JOBS)
    )
    found: dict[str, _Ends] = {}
    for queue, run_at, started, finished in rows:
        if started is None or finished is None:
            continue
        ends = found.setdefault(queue, _Ends())
        ends.waits.append(max(0.0, (started - run_at).total_seconds()))
        ends.runs.append(max(0.0, (finished - started).total_seconds()))
    return found


def _first_id(moment: datetime) -> UUID:
    """Make the smallest time-ordered id of a moment: its first 48 bits are milliseconds (RFC 9562)."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None
