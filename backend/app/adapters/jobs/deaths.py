"""The part of the ledger that brings back the jobs of dead workers, and finds out which of them kills.

A job is charged an attempt only where its worker died with it alone. Of several that ran together each becomes a
suspect, at no cost: `suspect` says in how large a company it may run next. Companies shrink until the killer is alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, update

from app.adapters.jobs.batches import Batches
from app.adapters.jobs.turns import HEAD
from app.core.jobs import JobStatus
from app.models.job import Job

# Of so many that died together so many times fewer may run together next.
_SHRINKS_BY = 4


class Deaths(Batches):
    """What becomes of jobs whose worker is gone."""

    async def dead(self, *, worker_id: str | None = None, limit: int = 100) -> Sequence[UUID]:
        """List running jobs whose lease ran out, or every job of a worker known to have died."""
        return (await self._session.execute(self._dead(worker_id).limit(limit))).scalars().all()

    async def rescue(
        self, *, worker_id: str | None = None, only: UUID | None = None, limit: int = 100
    ) -> tuple[int, list[Job]]:
        """Bring back jobs of dead workers: expired leases, or every job of a worker known to have died; or one of them.

        Jobs whose attempts are used up are returned in the list as failed (a poison job kills alone
        as often as it may be tried), those that were to stop as cancelled; the number counts those put back
        at the head of their queue.
        """
        dead = self._dead(worker_id).limit(limit)
        if only is not None:
            dead = dead.where(Job.id == only)
        ids = (await self._session.execute(dead.with_for_update(skip_locked=True))).scalars().all()
        if not ids:
            return 0, []
        count = 0
        for company, members in (await self._companies(ids)).items():
            count += await self._back(members, company)
        unwanted = await self._end_dead(
            ids,
            Job.cancel_requested_at.is_not(None),
            status=JobStatus.CANCELLED,
            error_message="Cancelled while it ran.",
        )
        spent = await self._end_dead(
            ids,
            status=JobStatus.FAILED,
            exhausted=True,
            error_code="INTERNAL",
            error_message="The worker died every time it ran this job.",
        )
        return count, [*unwanted, *spent]

    async def _companies(self, ids: Sequence[UUID]) -> dict[int, list[UUID]]:
        """Sort dead jobs by how many ran where they ran, and note for those that still count as running that some fell.

        Leases of one process may run out one after another: the last of them was not alone all the same.
        """
        theirs = select(Job.worker_id).where(Job.id.in_(ids))
        running = (
            select(Job.id, Job.worker_id, Job.suspect)
            .where(Job.status == JobStatus.RUNNING, or_(Job.id.in_(ids), Job.worker_id.in_(theirs)))
            .order_by(Job.id)
            .with_for_update(skip_locked=True)
        )
        rows = (await self._session.execute(running)).all()
        sizes = Counter(row.worker_id for row in rows)
        dead, companies = set(ids), dict[int, list[UUID]]()
        for row in rows:
            if row.id in dead:
                companies.setdefault(max(sizes[row.worker_id], -row.suspect), []).append(row.id)
        await self._note_survivors((row for row in rows if row.id not in dead), sizes)
        return companies

    async def _note_survivors(self, rows: Iterable[Any], sizes: Counter[str]) -> None:
        for row in rows:
            if -row.suspect < sizes[row.worker_id]:
                await self._session.execute(
                    update(Job)
                    .where(Job.id == row.id)
                    .values(suspect=-sizes[row.worker_id])
                    .execution_options(synchronize_session=False)
                )

    async def _back(self, ids: Sequence[UUID], company: int) -> int:
        """Put jobs that died in one company back; whoever died alone has used up an attempt."""
        is_alone = company < 2
        back = await self._session.execute(
            update(Job)
            .where(
                Job.id.in_(ids),
                Job.cancel_requested_at.is_(None),
                *((Job.attempt < Job.max_attempts,) if is_alone else ()),
            )
            .values(
                status=JobStatus.QUEUED,
                lease_until=None,
                worker_id=None,
                pushed_at=None,
                rescued=True,
                turn=HEAD,
                epoch=Job.epoch + 1,
                attempt=Job.attempt if is_alone else Job.attempt - 1,
                suspect=max(1, company // _SHRINKS_BY),
                run_at=self._time.now(),
                waiting_for="worker died",
            )
            .returning(Job.id)
        )
        return len(back.all())

    async def _end_dead(self, ids: Sequence[UUID], *also: ColumnElement[bool], **values: Any) -> list[Job]:
        """End those of some jobs of dead workers that are still running."""
        ended = await self._session.execute(
            update(Job)
            .where(Job.id.in_(ids), Job.status == JobStatus.RUNNING, *also)
            .values(lease_until=None, epoch=Job.epoch + 1, finished_at=self._time.now(), **values)
            .returning(Job)
        )
        return list(ended.scalars())

    def _dead(self, worker_id: str | None) -> Select[UUID]:
        gone = Job.lease_until <= self._time.now() if worker_id is None else Job.worker_id == worker_id
        return select(Job.id).where(Job.status == JobStatus.RUNNING, gone).order_by(Job.id)
