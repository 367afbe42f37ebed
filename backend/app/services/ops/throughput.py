"""How much is done, how well and how fast: closed minutes rolled up once, the others counted when somebody asks."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Float, Integer, Select, cast, delete, extract, func, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.container import Container
from app.adapters.jobs.schedule import database_now
from app.adapters.scope import Scope
from app.core.errors import Invalid
from app.core.jobs import JobStatus
from app.models.job import Job, JobRollup
from app.services.ops.schemas import ThroughputBucketOut, ThroughputOut

# Commits may come late: so many closed minutes are counted anew each time.
AGAIN = timedelta(minutes=5)
# After an outage, so much is made up for in one go.
_AT_ONCE = timedelta(days=1)
# On first sight, so far back.
_FIRST = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MOST_BUCKETS = 1500
# Of a bucket, when nobody says: the first that makes few enough.
_SIZES = (60, 300, 900, 3600, 21_600, 86_400 * 365)
_FINAL = tuple(status.value for status in JobStatus if status.is_final)


async def roll_up(container: Container) -> int:
    """Write the closed minutes that are missing, and the last few anew; return how many rows there are of them."""
    async with container.scope() as scope:
        now = _floor(await database_now(scope), _MINUTE)
        last = await scope.session.scalar(select(func.max(JobRollup.minute)))
        since = max(last - AGAIN, now - 7 * _FIRST) if last else now - _FIRST
        since = min(since, now - AGAIN)
        until = min(now, since + _AT_ONCE)
        counted = await _count(scope, since, until)
        await scope.session.execute(delete(JobRollup).where(JobRollup.minute >= since, JobRollup.minute < until))
        # How far it came is remembered too, or idle days would be counted again and again.
        rows = [*(each.values() for each in counted), _empty(until - _MINUTE)]
        insert = postgres_insert if container.database.is_postgres else sqlite_insert
        for start in range(0, len(rows), 500):
            await scope.session.execute(insert(JobRollup).values(rows[start : start + 500]).on_conflict_do_nothing())
        return len(counted)


@dataclass(frozen=True, slots=True)
class Minute:
    """What ended in one minute, of one queue, kind and state."""

    minute: datetime
    queue: str
    kind: str
    status: str
    jobs: int
    exhausted: int
    wait_seconds: float
    run_seconds: float
    longest_seconds: float

    def values(self) -> dict[str, Any]:
        """Give the row."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which time, in buckets of how many seconds, of which queue and kind."""

    since: datetime | None = None
    until: datetime | None = None
    bucket: int | None = None
    queue: str | None = None
    kind: str | None = None


async def read_throughput(scope: Scope, asked: Asked) -> ThroughputOut:
    """Add up a span of time; the minutes that are not rolled up yet are counted. Invalid for one that is too long."""
    now = await database_now(scope)
    # What ended this very moment counts.
    until = asked.until or now + timedelta(microseconds=1)
    since = asked.since or until - timedelta(hours=1)
    if since >= until:
        raise Invalid("`from` must lie before `to`.")
    span = (until - since).total_seconds()
    bucket = asked.bucket or next((size for size in _SIZES if span / size <= 200), _SIZES[-1])
    if span / bucket > _MOST_BUCKETS:
        raise Invalid(f"That makes more than {_MOST_BUCKETS} buckets. Ask for larger ones, or less time.")
    start = _floor(since, timedelta(seconds=bucket))
    last = await scope.session.scalar(select(func.max(JobRollup.minute)))
    live_from = max(start, last + _MINUTE - AGAIN) if last else start
    live_from = _floor(live_from, _MINUTE)
    found = await _stored(scope, start, min(live_from, until), asked)
    if live_from < until:
        found += await _count(scope, live_from, until, asked)
    return _summed(found, start, until, bucket)


def _summed(found: list[Minute], start: datetime, until: datetime, bucket: int) -> ThroughputOut:
    size = timedelta(seconds=bucket)
    by_bucket: dict[datetime, list[Minute]] = defaultdict(list)
    for each in found:
        by_bucket[_floor(each.minute, size)].append(each)
    series, at = [], start
    while at < until:
        series.append(_bucket(at, by_bucket.get(at, [])))
        at += size
    return ThroughputOut(since=start, until=until, bucket_seconds=bucket, totals=_bucket(start, found), series=series)


