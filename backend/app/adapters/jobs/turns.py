"""Whose turn it is: one number per job, the smallest first, that holds rescue, priority, fairness and age."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
)

from app.adapters.db.engine import DatabaseTime
from app.core.jobs import JobStatus
from app.models.job import Job

# Before every other: what was begun once has waited before.
HEAD = -(1 << 62)
# Milliseconds; more than five centuries, so that no wait ever lifts a job into another priority's band.
BAND = 1 << 44
# How far apart the turns of one project's or one user's jobs lie: who has thousands waiting lets others between them.
SPACING = 60_000

_JOBS = Job.metadata.tables[Job.__tablename__]
_OTHER = _JOBS.alias("other")
_OWNERS = ("project_id", "user_id")

# Said as text, so that the planner may use the indexes over queued rows.
IS_QUEUED = literal_column("jobs.status") == literal_column("'queued'")


def has_status(status: JobStatus) -> ColumnElement[bool]:
    """Ask for a status of rows that are found by their ids, so that PostgreSQL looks at nothing but those.

    What it knows of how many wait or run is always old. It takes the index over them for one row long, and reads all
    of it, ten thousand in a rush, for every id: this condition it cannot match with an index.
    """
    return literal_column("jobs.status || ''") == literal_column(f"'{status}'")


def floor_of(priority: int) -> int:
    """Give where a priority's band begins, in milliseconds."""
    return -priority * BAND


def next_turn(time: DatabaseTime, *, is_postgres: bool) -> ColumnElement[int]:
    """Build the turn of a new job: now, or after the last one of its project or its user that waits in its queue.

    Takes `the_lane` (its queue), `the_floor`, `the_project` and `the_user`. This is start-time fair queueing: a flow's
    own backlog delays the flow, and nobody else.
    """
    owners = {name: bindparam(f"the_{name.removesuffix('_id')}", type_=Uuid()) for name in _OWNERS}
    floor = bindparam("the_floor", type_=BigInteger())
    return _behind_its_own(time, bindparam("the_lane", type_=String()), floor, owners, is_postgres=is_postgres)


def turn_again(time: DatabaseTime, *, is_postgres: bool) -> ColumnElement[int]:
    """Build the turn of a job that starts afresh, as that of a new one: many brought back at once are spaced too."""
    owners = {name: _JOBS.c[name] for name in _OWNERS}
    floor = -_JOBS.c.priority * literal(BAND, BigInteger())
    return _behind_its_own(time, _JOBS.c.queue, floor, owners, is_postgres=is_postgres)


def _behind_its_own(
    time: DatabaseTime, lane: Any, floor: ColumnElement[int], owners: Mapping[str, Any], *, is_postgres: bool
) -> ColumnElement[int]:
    head = literal(HEAD, BigInteger())
    last = [
        func.coalesce(_last(time, and_(_OTHER.c[name] == owner, _OTHER.c.queue == lane), floor) + SPACING, head)
        for name, owner in owners.items()
    ]
    return (func.greatest if is_postgres else func.max)(time.milliseconds() + floor, *last, type_=BigInteger())


def _last(time: DatabaseTime, theirs: ColumnElement[bool], floor: ColumnElement[int]) -> ColumnElement[int]:
    return (
        select(func.max(_OTHER.c.turn))
        .where(
            theirs,
            literal_column("other.status") == literal_column("'queued'"),
            _OTHER.c.turn >= floor,
            _OTHER.c.turn < floor + literal(BAND, BigInteger()),
            # One that is planned for next week does not push today's there.
            _OTHER.c.run_at <= time.now(),
        )
        .correlate(_JOBS)
        .scalar_subquery()
    )


def turn_kept(time: DatabaseTime, delay: timedelta) -> ColumnElement[int]:
    """Build the turn of a job that is tried again: the one it had, so that what came later stays behind it."""
    due = turn_after(time, delay)
    return case((Job.turn < due, Job.turn), else_=due)


def turn_after(time: DatabaseTime, delay: timedelta) -> ColumnElement[int]:
    """Build the turn of a job that comes back after a while: behind those of its priority that are due by then."""
    milliseconds = round(delay.total_seconds() * 1000)
    return time.milliseconds() + literal(milliseconds, BigInteger()) - Job.priority * literal(BAND, BigInteger())
