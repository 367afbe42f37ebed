"""The ledger's statements that every job needs, built once a process: building one costs more than running it."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from sqlalchemy import Executable, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.db.engine import DatabaseTime
from app.core.jobs import JobStatus
from app.models.job import Job

# The table itself: its rows belong to no session here, so nothing in one has to be kept in step.
_TABLE = Job.metadata.tables[Job.__tablename__]
_JOBS = _TABLE.c
LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class LedgerStatements:
    """What to execute, and with which parameters.

    `insert` takes columns, `insert_for_later` also `run_at`; the others take `the_job`, with `the_worker` for
    `claim` and `the_epoch` for those that need a claim.
    """

    insert: Executable
    insert_for_later: Executable
    claim: Executable
    holds: Executable
    finish: Executable


@lru_cache(maxsize=8)
def statements_for(time: DatabaseTime, *, is_postgres: bool) -> LedgerStatements:
    """Build them for one database."""
    add = (postgres_insert if is_postgres else sqlite_insert)(Job)
    job = _JOBS.id == bindparam("the_job", type_=Uuid())
    ours = job & (_JOBS.epoch == bindparam("the_epoch")) & (_JOBS.status == JobStatus.RUNNING)
    return LedgerStatements(
        # By the clock that `claim` asks: a server whose own is ahead would stage jobs that nobody may take yet.
        insert=add.values(run_at=time.now()).on_conflict_do_nothing().returning(Job),
        insert_for_later=add.on_conflict_do_nothing().returning(Job),
        claim=update(_TABLE)
        .where(job, _JOBS.status == JobStatus.QUEUED, _JOBS.run_at <= time.now())
        .values(
            status=JobStatus.RUNNING,
            epoch=_JOBS.epoch + 1,
            attempt=_JOBS.attempt + 1,
            worker_id=bindparam("the_worker"),
            lease_until=time.after(LEASE),
            started_at=time.now(),
            waiting_for=None,
            rescued=False,
        )
        .returning(
            _JOBS.id,
            _JOBS.epoch,
            _JOBS.attempt,
            _JOBS.max_attempts,
            _JOBS.kind,
            _JOBS.payload,
            _JOBS.correlation_id,
            _JOBS.project_id,
            _JOBS.user_id,
        ),
        holds=select(_JOBS.id).where(ours).with_for_update(),
        finish=update(_TABLE)
        .where(ours)
        .values(
            status=JobStatus.SUCCESS,
            progress=1.0,
            phase="done",
            finished_at=time.now(),
            lease_until=None,
            error_code=None,
            error_message=None,
            error_details=None,
        )
        .returning(_JOBS.id),
    )
