"""The ledger's statements that every job needs, built once a process: building one costs more than running it."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Executable,
    Integer,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.db.engine import DatabaseTime
from app.adapters.jobs.turns import HEAD, IS_QUEUED, SPACING, has_status, next_turn
from app.core.jobs import JobStatus, Queue
from app.models.base import UtcDateTime
from app.models.job import Job, QueueState

# The table itself: its rows belong to no session here, so nothing in one has to be kept in step.
_TABLE = Job.metadata.tables[Job.__tablename__]
_JOBS = _TABLE.c
LEASE = timedelta(seconds=15)

# What differs between the jobs of one batch, with the types that PostgreSQL reads them as.
_BATCHED: dict[str, Any] = {
    "id": Uuid(),
    "kind": String(),
    "queue": String(),
    "payload": JSONB(),
    "payload_version": Integer(),
    "max_attempts": Integer(),
    "unique_key": String(),
    "priority": Integer(),
    "gpu_required": Boolean(),
}
_CLAIMED = (
    _JOBS.id,
    _JOBS.epoch,
    _JOBS.attempt,
    _JOBS.max_attempts,
    _JOBS.kind,
    _JOBS.payload,
    _JOBS.correlation_id,
    _JOBS.project_id,
    _JOBS.user_id,
    _JOBS.queue,
    _JOBS.trace_parent,
    _JOBS.suspect,
)


@dataclass(frozen=True, slots=True)
class LedgerStatements:
    """What to execute, and with which parameters.

    `insert` and `insert_many` take columns and what `next_turn` asks for, `insert_for_later` also `run_at`; those
    that need a claim take `the_job` and `the_epoch`, those for many `the_jobs` and `the_epoch`; `claim` takes
    `the_job` and `the_worker`; those that take whatever is next `the_queue`, `the_worker` and `at_most`.
    """

    insert: Executable
    insert_for_later: Executable
    insert_many: Executable
    claim: Executable
    take: "Take"
    take_with_gpu: "Take"
    take_gpu_lane: "Take"
    holds: Executable
    finish: Executable
    finish_many: Executable
    hand_back_many: Executable
    mark_pushed: Executable


@dataclass(frozen=True, slots=True)
class Take:
    """Claims what is next: `free` passes over rows that somebody works on, `any` waits for those."""

    free: Executable
    any: Executable


@lru_cache(maxsize=8)
def statements_for(time: DatabaseTime, *, is_postgres: bool) -> LedgerStatements:
    """Build them for one database."""
    add = (postgres_insert if is_postgres else sqlite_insert)(Job)
    turn = next_turn(time, is_postgres=is_postgres)
    job = _JOBS.id == bindparam("the_job", type_=Uuid())
    jobs = _among(is_postgres=is_postgres)
    still = (_JOBS.epoch == bindparam("the_epoch")) & has_status(JobStatus.RUNNING)
    named = _JOBS.queue == bindparam("the_queue", type_=String())
    lane = or_(
        _JOBS.queue == literal_column(f"'{Queue.GPU_AI}'"),
        and_(_JOBS.queue == literal_column(f"'{Queue.AI}'"), _JOBS.gpu_required),
    )
    return LedgerStatements(
        # By the clock that `claim` asks: a server whose own is ahead would stage jobs that nobody may take yet.
        insert=add.values(run_at=time.now(), turn=turn).on_conflict_do_nothing().returning(Job),
        insert_for_later=add.values(turn=turn).on_conflict_do_nothing().returning(Job),
        insert_many=_insert_many(time, turn, is_postgres=is_postgres),
        claim=_claim(time, and_(job, IS_QUEUED, _JOBS.run_at <= time.now(), _not_paused())),
        take=_take(time, and_(named, _JOBS.gpu_required == false())),
        take_with_gpu=_take(time, named),
        take_gpu_lane=_take(time, lane),
        holds=select(_JOBS.id).where(job & still).with_for_update(),
        finish=_finish(time, job & still),
        finish_many=_finish(time, jobs & still),
        hand_back_many=update(_TABLE)
        .where(jobs & still, _JOBS.cancel_requested_at.is_(None))
        .values(
            status=JobStatus.QUEUED,
            lease_until=None,
            worker_id=None,
            pushed_at=None,
            run_at=time.now(),
            attempt=_JOBS.attempt - 1,
            waiting_for="worker left",
            rescued=True,
            turn=HEAD,
        )
        .returning(_JOBS.id),
        mark_pushed=_mark_pushed(time, jobs),
    )


def _mark_pushed(time: DatabaseTime, jobs: ColumnElement[bool]) -> Any:
    """Note pushes, but never wait for a row that is being claimed: it needs no note any more."""
    told = (
        select(_JOBS.id)
        .where(jobs, _JOBS.epoch == bindparam("the_epoch"), has_status(JobStatus.QUEUED))
        .with_for_update(skip_locked=True)
        .cte("told")
    )
    return update(_TABLE).where(_JOBS.id.in_(select(told.c.id))).values(pushed_at=time.now())


def _among(*, is_postgres: bool) -> ColumnElement[bool]:
    """Ask for many ids in one parameter on PostgreSQL, so that the statement's text is the same for any number."""
    if is_postgres:
        return _JOBS.id == any_(bindparam("the_jobs", type_=ARRAY(Uuid())))
    return _JOBS.id.in_(bindparam("the_jobs", type_=Uuid(), expanding=True))


