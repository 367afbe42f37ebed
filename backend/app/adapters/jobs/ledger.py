"""The only writer of `jobs`: insert, claim, progress, finish, retry, rescue, bring back; all by compare-and-set."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.jobs.batches import Claim, Failure, named_in_database, row_of
from app.adapters.jobs.deaths import Deaths
from app.adapters.jobs.statements import LEASE
from app.adapters.jobs.turns import HEAD, IS_QUEUED, turn_after, turn_again, turn_kept
from app.adapters.telemetry.tracing import current_parent
from app.core.errors import Conflict
from app.core.jobs import JobPayload, JobStatus, Queue
from app.models.job import Job, QueueState

__all__ = ["ACTIVE", "Claim", "Failure", "Ledger", "SameWorkActive"]

ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
# A resumed queue's first jobs are pushed with its resumption; the sweep pushes the others half a second later.
_PUSHED_AT_ONCE = 500
_GIVEN_UP = (JobStatus.FAILED, JobStatus.CANCELLED)


class SameWorkActive(Conflict):
    """The same work waits or runs already. Look at that job instead."""


class Ledger(Deaths):
    """The jobs table inside one transaction."""

    async def insert(
        self,
        payload: JobPayload,
        *,
        project_id: UUID | None,
        user_id: UUID | None,
        correlation_id: str,
        run_at: datetime | None,
    ) -> tuple[Job, bool]:
        """Add a queued job, or return the unfinished one with the same unique key and False."""
        key = payload.unique_key()
        row = row_of(payload, self._ids.new(), gpu_queue=self._gpu_queue)
        values = {
            **row,
            "status": JobStatus.QUEUED.value,
            "correlation_id": correlation_id[:64],
            "trace_parent": current_parent(),
            "project_id": project_id,
            "user_id": user_id,
            "created_at": self._clock.now(),
            **named_in_database(row["queue"], payload.priority, project_id=project_id, user_id=user_id),
        }
        statement = self._built.insert
        if run_at is not None:
            statement, values["run_at"] = self._built.insert_for_later, run_at
        for _ in range(3):
            added = await self._session.execute(statement, values)
            job = added.scalar_one_or_none()
            if job is not None:
                return job, True
            joined = await self._session.execute(
                select(Job).where(Job.unique_key == key, Job.status.in_(ACTIVE)).limit(1)
            )
            job = joined.scalar_one_or_none()
            if job is not None:
                return job, False
        raise RuntimeError("a job with this key appears and vanishes too quickly")

    async def claim(self, job_id: UUID, *, worker_id: str) -> Claim | None:
        """Take a due queued job; None when it is gone, taken, or not due. Counts the attempt."""
        asked = {"the_job": job_id, "the_worker": worker_id}
        row = (await self._session.execute(self._built.claim, asked)).first()
        return Claim(*row[:-1]) if row else None

    async def renew(self, claims: Sequence[Claim]) -> tuple[set[UUID], set[UUID]]:
        """Lengthen leases; return (ids that are no longer ours, ids somebody wants cancelled)."""
        lost = {claim.job_id for claim in claims}
        unwanted: set[UUID] = set()
        for claim in sorted(claims, key=lambda each: each.job_id):
            row = (
                await self._session.execute(
                    update(Job)
                    .where(self._ours(claim))
                    .values(lease_until=self._time.after(LEASE))
                    .returning(Job.cancel_requested_at)
                )
            ).first()
            if row is not None:
                lost.discard(claim.job_id)
                if row[0] is not None:
                    unwanted.add(claim.job_id)
        return lost, unwanted

    async def holds(self, claim: Claim) -> bool:
        """Say whether the claim still stands, and keep it standing until this transaction ends."""
        return (await self._session.execute(self._built.holds, _named(claim))).first() is not None

    async def progress(self, claim: Claim, *, fraction: float, phase: str) -> bool:
        """Record the phase and how far it is; the fraction never goes back, not even when a job is tried again."""
        done = await self._session.execute(
            update(Job)
            .where(self._ours(claim))
            .values(progress=case((Job.progress < fraction, min(fraction, 1.0)), else_=Job.progress), phase=phase[:120])
            .returning(Job.id)
        )
        return done.first() is not None

    async def finish(self, claim: Claim) -> bool:
        """End a job well."""
        return (await self._session.execute(self._built.finish, _named(claim))).first() is not None

    async def cancelled(self, claim: Claim, *, reason: str) -> bool:
        """End a job that is no longer wanted."""
        return await self._end(claim, status=JobStatus.CANCELLED, error_code=None, error_message=reason)

    async def fail(self, claim: Claim, failure: Failure, *, exhausted: bool = False) -> bool:
        """End a job badly, for good."""
        return await self._end(
            claim,
            status=JobStatus.FAILED,
            error_code=failure.code,
            error_message=failure.message,
            error_details=failure.details,
            exhausted=exhausted,
        )

    async def retry(self, claim: Claim, failure: Failure, *, delay: timedelta) -> bool:
        """Put a failed attempt back in the queue, due after `delay`, unless somebody wants it cancelled.

        The failure stays readable.
        """
        return await self._requeue(
            claim,
            delay=delay,
            error_code=failure.code,
            error_message=failure.message,
            error_details=failure.details,
            waiting_for="retry",
            turn=turn_kept(self._time, delay),
        )

    async def snooze(self, claim: Claim, *, delay: timedelta, reason: str) -> bool:
        """Put a job back without costing an attempt, unless somebody wants it cancelled."""
        return await self._requeue(claim, delay=delay, attempt=Job.attempt - 1, waiting_for=reason[:300])

    async def hand_back(self, claim: Claim) -> bool:
        """Return a running job at once, at the head and at no cost, unless somebody wants it cancelled."""
        return await self._requeue(
            claim,
            delay=timedelta(0),
            attempt=Job.attempt - 1,
            waiting_for="worker left",
            rescued=True,
            turn=HEAD,
            suspect=case((Job.suspect > 0, Job.suspect), else_=0),
        )

    async def request_cancel(self, job_id: UUID) -> JobStatus | None:
        """Cancel a queued job now or ask a running one to stop; return the state it is in afterwards."""
        row = (
            await self._session.execute(
                update(Job)
                .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
                .values(
                    status=JobStatus.CANCELLED,
                    finished_at=self._time.now(),
                    cancel_requested_at=self._time.now(),
                    error_message="Cancelled before it started.",
                )
                .returning(Job.id)
            )
        ).first()
        if row is not None:
            return JobStatus.CANCELLED
        status = (
            await self._session.execute(
                update(Job)
                .where(Job.id == job_id, Job.status == JobStatus.RUNNING)
                .values(cancel_requested_at=self._time.now())
                .returning(Job.status)
            )
        ).scalar_one_or_none()
        if status is None:
            status = (await self._session.execute(select(Job.status).where(Job.id == job_id))).scalar_one_or_none()
        return JobStatus(status) if status else None

    async def bring_back(self, job_id: UUID, *, reason: str) -> Job | None:
        """Put a job that failed or was cancelled back in its queue with fresh attempts; None when it is no such job.

        SameWorkActive when another unfinished job has its unique key. The caller has it pushed.
        """
        back = (
            update(Job)
            .where(Job.id == job_id, Job.status.in_(_GIVEN_UP))
            .values(
                status=JobStatus.QUEUED,
                attempt=0,
                progress=0.0,
                phase=None,
                exhausted=False,
                suspect=0,
                pushed_at=None,
                finished_at=None,
                cancel_requested_at=None,
                run_at=self._time.now(),
                turn=turn_again(self._time, is_postgres=self._is_postgres),
                waiting_for=reason,
            )
            .returning(Job)
        )
        try:
            async with self._session.begin_nested():
                return (await self._session.execute(back)).scalar_one_or_none()
        except IntegrityError as error:
            raise SameWorkActive from error

    async def waiting(self) -> dict[Queue, int]:
        """Count the due jobs that the engine was told of, by the queue in which their messages lie."""
        lane = lane_of()
        rows = await self._session.execute(
            select(lane, func.count())
            .where(IS_QUEUED, Job.run_at <= self._time.now(), Job.pushed_at.is_not(None), _NOT_PAUSED)
            .group_by(lane)
        )
        return {Queue(row[0]): row[1] for row in rows}

    async def due(
        self, lost: Mapping[Queue, timedelta], *, on_its_way: timedelta = timedelta(0), limit: int = 500
    ) -> list[Job]:
        """List due jobs that should be in the engine's queue and may not be, rescued ones first.

        Those never pushed, new ones once they have been due for `on_its_way`; and on the queues in `lost` those
        pushed longer ago than it says. None of a paused queue: they are pushed when it is resumed.
        """
        missed = or_(Job.run_at <= self._time.after(-on_its_way), Job.attempt > 0, Job.rescued)
        missing: list[ColumnElement[bool]] = [and_(Job.pushed_at.is_(None), missed)]
        for queue, age in lost.items():
            missing.append(and_(lane_of() == queue, Job.pushed_at <= self._time.after(-age)))
        query = (
            select(Job)
            .where(IS_QUEUED, Job.run_at <= self._time.now(), or_(*missing), _NOT_PAUSED)
            .order_by(Job.rescued.desc(), Job.run_at, Job.id)
            .limit(limit)
        )
        return list((await self._session.execute(query)).scalars())

    async def push_again(self, queue: Queue) -> list[Job]:
        """Take it that the engine knows nothing of a queue's waiting jobs; return the first, to be pushed now."""
        await self._session.execute(
            update(Job)
            .where(Job.queue == queue, Job.status == JobStatus.QUEUED, Job.pushed_at.is_not(None))
            .values(pushed_at=None)
            .execution_options(synchronize_session=False)
        )
        first = (
            select(Job)
            .where(Job.queue == queue, Job.status == JobStatus.QUEUED, Job.run_at <= self._time.now())
            .order_by(Job.turn, Job.id)
            .limit(_PUSHED_AT_ONCE)
        )
        return list((await self._session.execute(first)).scalars())

    async def mark_pushed(self, pushed: Sequence[tuple[UUID, int]]) -> None:
        """Note that the engine has been told of rows, each as it was then: its id and its epoch.

        One that was claimed and came back meanwhile is another matter: of that the engine knows nothing.
        """
        by_epoch = itemgetter(1)
        for epoch, rows in groupby(sorted(pushed, key=by_epoch), key=by_epoch):
            await self._session.execute(
                self._built.mark_pushed, {"the_jobs": [job_id for job_id, _ in rows], "the_epoch": epoch}
            )

    def _ours(self, claim: Claim) -> ColumnElement[bool]:
        return (Job.id == claim.job_id) & (Job.epoch == claim.epoch) & (Job.status == JobStatus.RUNNING)

    async def _end(self, claim: Claim, **values: Any) -> bool:
        values = {"error_code": None, "error_message": None, "error_details": None} | values
        done = await self._session.execute(
            update(Job)
            .where(self._ours(claim))
            .values(finished_at=self._time.now(), lease_until=None, **values)
            .returning(Job.id)
        )
        return done.first() is not None

    async def _requeue(self, claim: Claim, *, delay: timedelta, **values: Any) -> bool:
        done = await self._session.execute(
            update(Job)
            .where(self._ours(claim), Job.cancel_requested_at.is_(None))
            .values(
                status=JobStatus.QUEUED,
                lease_until=None,
                worker_id=None,
                pushed_at=None,
                run_at=self._time.after(delay),
                **({"turn": turn_after(self._time, delay), "suspect": 0} | values),
            )
            .returning(Job.id)
        )
        return done.first() is not None


_NOT_PAUSED = ~exists().where(QueueState.queue == Job.queue, QueueState.is_paused)


def lane_of() -> ColumnElement[str]:
    """Name the queue that a row's message lies in: those that need a GPU are announced to GPU workers alone."""
    return case((Job.gpu_required, literal_column(f"'{Queue.GPU_AI}'")), else_=Job.queue)


def _named(claim: Claim) -> dict[str, UUID | int]:
    return {"the_job": claim.job_id, "the_epoch": claim.epoch}
