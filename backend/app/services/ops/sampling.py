"""Metrics of the whole installation, read from the ledger and the heartbeats when somebody scrapes."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import Float, Select, case, cast, extract, func, select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, read_workers
from app.core.errors import Unavailable
from app.core.jobs import JobStatus, Queue
from app.models.job import Job
from app.services.ops.tally import Tally

_BUCKETS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
_EDGES = (*map(str, _BUCKETS), "+Inf")
_SUM = "sum"


class InstallationMetrics:
    """Samples for one process, which remembers what it has counted: Prometheus takes a counter that falls as reset."""

    def __init__(self, container: Container) -> None:
        """Read through this container."""
        self._container = container
        self._ended: Tally[tuple[str, ...]] = Tally()
        self._spans: Tally[tuple[str, ...]] = Tally()
        # Of two scrapes at once, one would count what the other has read before it as new again.
        self._lock = asyncio.Lock()

    async def sample(self) -> Iterable[Metric]:
        """Build every family of CONTRACT section 6 that this product version has jobs for."""
        container = self._container
        now = container.clock.now()
        async with self._lock:
            async with container.scope(read_only=True) as scope:
                waiting = (await scope.session.execute(_waiting())).all()
                counted = (await scope.session.execute(_counted())).all()
                spans = (await scope.session.execute(_seconds(postgres=container.database.is_postgres))).all()
            ended = self._ended.take({(row[0], row[1], row[2]): row[3] for row in counted})
            lasted = self._spans.take(dict(part for row in spans for part in _parts(*row)))
        try:
            workers = await read_workers(container.kv)
        except Unavailable:
            workers = []
        return [
            *_queues([(row[0], row[1], row[2]) for row in waiting], now),
            _totals(ended),
            _histogram(lasted),
            _ages(workers, now),
        ]


def _waiting() -> Select[str, int, datetime]:
    return (
        select(Job.queue, func.count(), func.min(Job.run_at)).where(Job.status == JobStatus.QUEUED).group_by(Job.queue)
    )


def _counted() -> Select[str, str, str, int]:
    ended = [status for status in JobStatus if status.is_final]
    return (
        select(Job.queue, Job.kind, Job.status, func.count())
        .where(Job.status.in_(ended))
        .group_by(Job.queue, Job.kind, Job.status)
    )


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


def _parts(queue: str, kind: str, count: int, seconds: float, *within: int) -> Iterator[tuple[tuple[str, ...], float]]:
    """Take a histogram's row apart into numbers that grow each by itself; buckets, which hold those below, do not."""
    yield (queue, kind, _SUM), float(seconds or 0)
    below = 0
    for edge, number in zip(_EDGES, (*within, count), strict=True):
        yield (queue, kind, edge), number - below
        below = number


def _totals(ended: Mapping[tuple[str, ...], float]) -> Metric:
    family = CounterMetricFamily("hivesync_jobs_total", "Jobs that ended so.", labels=["queue", "kind", "status"])
    for labels, count in ended.items():
        family.add_metric(labels, count)
    return family


def _histogram(lasted: Mapping[tuple[str, ...], float]) -> Metric:
    family = HistogramMetricFamily("hivesync_job_seconds", "How long the last attempt took.", labels=["queue", "kind"])
    for queue, kind in dict.fromkeys((key[0], key[1]) for key in lasted):
        up_to = accumulate(lasted[queue, kind, edge] for edge in _EDGES)
        family.add_metric([queue, kind], list(zip(_EDGES, up_to, strict=True)), lasted[queue, kind, _SUM])
    return family


def _ages(workers: list[WorkerBeat], now: datetime) -> Metric:
    family = GaugeMetricFamily(
        "hivesync_worker_heartbeat_age_seconds", "Seconds since a worker was heard.", labels=["worker", "type", "role"]
    )
    for worker in workers:
        family.add_metric([worker.worker_id, worker.type, worker.role], (now - worker.beat_at).total_seconds())
    return family