def _not_paused() -> ColumnElement[bool]:
    paused = select(1).where(QueueState.queue == _JOBS.queue, QueueState.is_paused).correlate(_TABLE)
    return ~exists(paused)


def _claim(time: DatabaseTime, which: ColumnElement[bool]) -> Any:
    return (
        update(_TABLE)
        .where(which)
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
        .returning(*_CLAIMED, _JOBS.turn)
    )


def _take(time: DatabaseTime, which: ColumnElement[bool]) -> Take:
    return Take(*(_take_first(time, which, skip_locked=skip_locked) for skip_locked in (True, False)))


def _take_first(time: DatabaseTime, which: ColumnElement[bool], *, skip_locked: bool) -> Any:
    first = (
        select(_JOBS.id)
        .where(which, IS_QUEUED, _JOBS.run_at <= time.now(), _not_paused())
        .order_by(_JOBS.turn, _JOBS.id)
        .limit(bindparam("at_most", type_=Integer()))
        .with_for_update(of=_TABLE, skip_locked=skip_locked)
        .cte("first")
    )
    return _claim(time, _JOBS.id.in_(select(first.c.id)))


def _finish(time: DatabaseTime, which: ColumnElement[bool]) -> Any:
    return (
        update(_TABLE)
        .where(which)
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
        .returning(_JOBS.id)
    )


def _insert_many(time: DatabaseTime, turn: ColumnElement[int], *, is_postgres: bool) -> Any:
    """Add a batch that travels as one JSON array, `the_rows`; `position` spaces the turns of one owner's jobs."""
    names = [*_BATCHED, "position"]
    if is_postgres:
        rows: Any = (
            func.jsonb_to_recordset(bindparam("the_rows", type_=JSONB()))
            .table_valued(*(column(name, _BATCHED.get(name, Integer())) for name in names), name="batch")
            .render_derived(with_types=True)
        )
        fields = {name: rows.c[name] for name in names}
    else:
        rows = func.json_each(bindparam("the_rows", type_=String())).table_valued("value", name="batch")
        fields = {name: func.json_extract(rows.c.value, f"$.{name}") for name in names}
    same: dict[str, Any] = {
        "correlation_id": bindparam("the_correlation", type_=String()),
        "trace_parent": bindparam("the_trace", type_=String()),
        "project_id": bindparam("the_project", type_=Uuid()),
        "user_id": bindparam("the_user", type_=Uuid()),
        "created_at": bindparam("the_moment", type_=UtcDateTime()),
        "run_at": time.now(),
        "status": literal_column("'queued'"),
        "progress": literal_column("0.0"),
        "attempt": literal_column("0"),
        "epoch": literal_column("0"),
        "rescued": false(),
        "exhausted": false(),
        "turn": turn + fields.pop("position") * bindparam("the_spacing", type_=Integer()),
    }
    values = {**fields, **same}
    source = select(*(value.label(f"new_{name}") for name, value in values.items())).where(
        # SQLite could take ON CONFLICT for a join's condition otherwise.
        literal(1) == literal(1)
    )
    add = (postgres_insert if is_postgres else sqlite_insert)(_TABLE)
    return add.from_select(list(values), source, include_defaults=False).on_conflict_do_nothing().returning(_JOBS.id)


__all__ = ["LEASE", "SPACING", "LedgerStatements", "statements_for"]