def _bucket(at: datetime, minutes: list[Minute]) -> ThroughputBucketOut:
    by_status: dict[str, int] = defaultdict(int)
    for each in minutes:
        by_status[each.status] += each.jobs
    jobs = sum(by_status.values())
    judged = by_status[JobStatus.SUCCESS] + by_status[JobStatus.FAILED]
    return ThroughputBucketOut(
        at=at,
        jobs=jobs,
        success=by_status[JobStatus.SUCCESS],
        failed=by_status[JobStatus.FAILED],
        cancelled=by_status[JobStatus.CANCELLED],
        exhausted=sum(each.exhausted for each in minutes),
        failure_rate=round(by_status[JobStatus.FAILED] / judged, 4) if judged else 0.0,
        average_wait_seconds=_average(sum(each.wait_seconds for each in minutes), jobs),
        average_run_seconds=_average(sum(each.run_seconds for each in minutes), jobs),
        longest_run_seconds=round(max((each.longest_seconds for each in minutes), default=0.0), 3),
    )


def _average(seconds: float, jobs: int) -> float:
    return round(seconds / jobs, 3) if jobs else 0.0


async def _stored(scope: Scope, since: datetime, until: datetime, asked: Asked) -> list[Minute]:
    rows = select(JobRollup).where(JobRollup.minute >= since, JobRollup.minute < until, JobRollup.jobs > 0)
    if asked.queue:
        rows = rows.where(JobRollup.queue == asked.queue)
    if asked.kind:
        rows = rows.where(JobRollup.kind == asked.kind)
    found = (await scope.session.execute(rows)).scalars()
    return [Minute(**{name: getattr(row, name) for name in Minute.__slots__}) for row in found]


async def _count(scope: Scope, since: datetime, until: datetime, asked: Asked | None = None) -> list[Minute]:
    asked = asked or Asked()
    query = _counting(postgres=scope.container.database.is_postgres).where(
        Job.finished_at >= since, Job.finished_at < until, Job.status.in_(_FINAL)
    )
    if asked.queue:
        query = query.where(Job.queue == asked.queue)
    if asked.kind:
        query = query.where(Job.kind == asked.kind)
    epoch = datetime(1970, 1, 1, tzinfo=since.tzinfo)
    return [
        Minute(epoch + timedelta(minutes=int(row[0])), row[1], row[2], row[3], int(row[4]), int(row[5] or 0),
               float(row[6] or 0), float(row[7] or 0), float(row[8] or 0))
        for row in await scope.session.execute(query)
    ]  # fmt: skip


def _counting(*, postgres: bool) -> Select[*tuple[Any, ...]]:
    def seconds(column: Any) -> Any:
        if postgres:
            return cast(extract("epoch", column), Float)
        return (func.julianday(column) - 2440587.5) * 86_400.0

    started, finished = seconds(Job.started_at), seconds(Job.finished_at)
    # Not from julianday, which rounds: a minute's edge must not move.
    minute = func.floor(finished / 60) if postgres else cast(func.strftime("%s", Job.finished_at), Integer).op("/")(60)
    run = func.coalesce(finished - started, 0)
    wait = func.coalesce(started - seconds(Job.created_at), 0)
    exhausted = func.sum(cast(Job.exhausted, Integer))
    return select(
        minute.label("minute"), Job.queue, Job.kind, Job.status, func.count(), exhausted,
        func.sum(wait), func.sum(run), func.max(run),
    ).group_by("minute", Job.queue, Job.kind, Job.status)  # fmt: skip


def _floor(moment: datetime, size: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    return epoch + (moment - epoch) // size * size


def _empty(minute: datetime) -> dict[str, Any]:
    return Minute(minute, "", "", JobStatus.SUCCESS.value, 0, 0, 0.0, 0.0, 0.0).values()
