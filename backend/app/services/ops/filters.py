"""What administrators narrow lists to: queues by name or alias, moments, and the jobs of a span of time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.core.errors import NotFound
from app.core.jobs import Queue
from app.schemas.jobs import KNOWN_QUEUES

# Ids are made by many machines, whose clocks differ a little.
_CLOCKS_DIFFER = timedelta(seconds=60)
_LARGEST_MOMENT = (1 << 48) - 1


def queue_named(name: str) -> Queue:
    """Resolve a queue or an alias; NotFound names those there are."""
    try:
        return Queue.named(name)
    except ValueError as error:
        raise NotFound(f"There is no such queue. Use one of {KNOWN_QUEUES}.", queue=name[:60]) from error


def first_id(moment: datetime) -> UUID:
    """Give the smallest id that a job staged at a moment can have: ids are ordered by time."""
    milliseconds = int((moment - _CLOCKS_DIFFER - _EPOCH) / timedelta(milliseconds=1))
    return UUID(int=min(max(milliseconds, 0), _LARGEST_MOMENT) << 80)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
