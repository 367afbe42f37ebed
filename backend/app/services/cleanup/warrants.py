"""Warrants as rows: written by a plan, taken by one job, their items' outcomes, the closing report."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.hashing import canonical_json, sha256_hex
from app.core.jobs import JobStatus
from app.models.cleanup import Warrant, WarrantItem
from app.models.job import Job
from app.services.cleanup.errors import WarrantNotFound, WarrantUnfit
from app.services.cleanup.items import Item, Task

_AT_ONCE = 200
_LONGEST_REASON = 300
_MORE = "One run takes CLEANUP_BATCH things at most: there may be more, which the next run takes."


def digest_of(task: str, items: Sequence[Item]) -> str:
    """Hash a plan: the task, and every item in order with its proof."""
    listed = [[each.kind, each.target, dict(each.proof), each.bytes] for each in items]
    return sha256_hex(canonical_json([task, listed]))


async def write_plan(scope: Scope, task: type[Task], items: Sequence[Item], *, job_id: UUID, execute: bool) -> Warrant:
    """Write a plan down, `executing` when this job goes on with it."""
    now, is_full = scope.clock.now(), len(items) >= scope.settings.cleanup.batch
    warrant = Warrant(
        id=scope.ids.new(),
        task=task.name,
        note=_MORE if is_full else task.note,
        status="executing" if execute else "planned",
        digest=digest_of(task.name, items),
        planned_by=scope.actor.user_id,
        plan_job_id=job_id,
        execute_job_id=job_id if execute else None,
        items=len(items),
        bytes=sum(each.bytes for each in items),
        planned_at=now,
        expires_at=now + timedelta(hours=scope.settings.cleanup.warrant_hours),
    )
    scope.session.add(warrant)
    await scope.session.flush()
    rows = [
        {
            "warrant_id": warrant.id,
            "position": position,
            "kind": each.kind,
            "target": each.target,
            "proof": dict(each.proof),
            "bytes": each.bytes,
            "outcome": "pending",
        }
        for position, each in enumerate(items)
    ]
    for first in range(0, len(rows), _AT_ONCE):
        await scope.session.execute(insert(WarrantItem), rows[first : first + _AT_ONCE])
    return warrant


async def planned_by_job(scope: Scope, job_id: UUID) -> Warrant | None:
    """Find the plan that an earlier attempt of this job has written."""
    found = await scope.session.execute(select(Warrant).where(Warrant.plan_job_id == job_id).limit(1))
    return found.scalar_one_or_none()


async def take(scope: Scope, warrant_id: UUID, *, task: str, job_id: UUID) -> Warrant:
    """Take a plan for execution, by compare-and-set; go on with one that this job, or one that ended, had taken.

    WarrantUnfit when it is another task's, expired, executed, or at work elsewhere. Locks: the warrant's row.
    """
    query = select(Warrant).where(Warrant.id == warrant_id).with_for_update()
    warrant = (await scope.session.execute(query)).scalar_one_or_none()
    if warrant is None:
        raise WarrantNotFound
    if warrant.task != task:
        raise WarrantUnfit(f"This warrant is for {warrant.task}, not for {task}. Plan {task} with a dry run.")
    if warrant.status == "executed" and warrant.execute_job_id == job_id:
        return warrant  # This job was killed just before it ended.
    if warrant.status == "executed":
        raise WarrantUnfit("This warrant was executed already. Plan again with a dry run.")
    if warrant.execute_job_id != job_id and warrant.expires_at <= scope.clock.now():
        raise WarrantUnfit("This warrant has expired: much may have changed since. Plan again with a dry run.")
    if warrant.status == "executing" and warrant.execute_job_id != job_id and await _at_work(scope, warrant):
        raise WarrantUnfit("This warrant is being executed by another job. Look at that job.")
    if warrant.digest != await _digest_now(scope, warrant):
        raise WarrantUnfit("This warrant was changed after it was planned. Plan again with a dry run.")
    warrant.status, warrant.execute_job_id = "executing", job_id
    return warrant


async def pending(scope: Scope, warrant_id: UUID) -> list[tuple[int, Item]]:
    """List what is still to be done, in order."""
    rows = await scope.session.execute(
        select(WarrantItem)
        .where(WarrantItem.warrant_id == warrant_id, WarrantItem.outcome == "pending")
        .order_by(WarrantItem.position)
    )
    return [(row.position, _item(row)) for row in rows.scalars()]


async def record_outcome(
    scope: Scope, warrant_id: UUID, position: int, outcome: str, *, reason: str | None = None, freed: int = 0
) -> None:
    """Write what became of one item, once; the warrant's counts follow in the same transaction."""
    done = await scope.session.execute(
        update(WarrantItem)
        .where(
            WarrantItem.warrant_id == warrant_id,
            WarrantItem.position == position,
            WarrantItem.outcome == "pending",
        )
        .values(outcome=outcome, reason=reason[:_LONGEST_REASON] if reason else None, done_at=scope.clock.now())
        .returning(WarrantItem.position)
    )
    if done.first() is None:
        return
    counted = {"deleted": Warrant.deleted, "spared": Warrant.spared, "failed": Warrant.failed}[outcome]
    await scope.session.execute(
        update(Warrant)
        .where(Warrant.id == warrant_id)
        .values({counted: counted + 1, Warrant.freed_bytes: Warrant.freed_bytes + freed})
    )


