"""Metrics of the whole installation, read from the ledger and the heartbeats when somebody scrapes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import Float, Select, case, cast, extract, func, select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, read_workers
from app.core.errors import Unavailable
from app.core.jobs import JobStatus, Queue
from app.models.job import Job

_BUCKETS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)


async def sample(container: Container) -> Iterable[Metric]:
    """Build every family of CONTRACT section 6 that this product version has jobs for."""
    now = container.clock.now()
    async with container.scope(read_only=True) as scope:
        waiting = (await scope.session.execute(_waiting())).all()
        counted = (await scope.session.execute(_counted())).all()
        spans = (await scope.session.execute(_seconds(postgres=container.database.is_postgres))).all()
    try:
        workers = await read_workers(container.kv)
    except Unavailable:
        workers = []
    return [
        *_queues([(row[0], row[1], row[2]) for row in waiting], now),
        _totals([(row[0], row[1], row[2], row[3]) for row in counted]),
        _histogram([tuple(row) for row in spans]),
        _ages(workers, now),
    ]


def _waiting() -> Select[str, int, datetime]:
    return (
        select(Job.queue, func.count(), func.min(Job.run_at)).where(Job.status == JobStatus.QUEUED).group_by(Job.queue)
    )


def _counted() -> Select[str, str, str, int]:
    return select(Job.queue, Job.kind, Job.status, func.count()).group_by(Job.queue, Job.kind, Job.status)


def _seconds(*, postgres: bool) -> Select[*tuple[Any, ...]]:
    if postgres:
        span = cast(extract("epoch", Job.finished_at - Job.started_at), Float)
    else:
        span = cast((func.julianday(Job.finished_at) - func.julianday(Job.started_at)) * 86_400.0, Float)
    within = [func.sum(case((span <= edge, 1), else_=0)) for edge in _BUCKETS]
    return (
        select(Job.queue, Job.kind, func.count(), func.sum(span), *within)
        .where(Job.finished_at.is_not(None), Job.started_at.is_not(None))
        .group_by(Job.queue, Job.kind)
    )


def _queues(rows: list[tuple[str, int, datetime | None]], now: datetime) -> Iterable[Metric]:
    depth = GaugeMetricFamily("hivesync_queue_depth", "Jobs that wait.", labels=["queue"])
    oldest = GaugeMetricFamily(
        "hivesync_queue_oldest_seconds", "How long the oldest due job has waited.", labels=["queue"]
    )
    known = {queue: (count, since) for queue, count, since in rows}
    for queue in Queue:
        count, since = known.get(queue.value, (0, None))
        depth.add_metric([queue.value], count)
        oldest.add_metric([queue.value], max(0.0, (now - since).total_seconds()) if since else 0.0)
    return [depth, oldest]


def _totals(rows: list[tuple[str, str, str, int]]) -> Metric:
    family = CounterMetricFamily("hivesync_jobs_total", "Jobs by state.", labels=["queue", "kind", "status"])
    for queue, kind, status, count in rows:
        family.add_metric([queue, kind, status], count)
    return family


def _histogram(rows: list[tuple[object, ...]]) -> Metric:
    family = HistogramMetricFamily("hivesync_job_seconds", "How long the last attempt took.", labels=["queue", "kind"])
    for queue, kind, count, total, *within in rows:
        edges = [(str(edge), float(str(number))) for edge, number in zip(_BUCKETS, within, strict=True)]
        family.add_metric([str(queue), str(kind)], [*edges, ("+Inf", float(str(count)))], float(str(total or 0)))
    return family


def _ages(workers: list[WorkerBeat], now: datetime) -> Metric:
    family = GaugeMetricFamily(
        "hivesync_worker_heartbeat_age_seconds", "Seconds since a worker was heard.", labels=["worker", "type", "role"]
    )
    for worker in workers:
        family.add_metric([worker.worker_id, worker.type, worker.role], (now - worker.beat_at).total_seconds())
    return family
