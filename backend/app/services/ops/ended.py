"""Counters of jobs that ended, kept by reading only what ended since the last look, however long the history is."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import select

from app.adapters.jobs.schedule import database_now
from app.adapters.scope import Scope
from app.core.jobs import JobStatus
from app.models.job import Job

_BUCKETS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
_BUILD = "preview.build"
_EDGES = (*map(str, _BUCKETS), "+Inf")
# A row gets its moment before its transaction commits, and may be seen this much later than what ended after it.
_LATE = timedelta(seconds=30)


@dataclass(slots=True)
class _Lasted:
    """One histogram; `within` holds each bucket by itself."""

    seconds: float = 0.0
    within: list[int] = field(default_factory=lambda: [0] * len(_EDGES))


@dataclass(slots=True)
class _Builds:
    """Builds of previews under the names that the specification gives them (R001-193 to R001-196)."""

    good: int = 0
    bad: int = 0
    not_stored: int = 0

    def count(self, status: str, code: str | None) -> None:
        self.good += int(status == JobStatus.SUCCESS.value)
        self.bad += int(status == JobStatus.FAILED.value)
        self.not_stored += int(code == "STORAGE_UPLOAD_FAILED")

    def families(self, lasted: list[_Lasted]) -> Iterable[Metric]:
        took = HistogramMetricFamily("preview_build_time_seconds", "How long builds of previews took.")
        sums = [sum(each.within[at] for each in lasted) for at in range(len(_EDGES))]
        took.add_metric([], list(zip(_EDGES, accumulate(sums), strict=True)), sum(each.seconds for each in lasted))
        return [
            took,
            CounterMetricFamily("preview_build_success_total", "Builds that ended well.", value=self.good),
            CounterMetricFamily("preview_build_failures_total", "Builds that failed.", value=self.bad),
            CounterMetricFamily(
                "preview_upload_failures_total", "Builds that could not be stored.", value=self.not_stored
            ),
        ]


@dataclass(slots=True)
class EndedJobs:
    """What ended since this process began: a counter starts at nothing with its process, as Prometheus expects."""

    began: datetime
    _since: datetime | None = None
    # What has been counted of the last moments: a job that is brought back and ends again has another epoch.
    _seen: dict[tuple[UUID, int], datetime] = field(default_factory=dict)
    _ended: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    _exhausted: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _lasted: dict[tuple[str, str], _Lasted] = field(default_factory=lambda: defaultdict(_Lasted))
    _builds: _Builds = field(default_factory=_Builds)

    async def look(self, scope: Scope) -> None:
        """Count what ended since the last look."""
        since = self._since or self.began
        now = await database_now(scope)
        # Streamed: after an hour in which nobody scraped, there may be many.
        rows = await scope.session.stream(
            select(
                Job.id,
                Job.epoch,
                Job.queue,
                Job.kind,
                Job.status,
                Job.exhausted,
                Job.started_at,
                Job.finished_at,
                Job.error_code,
            ).where(Job.finished_at >= since)
        )
        async for job_id, epoch, queue, kind, status, exhausted, started, finished, code in rows:
            if finished is None or (job_id, epoch) in self._seen:
                continue
            self._seen[job_id, epoch] = finished
            self._ended[queue, kind, status] += 1
            # One that never failed still shows, as nothing: a counter that appears at 1 is no increase to Prometheus.
            self._exhausted[queue, kind] += int(exhausted)
            if kind == _BUILD:
                self._builds.count(status, code)
            if started is not None:
                self._time(queue, kind, (finished - started).total_seconds())
        # Last: after a look that broke off, the next one goes on from the same moment, and knows what was counted.
        self._since = max(self.began, now - _LATE)
        self._seen = {key: at for key, at in self._seen.items() if at >= self._since}

    def _time(self, queue: str, kind: str, seconds: float) -> None:
        lasted = self._lasted[queue, kind]
        lasted.seconds += seconds
        lasted.within[bisect_left(_BUCKETS, seconds)] += 1

    def families(self) -> Iterable[Metric]:
        """Tell the totals."""
        total = CounterMetricFamily("hivesync_jobs_total", "Jobs that ended so.", labels=["queue", "kind", "status"])
        for labels, count in self._ended.items():
            total.add_metric(labels, count)
        given_up = CounterMetricFamily(
            "hivesync_jobs_exhausted_total", "Jobs that failed with all attempts used up.", labels=["queue", "kind"]
        )
        for where, number in self._exhausted.items():
            given_up.add_metric(where, number)
        lasted = HistogramMetricFamily(
            "hivesync_job_seconds", "How long the last attempt took.", labels=["queue", "kind"]
        )
        for where, each in self._lasted.items():
            lasted.add_metric(where, list(zip(_EDGES, accumulate(each.within), strict=True)), each.seconds)
        built = [each for (_, kind), each in self._lasted.items() if kind == _BUILD]
        return [total, given_up, lasted, *self._builds.families(built)]
