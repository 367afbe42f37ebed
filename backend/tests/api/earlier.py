"""A past that a journey at a standstill has not had."""

from datetime import timedelta

from sqlalchemy import select

from app.adapters.container import Container
from app.core.jobs import Queue
from app.models.autoscaler import AutoscalerSample


async def record_earlier_look(container: Container) -> None:
    """Record of AI's queue that it was the same half a minute ago: a replay needs two looks."""
    async with container.scope() as scope:
        query = select(AutoscalerSample).where(AutoscalerSample.queue == Queue.AI.value)
        last = (await scope.session.execute(query)).scalars().one()
        names = [column.name for column in AutoscalerSample.__table__.columns if column.name not in ("id", "at")]
        before = {name: getattr(last, name) for name in names}
        scope.session.add(AutoscalerSample(at=last.at - timedelta(seconds=30), **before))
