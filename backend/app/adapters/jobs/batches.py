"""The part of the ledger that works on many jobs in one statement: what is next, what is done, what goes back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.db.engine import Database
from app.adapters.jobs.statements import statements_for
from app.adapters.jobs.turns import SPACING, floor_of
from app.adapters.telemetry.tracing import current_parent
from app.core.clock import Clock
from app.core.ids import IdSource
from app.core.jobs import JobPayload, Queue
from app.models.job import Job


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job until its lease ends; `epoch` fences every later write."""

    job_id: UUID
    epoch: int
    attempt: int
    max_attempts: int
    kind: str
    payload: dict[str, Any]
    correlation_id: str
    project_id: UUID | None
    user_id: UUID | None
    queue: str
    trace_parent: str | None
    # In how large a company it may run, because workers died with it; 0: in any.
    suspect: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a job, as clients will read it."""

    code: str
    message: str
    details: dict[str, Any]


def row_of(payload: JobPayload, job_id: UUID, *, gpu_queue: bool) -> dict[str, Any]:
    """Give the columns that a payload decides."""
    needs_gpu = payload.needs_gpu()
    queue = Queue.GPU_AI if needs_gpu and gpu_queue and payload.queue is Queue.AI else payload.queue
    return {
        "id": job_id,
        "kind": payload.kind,
        "queue": queue.value,
        "payload": payload.model_dump(mode="json"),
        "payload_version": payload.version,
        "max_attempts": payload.retry.attempts,
        "unique_key": payload.unique_key(),
        "priority": payload.priority,
        "gpu_required": needs_gpu,
    }


def named_in_database(queue: str, priority: int, *, project_id: UUID | None, user_id: UUID | None) -> dict[str, Any]:
    """Give what the turn of a new job is computed from."""
    return {"the_lane": queue, "the_floor": floor_of(priority), "the_project": project_id, "the_user": user_id}


class Batches:
    """Many jobs at once, inside one transaction."""

    def __init__(
        self, session: AsyncSession, database: Database, *, clock: Clock, ids: IdSource, gpu_queue: bool = False
    ) -> None:
        """Work inside the given session; commit is the scope's business."""
        self._session = session
        self._time = database.time
        self._built = statements_for(database.time, is_postgres=database.is_postgres)
        self._is_postgres = database.is_postgres
        self._clock = clock
        self._ids = ids
        self._gpu_queue = gpu_queue

    async def insert_many(
        self, payloads: Sequence[JobPayload], *, project_id: UUID | None, user_id: UUID | None, correlation_id: str
    ) -> list[Job]:
        """Add queued jobs, one statement for each queue and priority; return those that are new, in no session."""
        added: list[Job] = []
        every = [row_of(payload, self._ids.new(), gpu_queue=self._gpu_queue) for payload in payloads]
        by_lane = itemgetter("queue", "priority")
        for (queue, priority), group in groupby(sorted(every, key=by_lane), key=by_lane):
            rows = list(group)
            asked = {
                "the_rows": self._rows(rows),
                "the_correlation": correlation_id[:64],
                "the_moment": self._clock.now(),
                "the_trace": current_parent(),
                "the_spacing": SPACING if project_id or user_id else 0,
                **named_in_database(queue, priority, project_id=project_id, user_id=user_id),
            }
            new = set((await self._session.execute(self._built.insert_many, asked)).scalars())
            added += [
                Job(**row, correlation_id=correlation_id[:64], epoch=0, project_id=project_id, user_id=user_id)
                for row in rows
                if row["id"] in new
            ]
        return added

    def _rows(self, rows: Sequence[dict[str, Any]]) -> Any:
        """Write a batch's rows as JSON: as a value for PostgreSQL, as text for SQLite, whose ids have no dashes."""
        listed = [
            {**row, "id": str(row["id"]) if self._is_postgres else row["id"].hex, "position": position}
            for position, row in enumerate(rows)
        ]
        return listed if self._is_postgres else json.dumps(listed)

    async def take(self, queue: Queue, *, worker_id: str, at_most: int, is_gpu: bool) -> list[Claim]:
        """Claim what is next in a queue, first in turn first; none of a paused one. Counts the attempts.

        Fewer than `at_most` do not mean that there are no more: a row that somebody works on is passed over. None do.

        A worker without a GPU gets no job that needs one. One with a GPU finds in gpu_ai_jobs also those of ai_jobs
        that need it, for their messages are sent there.
        """
        statement = self._built.take
        if is_gpu:
            statement = self._built.take_gpu_lane if queue is Queue.GPU_AI else self._built.take_with_gpu
        asked: dict[str, Any] = {"the_worker": worker_id, "at_most": at_most}
        if statement is not self._built.take_gpu_lane:
            asked["the_queue"] = queue.value
        rows = list((await self._session.execute(statement.free, asked)).all())
        if not rows and self._is_postgres:
            # A row may be locked for a note of its push, and not for another's claim: its message must not be lost.
            # Two that wait for each other's rows while they hold some of their own would do so for ever.
            rows = list((await self._session.execute(statement.any, asked)).all())
        return [Claim(*row[:-1]) for row in sorted(rows, key=lambda row: (row[-1], row[0]))]

    async def finish_many(self, claims: Sequence[Claim]) -> set[UUID]:
        """End jobs well; return the ids of those that were still ours."""
        return await self._for_each_epoch(self._built.finish_many, claims)

    async def hand_back_many(self, claims: Sequence[Claim]) -> set[UUID]:
        """Return jobs that have not begun: at once, at the head, at no cost. Those to be cancelled stay."""
        return await self._for_each_epoch(self._built.hand_back_many, claims)

    async def _for_each_epoch(self, statement: Executable, claims: Sequence[Claim]) -> set[UUID]:
        done: set[UUID] = set()
        by_epoch = attrgetter("epoch")
        for epoch, group in groupby(sorted(claims, key=by_epoch), key=by_epoch):
            ids = sorted(claim.job_id for claim in group)
            done.update((await self._session.execute(statement, {"the_jobs": ids, "the_epoch": epoch})).scalars())
        return done
