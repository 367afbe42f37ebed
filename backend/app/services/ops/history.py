"""The history of jobs as administrators search it, and acting on many of them at once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat
from app.adapters.scope import Scope
from app.core.errors import Conflict, Invalid, NotFound
from app.core.jobs import JobStatus
from app.models.job import Job
from app.services.jobs.service import JobService
from app.services.ops.admin import retry_job
from app.services.ops.filters import first_id, queue_wanted
from app.services.ops.queues import FAILURES_OVER, read_ends

# So many jobs are retried or cancelled at once at most; ask again for the next ones.
MOST_AT_ONCE = 500
_AGAIN = 2  # A running job that needed this many attempts, or more, is one to look at.


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

    @property
    def is_empty(self) -> bool:
        """Say whether it narrows nothing."""
        return self == HistoryFilter()


async def conditions(scope: Scope, wanted: HistoryFilter, beats: Sequence[WorkerBeat]) -> list[ColumnElement[bool]]:
    """Build the conditions on `jobs`; Invalid for a queue that does not exist."""
    equal = (
        (Job.queue, queue_wanted(wanted.queue)),
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
        found.append(Job.exhausted if wanted.exhausted else ~Job.exhausted)
        if wanted.exhausted:  # Which the index knows; only failed jobs are exhausted.
            found.append(Job.status == JobStatus.FAILED.value)
    if wanted.min_attempts is not None:
        found.append(Job.attempt >= wanted.min_attempts)
    if wanted.worker_type is not None:
        found.append(_of_type(wanted.worker_type, beats))
    found += _between(wanted)
    if wanted.stuck is not None:
        found.append(_stuck(scope) if wanted.stuck else ~_stuck(scope))
    if wanted.min_failure_rate is not None:
        kinds = await read_ends(scope, FAILURES_OVER, by_kind=True)
        failing = sorted(
            kind for kind, ends in kinds.items() if ends.failed and ends.failure_rate >= wanted.min_failure_rate
        )
        found.append(Job.kind.in_(failing) if failing else false())
    return found


def _of_type(worker_type: str, beats: Sequence[WorkerBeat]) -> ColumnElement[bool]:
    """Choose jobs that workers of a type ran last, by those that are known and by how they are called; or will run."""
    ids = sorted(beat.worker_id for beat in beats if beat.type == worker_type)
    name = {"gpu": "gpu_worker", "cleanup": "cleanup_worker"}.get(worker_type)
    if name is None:
        others = or_(Job.worker_id.like("gpu_worker%"), Job.worker_id.like("cleanup_worker%"))
        ran = Job.worker_id.is_not(None) & ~others
        not_these = sorted(beat.worker_id for beat in beats if beat.type != worker_type)
        return (Job.worker_id.in_(ids) | (ran & Job.worker_id.not_in(not_these))) if not_these else ran
    return or_(Job.worker_id.like(f"{name}%"), Job.worker_id.in_(ids)) if ids else Job.worker_id.like(f"{name}%")


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


async def chosen(
    scope: Scope, ids: Sequence[UUID] | None, wanted: HistoryFilter, beats: Sequence[WorkerBeat], *also: JobStatus
) -> tuple[list[UUID], bool]:
    """Find the jobs that are meant: the ids, or what a filter finds among those in one of some states, oldest first."""
    if ids is not None:
        if not wanted.is_empty:
            raise Invalid("Send either ids or a filter.")
        return sorted(set(ids)), False
    if wanted.is_empty:
        raise Invalid("Name what is meant: ids, or a filter with at least one field.")
    rows = (
        select(Job.id)
        .where(*await conditions(scope, wanted, beats), Job.status.in_([status.value for status in also]))
        .order_by(Job.id)
        .limit(MOST_AT_ONCE + 1)
    )
    found = list((await scope.session.execute(rows)).scalars())
    return found[:MOST_AT_ONCE], len(found) > MOST_AT_ONCE


async def act_on_many(
    container: Container, scope: Scope, ids: Sequence[UUID], act: Callable[[Scope, UUID], Awaitable[object]]
) -> BulkResult:
    """Do the same to each of these jobs, in the order of their ids; what is refused is counted and left alone."""
    result = BulkResult()
    for job_id in ids:
        try:
            await act(scope, job_id)
        except NotFound:
            result.unknown += 1
        except Conflict as error:
            if "status" in error.details:
                result.refused += 1
            else:
                result.same_work_active += 1
        else:
            result.done += 1
    return result


async def retry(scope: Scope, job_id: UUID) -> None:
    """Put one job back."""
    await retry_job(scope, job_id)


async def cancel(scope: Scope, job_id: UUID) -> None:
    """Cancel one job; a cancelled one counts as refused."""
    service = JobService(scope)
    standing = await service.read(job_id)
    if standing.job.status == JobStatus.CANCELLED:
        raise Conflict("This job is cancelled already.", status=standing.job.status)
    await service.cancel(job_id)


def narrowed(wanted: HistoryFilter, queue: str) -> HistoryFilter:
    """Narrow a filter to a queue."""
    return replace(wanted, queue=queue)
