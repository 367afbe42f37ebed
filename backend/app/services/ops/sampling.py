"""Metrics of the whole installation, read from the ledger and the heartbeats when somebody scrapes."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import case, func, select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, read_workers
from app.adapters.jobs.pausing import paused_queues
from app.adapters.jobs.schedule import database_now
from app.adapters.scope import Scope
from app.core.errors import Unavailable
from app.core.jobs import JobStatus, Queue
from app.models.autoscaler import AutoscalerSample
from app.models.job import Job, Lease
from app.services.ops.ended import EndedJobs

# The lease that whoever leads the schedulers holds (workers/scheduler.py).
SCHEDULER_LEASE = "scheduler"


class InstallationMetrics:
    """Samples for one process. What a scrape costs depends on what waits and what just ended, not on the history."""

    def __init__(self, container: Container) -> None:
        """Read through this container; jobs are counted from now on."""
        self._container = container
        self._ended = EndedJobs(container.clock.now())
        # Of two scrapes at once, one would count what the other has read before it as new again.
        self._lock = asyncio.Lock()

    async def sample(self) -> Iterable[Metric]:
        """Build every family of CONTRACT section 6 that this product version has jobs for."""
        container = self._container
        async with self._lock, container.scope(read_only=True) as scope:
            now = await database_now(scope)
            await self._ended.look(scope)
            families = [
                *self._ended.families(),
                *await _queues(scope, now),
                await _leader(scope, now),
                await _desired(scope, now),
            ]
        try:
            workers = await read_workers(container.kv)
        except Unavailable:
            workers = []
        return [*families, *_workers(workers, container.clock.now())]


async def _queues(scope: Scope, now: datetime) -> list[Metric]:
    retrying = func.sum(case((Job.attempt > 0, 1), else_=0))
    waiting = (
        select(Job.queue, func.count(), func.min(Job.run_at), retrying)
        .where(Job.status == JobStatus.QUEUED)
        .group_by(Job.queue)
    )
    rows = (await scope.session.execute(waiting)).all()
    paused = await paused_queues(scope.session)
    return [
        _by_queue("hivesync_queue_depth", "Jobs that wait.", {row[0]: row[1] for row in rows}),
        _by_queue(
            "hivesync_queue_oldest_seconds",
            "How long the oldest due job has waited.",
            {row[0]: max(0.0, (now - row[2]).total_seconds()) for row in rows},
        ),
        _by_queue(
            "hivesync_jobs_retrying",
            "Jobs that wait after an attempt: to be tried again, snoozed or rescued.",
            {row[0]: row[3] for row in rows},
        ),
        _by_queue("hivesync_queue_paused", "1 while an administrator holds the queue.", dict.fromkeys(paused, 1)),
    ]


def _by_queue(name: str, text: str, values: Mapping[str, float]) -> Metric:
    """Tell one number of every queue, nothing of which is 0."""
    family = GaugeMetricFamily(name, text, labels=["queue"])
    for queue in Queue:
        family.add_metric([queue.value], values.get(queue.value, 0))
    return family


async def _leader(scope: Scope, now: datetime) -> Metric:
    led = await scope.session.scalar(select(Lease.name).where(Lease.name == SCHEDULER_LEASE, Lease.until > now))
    return GaugeMetricFamily("hivesync_scheduler_leader", "1 while a scheduler leads.", value=int(led is not None))


async def _desired(scope: Scope, now: datetime) -> Metric:
    """Read the autoscaler's last look at each queue, if there was one lately."""
    lately = timedelta(seconds=60 + 3 * scope.settings.autoscaler.poll_interval_seconds)
    rows = await scope.session.execute(
        select(AutoscalerSample.queue, AutoscalerSample.desired)
        .where(AutoscalerSample.at > now - lately)
        .order_by(AutoscalerSample.at)
    )
    family = GaugeMetricFamily(
        "hivesync_autoscaler_desired_workers", "Workers that the autoscaler wants, enabled or not.", labels=["queue"]
    )
    for queue, desired in {row[0]: row[1] for row in rows}.items():
        family.add_metric([queue], desired)
    return family


def _workers(workers: list[WorkerBeat], now: datetime) -> list[Metric]:
    told: list[tuple[str, str, Callable[[WorkerBeat], float]]] = [
        (
            "hivesync_worker_heartbeat_age_seconds",
            "Seconds since a worker was heard.",
            lambda each: (now - each.beat_at).total_seconds(),
        ),
        ("hivesync_worker_slots", "Jobs that a worker may run at once.", lambda each: each.slots),
        ("hivesync_worker_active_jobs", "Jobs that a worker runs.", lambda each: each.active),
        ("hivesync_worker_memory_bytes", "A worker's resident memory.", lambda each: each.memory_bytes or 0),
    ]
    families: list[Metric] = []
    for name, text, value in told:
        family = GaugeMetricFamily(name, text, labels=["worker", "type", "role"])
        for worker in workers:
            family.add_metric([worker.worker_id, worker.type, worker.role], value(worker))
        families.append(family)
    return families
