"""The history of jobs as administrators search it, and acting on many of them at once."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, read_workers
from app.adapters.jobs.ledger import SameWorkActive
from app.adapters.jobs.schedule import database_now
from app.adapters.scope import Scope, ScopeFactory
from app.adapters.telemetry.redaction import Redactor
from app.config.book import secret_values
from app.core.errors import Conflict, Invalid, NotFound, Unavailable
from app.core.jobs import JobStatus
from app.models.job import Job
from app.schemas.jobs import JobState
from app.schemas.paging import PageOut, PageQuery
from app.services.jobs.causes import Cause
from app.services.jobs.errors import JobFinished
from app.services.jobs.service import JobFilter, JobService
from app.services.jobs.states import describe, describe_all
from app.services.ops.admin import retry_job
from app.services.ops.filters import first_id
from app.services.ops.queues import FAILURES_OVER, read_ends
from app.services.ops.schemas import AdminJobDetailOut, AdminJobOut, BulkIn, JobFilterIn

# Of so many jobs in each state the causes are counted.
LOOKED_AT = 200
_IN_ONE_TRANSACTION = 50
_GIVEN_UP = (JobStatus.FAILED, JobStatus.CANCELLED)
_UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)
Act = Callable[[Scope, UUID], Awaitable[object]]
Chosen = tuple[list[UUID], bool]
# So many jobs are retried or cancelled at once at most; ask again for the next ones.
MOST_AT_ONCE = 500
# An unfinished job that needed this many attempts, or more, does not get on.
_AGAIN = 2
# Types whose workers are called after them; all others are called after CPU roles.
_NAMED_TYPES = ("gpu", "cleanup")


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which jobs administrators want to see; None: all. Moments are bounds, the later one excluded."""

    queue: str | None = None
    kind: str | None = None
    status: JobStatus | None = None
    worker_type: str | None = None
    worker_id: str | None = None
    project_id: UUID | None = None
    user_id: UUID | None = None
    exhausted: bool | None = None
    min_attempts: int | None = None
    error_code: str | None = None
    correlation_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    finished_from: datetime | None = None
    finished_to: datetime | None = None
    stuck: bool | None = None
    min_failure_rate: float | None = None


def filter_of(asked: JobFilterIn) -> HistoryFilter:
    """Read a filter as it came."""
    return HistoryFilter(**{each.name: getattr(asked, each.name) for each in fields(HistoryFilter)})


