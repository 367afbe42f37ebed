"""Runs subscribers of published events inside the transaction, and writes the rows live clients read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from app.core.clock import Clock
from app.core.events import Event
from app.models.event import EventRecord

Subscriber = Callable[[Any, Any], Awaitable[None]]
Subscriptions = Mapping[type[Event], Sequence[Subscriber]]

_MOST_ROUNDS = 10


async def deliver(scope: Any, published: list[Event], subscriptions: Subscriptions) -> None:
    """Call each event's subscribers, who may publish more; a loop of events is a bug and ends as one."""
    done = 0
    for _ in range(_MOST_ROUNDS):
        fresh = published[done:]
        if not fresh:
            return
        done += len(fresh)
        for event in fresh:
            for subscriber in subscriptions.get(type(event), ()):
                await subscriber(scope, event)
    raise RuntimeError("events publish each other without end")


def record(event: Event, clock: Clock) -> EventRecord:
    """Turn an event into the row that is replayed to live clients."""
    return EventRecord(
        name=event.name,
        project_id=event.project_id,
        user_id=event.user_id,
        body=event.model_dump(mode="json", exclude={"project_id", "user_id"}),
        created_at=clock.now(),
    )
