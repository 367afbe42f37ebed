"""What the scheduler's leader does from time to time: chores of seconds, and stored schedules of minutes and longer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.jobs.cron import next_run
from app.core.errors import AppError
from app.core.jobs import JobPayload
from app.models.base import UtcDateTime
from app.models.job import StoredSchedule

if TYPE_CHECKING:
    from app.adapters.container import Container
    from app.adapters.scope import Scope

log = structlog.get_logger(__name__)

# A moment of the last run that lies this far ahead was written by a clock that was wrong.
_IMPLAUSIBLE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A chore and how often the leader does it. A chore is short: it stages jobs, it does not do them."""

    name: str
    every: timedelta
    run: Callable[["Container"], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """A job and when it is staged: five cron fields in UTC. Stored on first sight; the stored line counts from then."""

    name: str
    cron: str
    description: str
    payload: Callable[[], JobPayload]


@dataclass(slots=True)
class CronChore:
    """Stages what is due, once for all instances: the row's `next_run_at` moves in the transaction that stages the job.

    However many runs were missed, one is made up for. A clock that jumps back runs nothing twice: what was due stays
    moved on. One that jumps ahead runs what is due by it once, early.
    """

    schedules: Sequence[CronSchedule]
    _is_stored: bool = field(default=False)

    async def __call__(self, container: "Container") -> int:
        """Look once; return how many jobs were staged."""
        if not self._is_stored:
            await store(container, self.schedules)
            self._is_stored = True
        known = {each.name: each for each in self.schedules}
        async with container.scope(read_only=True) as scope:
            now = await database_now(scope)
            rows = await scope.session.execute(
                select(StoredSchedule).where(
                    StoredSchedule.is_enabled,
                    (StoredSchedule.next_run_at <= now) | (StoredSchedule.last_run_at > now + _IMPLAUSIBLE),
                )
            )
            due = [row for row in rows.scalars() if row.name in known]
        staged = 0
        for row in due:
            try:
                staged += await _fire(container, row, known[row.name])
            except AppError as error:  # A line that somebody wrote past the API must not stop the others.
                log.warning("schedule.not_fired", schedule=row.name, code=error.code, error=error.message)
        return staged


async def store(container: "Container", schedules: Sequence[CronSchedule]) -> None:
    """Write schedules that are new; of the others only what they are described as is refreshed."""
    insert = postgres_insert if container.database.is_postgres else sqlite_insert
    async with container.scope() as scope:
        now = await database_now(scope)
        for each in schedules:
            fresh = insert(StoredSchedule).values(
                name=each.name,
                cron=each.cron,
                description=each.description,
                is_enabled=True,
                next_run_at=next_run(each.cron, now),
                updated_at=now,
            )
            await scope.session.execute(
                fresh.on_conflict_do_update(
                    index_elements=[StoredSchedule.name], set_={"description": fresh.excluded.description}
                )
            )


async def database_now(scope: "Scope") -> datetime:
    """Read the clock that all instances share."""
    moment: datetime = (
        await scope.session.execute(select(type_coerce(scope.container.database.time.now(), UtcDateTime())))
    ).scalar_one()
    return moment


async def _fire(container: "Container", row: StoredSchedule, schedule: CronSchedule) -> int:
    async with container.scope() as scope:
        now = await database_now(scope)
        is_due = row.next_run_at <= now
        moved = update(StoredSchedule).where(
            StoredSchedule.name == row.name,
            StoredSchedule.next_run_at == row.next_run_at,
            StoredSchedule.cron == row.cron,
            StoredSchedule.is_enabled,
        )
        taken = await scope.session.execute(
            moved.values(next_run_at=next_run(row.cron, now), last_run_at=now).returning(StoredSchedule.name)
        )
        if taken.first() is None or not is_due:
            return 0
        job = await scope.stage(schedule.payload())
        await scope.session.execute(
            update(StoredSchedule).where(StoredSchedule.name == row.name).values(last_job_id=job.id)
        )
    log.info("schedule.fired", schedule=row.name, job_id=str(job.id))
    return 1
