"""Whose turn it is: one number per job, the smallest first, that holds rescue, priority, fairness and age."""

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Uuid, bindparam, func, literal, literal_column, select

from app.adapters.db.engine import DatabaseTime
from app.models.job import Job

# Before every other: what was begun once has waited before.
HEAD = -(1 << 62)
# Milliseconds; more than five centuries, so that no wait ever lifts a job into another priority's band.
BAND = 1 << 44
# How far apart the turns of one project's or one user's jobs lie: who has thousands waiting lets others between them.
SPACING = 60_000

# Said as text, so that the planner may use the indexes over queued rows.
IS_QUEUED = literal_column("jobs.status") == literal_column("'queued'")


def floor_of(priority: int) -> int:
    """Give where a priority's band begins, in milliseconds."""
    return -priority * BAND


def next_turn(time: DatabaseTime, *, is_postgres: bool) -> ColumnElement[int]:
    """Build the turn of a new job: now, or after the last one of its project or its user that is due and waits.

    Takes `the_floor`, `the_project` and `the_user`. This is start-time fair queueing: a flow's own backlog delays
    the flow, and nobody else.
    """
    floor = bindparam("the_floor", type_=BigInteger())
    now = time.milliseconds() + floor
    last = [
        func.coalesce(_last(time, owner, bindparam(name, type_=Uuid()), floor) + SPACING, literal(HEAD, BigInteger()))
        for owner, name in (("project_id", "the_project"), ("user_id", "the_user"))
    ]
    return (func.greatest if is_postgres else func.max)(now, *last, type_=BigInteger())


def _last(time: DatabaseTime, owner: str, wanted: Any, floor: ColumnElement[int]) -> ColumnElement[int]:
    other = Job.metadata.tables[Job.__tablename__].alias("other")
    return (
        select(func.max(other.c.turn))
        .where(
            other.c[owner] == wanted,
            literal_column("other.status") == literal_column("'queued'"),
            other.c.turn >= floor,
            other.c.turn < floor + literal(BAND, BigInteger()),
            # One that is planned for next week does not push today's there.
            other.c.run_at <= time.now(),
        )
        .scalar_subquery()
    )


def turn_after(time: DatabaseTime, delay: timedelta) -> ColumnElement[int]:
    """Build the turn of a job that comes back after a while: behind those of its priority that are due by then."""
    milliseconds = round(delay.total_seconds() * 1000)
    return time.milliseconds() + literal(milliseconds, BigInteger()) - Job.priority * literal(BAND, BigInteger())