async def close(scope: Scope, warrant_id: UUID) -> Warrant:
    """End an execution, and leave one record of what it did; one that has ended is only read."""
    closed = await scope.session.execute(
        update(Warrant)
        .where(Warrant.id == warrant_id, Warrant.status == "executing")
        .values(status="executed", executed_at=scope.clock.now())
        .returning(Warrant.id)
    )
    has_closed = closed.first() is not None
    warrant = (await scope.session.execute(select(Warrant).where(Warrant.id == warrant_id))).scalar_one()
    if has_closed and warrant.items:
        scope.record(
            Effect(
                "warrant.executed",
                "warrant",
                str(warrant.id),
                after={"task": warrant.task, "digest": warrant.digest, **report_of(warrant)},
                approval=warrant.digest,
            )
        )
    return warrant


def report_of(warrant: Warrant) -> Mapping[str, int]:
    """Count what became of a plan."""
    return {
        "items": warrant.items,
        "deleted": warrant.deleted,
        "spared": warrant.spared,
        "failed": warrant.failed,
        "freed_bytes": warrant.freed_bytes,
    }


def status_at(warrant: Warrant, now: datetime) -> str:
    """Say in which state a warrant is: a plan that nobody executed in time has expired."""
    return "expired" if warrant.status == "planned" and warrant.expires_at <= now else warrant.status


async def latest_by_task(scope: Scope) -> dict[str, Warrant]:
    """Find every task's newest warrant."""
    newest = select(Warrant.task, func.max(Warrant.planned_at).label("at")).group_by(Warrant.task).subquery()
    rows = await scope.session.execute(
        select(Warrant)
        .join(newest, (Warrant.task == newest.c.task) & (Warrant.planned_at == newest.c.at))
        .order_by(Warrant.id)
    )
    return {warrant.task: warrant for warrant in rows.scalars()}


async def _at_work(scope: Scope, warrant: Warrant) -> bool:
    status: Any = await scope.session.scalar(select(Job.status).where(Job.id == warrant.execute_job_id))
    return status is not None and not JobStatus(status).is_final


async def _digest_now(scope: Scope, warrant: Warrant) -> str:
    rows = await scope.session.execute(
        select(WarrantItem).where(WarrantItem.warrant_id == warrant.id).order_by(WarrantItem.position)
    )
    return digest_of(warrant.task, [_item(row) for row in rows.scalars()])


def _item(row: WarrantItem) -> Item:
    return Item(kind=row.kind, target=row.target, proof=row.proof, bytes=row.bytes)
