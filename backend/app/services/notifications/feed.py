"""The recorded events in order, without gaps, as far as one person may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from app.adapters.db.locks import wait_for_writers
from app.adapters.scope import Scope
from app.models.event import EventRecord
from app.models.project import Project
from app.schemas.events import LiveEvent
from app.services.projects.access import sees

# One read's share: a client far behind catches up in steps, and no step holds the database for long.
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Start:
    """Where a stream begins. `is_reset`: events may have been missed, so everything should be read anew."""

    position: int
    is_reset: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Visible events up to `position`; `more` says that there is more to read at once."""

    events: list[LiveEvent]
    position: int
    more: bool


class EventFeed:
    """Reads events for the scope's actor."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given read-only scope."""
        self._scope = scope
        self._session = scope.session

    async def start(self, last_event_id: str | None) -> Start:
        """Find where to begin: after the last event seen, at the end for a new client or a place that is gone."""
        if last_event_id is None:
            await self._wait_for_writers()
        oldest, newest = (
            await self._session.execute(
                select(func.coalesce(func.min(EventRecord.seq), 1), func.coalesce(func.max(EventRecord.seq), 0))
            )
        ).one()
        if last_event_id is None:
            return Start(newest, is_reset=False)
        seen = _number(last_event_id)
        is_known = seen == newest or oldest - 1 <= seen <= newest
        return Start(seen, is_reset=False) if is_known else Start(newest, is_reset=True)

    async def read(self, after: int) -> Batch:
        """Read the next events. Rows behind a number that is still being written wait for it."""
        numbers = await self._numbers(after)
        if numbers and numbers[0] != after + 1:
            # Whoever was given the missing number commits or gives up now; then it is there or never will be.
            await self._wait_for_writers()
            numbers = await self._numbers(after)
            safe = numbers
        else:
            safe = _unbroken(numbers)
        if not safe:
            return Batch([], after, more=False)
        return Batch(await self._visible(after, safe[-1]), safe[-1], more=len(safe) < len(numbers) or _is_full(safe))

    async def _numbers(self, after: int) -> Sequence[int]:
        rows = select(EventRecord.seq).where(EventRecord.seq > after).order_by(EventRecord.seq).limit(_MOST_AT_ONCE)
        return (await self._session.execute(rows)).scalars().all()

    async def _visible(self, after: int, upto: int) -> list[LiveEvent]:
        actor = self._scope.actor
        projects = select(Project.id).where(Project.deleted_at.is_(None), sees(actor))
        rows = await self._session.execute(
            select(EventRecord)
            .where(
                EventRecord.seq > after,
                EventRecord.seq <= upto,
                or_(EventRecord.user_id == actor.user_id, EventRecord.project_id.in_(projects)),
            )
            .order_by(EventRecord.seq)
        )
        return [_shown(row) for row in rows.scalars()]

    async def _wait_for_writers(self) -> None:
        await wait_for_writers(self._session, self._scope.container.database, EventRecord.__tablename__)


def _number(text: str) -> int:
    # Nineteen digits are more than the database can count: none of ours.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _unbroken(numbers: Sequence[int]) -> Sequence[int]:
    """Cut before the first missing number."""
    for index, number in enumerate(numbers):
        if number != numbers[0] + index:
            return numbers[:index]
    return numbers


def _is_full(numbers: Sequence[int]) -> bool:
    return len(numbers) == _MOST_AT_ONCE


def _shown(row: EventRecord) -> LiveEvent:
    return LiveEvent(
        id=row.seq, name=row.name, project_id=row.project_id, user_id=row.user_id, at=row.created_at, body=row.body
    )