async def conditions(scope: Scope, wanted: HistoryFilter, beats: Sequence[WorkerBeat]) -> list[ColumnElement[bool]]:
    """Build the conditions on `jobs`."""
    equal = (
        (Job.queue, wanted.queue),
        (Job.kind, wanted.kind),
        (Job.status, wanted.status.value if wanted.status else None),
        (Job.worker_id, wanted.worker_id),
        (Job.project_id, wanted.project_id),
        (Job.user_id, wanted.user_id),
        (Job.error_code, wanted.error_code),
        (Job.correlation_id, wanted.correlation_id),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if wanted.exhausted is not None:
        # The bare column is what the index says; `IS true` is something else to PostgreSQL.
        found.append(Job.exhausted == true() if wanted.exhausted else Job.exhausted == false())
    if wanted.min_attempts is not None:
        found.append(Job.attempt >= wanted.min_attempts)
    if wanted.worker_type is not None:
        found.append(_of_type(wanted.worker_type, beats))
    found += _between(wanted)
    if wanted.stuck is not None:
        found.append(_stuck(scope) if wanted.stuck else ~_stuck(scope))
    if wanted.min_failure_rate is not None:
        kinds = await read_ends(scope, FAILURES_OVER, Job.kind)
        failing = sorted(
            kind for kind, ends in kinds.items() if ends.failed and ends.failure_rate >= wanted.min_failure_rate
        )
        found.append(Job.kind.in_(failing) if failing else false())
    return found


def _of_type(worker_type: str, beats: Sequence[WorkerBeat]) -> ColumnElement[bool]:
    """Choose jobs that workers of a type run or ran last: those that beat, and others by how they are called."""
    named = {kind: Job.worker_id.startswith(f"{kind}_worker", autoescape=True) for kind in _NAMED_TYPES}
    ids = sorted(beat.worker_id for beat in beats if beat.type == worker_type)
    if worker_type in named:
        return or_(named[worker_type], Job.worker_id.in_(ids))
    others = sorted(beat.worker_id for beat in beats if beat.type != worker_type)
    return Job.worker_id.is_not(None) & ~or_(*named.values(), Job.worker_id.in_(others))


def _between(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.created_from is not None:
        found += [Job.id >= first_id(wanted.created_from), Job.created_at >= wanted.created_from]
    if wanted.created_to is not None:
        found.append(Job.created_at < wanted.created_to)
    if wanted.finished_from is not None:
        found.append(Job.finished_at >= wanted.finished_from)
    if wanted.finished_to is not None:
        found.append(Job.finished_at < wanted.finished_to)
    return found


def _stuck(scope: Scope) -> ColumnElement[bool]:
    """Choose jobs that do not get on: tried again and again, or with a worker that was not heard of in time."""
    unfinished = Job.status.in_((JobStatus.QUEUED.value, JobStatus.RUNNING.value))
    silent = (Job.status == JobStatus.RUNNING.value) & (Job.lease_until <= scope.container.database.time.now())
    return or_(unfinished & (Job.attempt >= _AGAIN), silent)


@dataclass(slots=True)
class BulkResult:
    """What became of many jobs; `more` says that the filter may match others still."""

    done: int = 0
    same_work_active: int = 0
    refused: int = 0
    unknown: int = 0
    more: bool = False


async def _chosen(scope: Scope, asked: BulkIn, beats: Sequence[WorkerBeat], states: Sequence[JobStatus]) -> Chosen:
    """Find the jobs that are meant: the ids, or what a filter finds in one of some states, oldest first."""
    if (asked.ids is None) == (asked.filter is None):
        raise Invalid("Name what is meant: either ids or a filter.")
    if asked.ids is not None:
        return sorted(set(asked.ids)), False
    wanted = filter_of(asked.filter or JobFilterIn())
    if wanted == HistoryFilter():
        raise Invalid("That filter finds every job. Name at least one field.")
    rows = (
        select(Job.id)
        .where(*await conditions(scope, wanted, beats), Job.status.in_([status.value for status in states]))
        .order_by(Job.id)
        .limit(MOST_AT_ONCE + 1)
    )
    found = list((await scope.session.execute(rows)).scalars())
    return found[:MOST_AT_ONCE], len(found) > MOST_AT_ONCE


async def retry_many(container: Container, scopes: ScopeFactory, asked: BulkIn) -> BulkResult:
    """Put failed and cancelled jobs back in their queues."""
    return await _act_on_many(container, scopes, asked, _GIVEN_UP, retry_job)


async def cancel_many(container: Container, scopes: ScopeFactory, asked: BulkIn) -> BulkResult:
    """Cancel jobs that wait and stop those that run."""
    return await _act_on_many(container, scopes, asked, _UNFINISHED, _cancel)


async def _act_on_many(
    container: Container, scopes: ScopeFactory, asked: BulkIn, states: Sequence[JobStatus], act: Act
) -> BulkResult:
    """Do the same to each job, in the order of their ids and some in one transaction; the refused are left alone."""
    beats = await beats_if_known(container)
    async with scopes(read_only=True) as scope:
        ids, more = await _chosen(scope, asked, beats, states)
    result = BulkResult(more=more)
    for start in range(0, len(ids), _IN_ONE_TRANSACTION):
        async with scopes() as scope:
            for job_id in ids[start : start + _IN_ONE_TRANSACTION]:
                await _act_on_one(scope, job_id, act, result)
    return result


async def _act_on_one(scope: Scope, job_id: UUID, act: Act, result: BulkResult) -> None:
    try:
        await act(scope, job_id)
    except NotFound:
        result.unknown += 1
    except SameWorkActive:
        result.same_work_active += 1
    except Conflict:
        result.refused += 1
    else:
        result.done += 1


async def _cancel(scope: Scope, job_id: UUID) -> None:
    """Cancel one job; one that is cancelled already counts as refused."""
    service = JobService(scope)
    standing = await service.read(job_id)
    if standing.job.status == JobStatus.CANCELLED:
        raise JobFinished
    await service.cancel(job_id)


async def count_causes(container: Container, scopes: ScopeFactory) -> list[tuple[Cause, int]]:
    """Count causes among the newest jobs that wait, run, or failed within the day; the most frequent first."""
    async with scopes(read_only=True) as scope:
        service, query = JobService(scope), PageQuery(limit=LOOKED_AT)
        recent = await database_now(scope) - timedelta(days=1)
        standings = []
        for status in (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.FAILED):
            also = [Job.finished_at >= recent] if status is JobStatus.FAILED else []
            standings += (await service.page(query, JobFilter(status=status), also)).items
    counted = Counter(state.cause for state in await describe_all(container, standings))
    return [(Cause(cause), jobs) for cause, jobs in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]


async def read_page(
    container: Container, scopes: ScopeFactory, wanted: HistoryFilter, query: PageQuery
) -> PageOut[AdminJobOut]:
    """Read one page of the history, newest first."""
    beats = await beats_if_known(container) if wanted.worker_type else []
    async with scopes(read_only=True) as scope:
        also = await conditions(scope, wanted, beats)
        page = await JobService(scope).page(query, JobFilter(), also)
    states = await describe_all(container, page.items)
    items = [
        AdminJobOut(**state.model_dump(), **_more(each.job)) for each, state in zip(page.items, states, strict=True)
    ]
    return PageOut[AdminJobOut](items=items, next_cursor=page.next_cursor)


async def read_one(container: Container, scopes: ScopeFactory, job_id: UUID) -> AdminJobDetailOut:
    """Read one job with what it was asked to do; JobNotFound."""
    async with scopes(read_only=True) as scope:
        standing = await JobService(scope).read(job_id)
    state, job = await describe(container, standing), standing.job
    return AdminJobDetailOut(
        **state.model_dump(),
        **_more(job),
        payload=Redactor(secret_values(container.settings)).value("payload", job.payload),
        trace_parent=job.trace_parent,
    )


async def beats_if_known(container: Container) -> list[WorkerBeat]:
    """List the workers; none when Redis does not answer."""
    try:
        return await read_workers(container.kv, with_stopped=True)
    except Unavailable:
        return []


def _more(job: Job) -> dict[str, Any]:
    names = set(AdminJobOut.model_fields) - set(JobState.model_fields)
    return {name: getattr(job, name) for name in names}
