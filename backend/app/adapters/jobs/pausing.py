"""Pausing queues: nobody claims from a paused one, its jobs wait, and they start at once when it is resumed."""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.jobs import Queue
from app.models.job import QueueState

if TYPE_CHECKING:
    from app.adapters.scope import Scope


async def set_paused(scope: "Scope", queue: Queue, *, paused: bool, reason: str | None) -> bool:
    """Pause or resume a queue; False when it was so already. Its jobs are pushed again when it is resumed."""
    before = await scope.session.execute(
        select(QueueState.is_paused).where(QueueState.queue == queue.value).with_for_update()
    )
    if bool(before.scalar_one_or_none()) is paused:
        return False
    values = {
        "is_paused": paused,
        "reason": reason[:300] if reason and paused else None,
        "changed_by": scope.actor.user_id,
        "changed_at": scope.clock.now(),
    }
    insert = postgres_insert if scope.container.database.is_postgres else sqlite_insert
    await scope.session.execute(
        insert(QueueState)
        .values(queue=queue.value, **values)
        .on_conflict_do_update(index_elements=[QueueState.queue], set_=values)
    )
    if not paused:
        scope.uow.staged += await scope.ledger.push_again(queue)
    return True


async def paused_queues(session: AsyncSession) -> dict[Queue, str | None]:
    """Name the queues that are paused, and why."""
    rows = await session.execute(select(QueueState.queue, QueueState.reason).where(QueueState.is_paused))
    return {Queue(queue): reason for queue, reason in rows}
