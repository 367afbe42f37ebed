"""The rules of looking at jobs and stopping them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.adapters.db.engine import DatabaseTime
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.core.paging import Page, encode_cursor
from app.models.job import Job, QueueState
from app.models.project import Project
from app.schemas.paging import PageQuery
from app.services.jobs.errors import JobFinished, JobNotFound, NotYourJob
from app.services.jobs.why import MOST_COUNTED, Pause
from app.services.projects.access import Permission, allowed, shared_with


@dataclass(frozen=True, slots=True)
class Standing:
    """A job's row, and how many due jobs of its queue come before it (0 unless it is due itself; see `ahead`).

    `paused` is set while its queue is paused.
    """

    job: Job
    ahead: int
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs a list shows; None: all."""

    project_id: UUID | None = None
    kind: str | None = None
    status: JobStatus | None = None


def concerns(user_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Build the condition on `jobs` that a person asked for the row, or that it is about a project of his."""
    projects = select(Project.id).where(Project.deleted_at.is_(None), shared_with(user_id))
    return or_(Job.user_id == user_id, Job.project_id.in_(projects))


def ahead(time: DatabaseTime) -> ColumnElement[int]:
    """Count the due jobs that workers are given before a row of `jobs`, in the order of their turns, up to a bound.

    Only the first ones of its queue are looked at, one more than people are told of, however long it is.
    """
    other = aliased(Job)
    now = time.now()
    first = (
        select(other.id, other.turn)
        .where(
            Job.status == JobStatus.QUEUED.value,
            Job.run_at <= now,
            other.queue == Job.queue,
            # Written out: of a parameter no planner knows that the index of due jobs will do.
            other.status == literal(JobStatus.QUEUED.value, literal_execute=True),
            other.run_at <= now,
        )
        .order_by(other.turn, other.id)
        .limit(MOST_COUNTED + 1)
        .correlate(Job)
        .subquery()
    ).c
    earlier = or_(first.turn < Job.turn, and_(first.turn == Job.turn, first.id < Job.id))
    return select(func.count(first.id)).where(earlier).correlate(Job).scalar_subquery()


def line(time: DatabaseTime, queues: Collection[str]) -> Subquery:
    """Build the due jobs of these queues, each with what `ahead` counts for it."""
    before = func.row_number().over(partition_by=Job.queue, order_by=(Job.turn, Job.id)) - 1
    return (
        select(Job.id, before.label("ahead"))
        .where(Job.status == JobStatus.QUEUED.value, Job.run_at <= time.now(), Job.queue.in_(sorted(queues)))
        .subquery()
    )


def is_paused() -> ColumnElement[bool]:
    """Build the condition on `queue_states` that a row tells of the paused queue of a row of `jobs`."""
    return and_(QueueState.queue == Job.queue, QueueState.is_paused)


def pause_of(since: datetime | None, reason: str | None) -> Pause | None:
    """Read what is joined so; None when the queue is not paused."""
    return Pause(since, reason) if since is not None else None


class JobService:
    """Jobs as people see them, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._session = scope.session

    async def page(
        self, query: PageQuery, wanted: JobFilter, also: Collection[ColumnElement[bool]] = ()
    ) -> Page[Standing]:
        """List the jobs the actor may see, newest first; `also` narrows them further."""
        rows = self._visible().where(*also).order_by(Job.id.desc()).limit(query.limit + 1)
        if query.after:
            rows = rows.where(Job.id < query.after)
        if wanted.project_id:
            rows = rows.where(Job.project_id == wanted.project_id)
        if wanted.kind:
            rows = rows.where(Job.kind == wanted.kind)
        if wanted.status:
            rows = rows.where(Job.status == wanted.status.value)
        found = list((await self._session.execute(rows)).scalars())
        shown = found[: query.limit]
        next_cursor = encode_cursor(shown[-1].id) if len(found) > query.limit else None
        return Page(await self._standings(shown), next_cursor)

    async def read(self, job_id: UUID) -> Standing:
        """Read one job; JobNotFound when it is none of the actor's business."""
        wanted = (
            self._visible()
            .add_columns(ahead(self._time), QueueState.changed_at, QueueState.reason)
            .outerjoin(QueueState, is_paused())
            .where(Job.id == job_id)
        )
        row = (await self._session.execute(wanted)).first()
        if row is None:
            raise JobNotFound
        return Standing(row[0], row[1], pause_of(row[2], row[3]))

    async def read_many(self, job_ids: Collection[UUID]) -> dict[UUID, Standing]:
        """Read several jobs by their ids; those that are none of the actor's business are left out."""
        rows = self._visible().where(Job.id.in_(sorted(job_ids)))
        jobs = (await self._session.execute(rows)).scalars().all()
        return {standing.job.id: standing for standing in await self._standings(jobs)}

    async def cancel(self, job_id: UUID) -> Standing:
        """Cancel a queued job, or ask a running one to stop; JobFinished, NotYourJob.

        Twice is once. Locks: the job's row.
        """
        job = (await self.read(job_id)).job
        if not await self._may_cancel(job):
            raise NotYourJob
        before = (
            await self._session.execute(select(Job.status).where(Job.id == job_id).with_for_update())
        ).scalar_one()
        if before in (JobStatus.SUCCESS, JobStatus.FAILED):
            raise JobFinished(status=before)
        after = await self._scope.ledger.request_cancel(job_id)
        if before != JobStatus.CANCELLED:
            self._scope.record(
                Effect(
                    "job.cancelled",
                    "job",
                    str(job_id),
                    project_id=job.project_id,
                    before={"status": before, "kind": job.kind},
                )
            )
        if before == JobStatus.QUEUED and after is JobStatus.CANCELLED:
            self._scope.publish(
                JobEnded(
                    project_id=job.project_id,
                    user_id=job.user_id,
                    job_id=job.id,
                    kind=job.kind,
                    status=JobStatus.CANCELLED.value,
                )
            )
        self._session.expire(job)
        return await self.read(job_id)

    @property
    def _time(self) -> DatabaseTime:
        return self._scope.container.database.time

    def _visible(self) -> Select[Job]:
        actor = self._scope.actor
        rows = select(Job)
        # Without a user it is the system itself, which sees everything, as administrators do.
        return rows if actor.is_admin or actor.user_id is None else rows.where(concerns(actor.user_id))

    async def _standings(self, jobs: Sequence[Job]) -> list[Standing]:
        """Find how many come before each of these jobs, walking every queue once and not once a job."""
        waiting = [job for job in jobs if job.status == JobStatus.QUEUED]
        places: dict[UUID, int] = {}
        paused: dict[str, Pause] = {}
        if waiting:
            queue = line(self._time, {job.queue for job in waiting})
            rows = select(queue.c.id, queue.c.ahead).where(queue.c.id.in_([job.id for job in waiting]))
            places = {row.id: row.ahead for row in await self._session.execute(rows)}
            states = await self._session.execute(select(QueueState).where(QueueState.is_paused))
            paused = {row.queue: Pause(row.changed_at, row.reason) for row in states.scalars()}
        return [Standing(job, places.get(job.id, 0), paused.get(job.queue)) for job in jobs]

    async def _may_cancel(self, job: Job) -> bool:
        actor = self._scope.actor
        if actor.is_admin or actor.is_system or (job.user_id is not None and job.user_id == actor.user_id):
            return True
        return job.project_id is not None and await allowed(self._scope, job.project_id, Permission.WRITE)
