"""Notes in the rows that the engine was told of them: for many at once, a moment later. Losing a note is harmless."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from app.adapters.container import Container

log = structlog.get_logger(__name__)

# Most jobs have begun by then, need no note any more, and were not kept waiting for the database by one.
LATER = timedelta(milliseconds=200)


@dataclass(slots=True)
class PushMarks:
    """One process's notes. Without `after` each is written at once."""

    after: timedelta = timedelta(0)
    _waiting: list[tuple[UUID, int]] = field(default_factory=list)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _writer: "asyncio.Task[None] | None" = None

    async def note(self, container: "Container", pushed: Sequence[tuple[UUID, int]]) -> None:
        """Note that these rows (id and epoch) were pushed. A database that does not answer costs a log line only."""
        if not self.after:
            await _write(container, pushed)
            return
        self._waiting += pushed
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_later(container))

    async def close(self) -> None:
        """Write what waits."""
        self._closing.set()
        if self._writer is not None:
            await self._writer

    async def _write_later(self, container: "Container") -> None:
        while self._waiting:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self.after.total_seconds())
            pushed, self._waiting = self._waiting, []
            await _write(container, pushed)


async def _write(container: "Container", pushed: Sequence[tuple[UUID, int]]) -> None:
    try:
        async with container.scope() as scope:
            await scope.ledger.mark_pushed(pushed)
    except (SQLAlchemyError, OSError) as error:
        # The sweep pushes them once more; whoever is told twice finds the job taken.
        log.warning("jobs.mark_failed", error=type(error).__name__, jobs=len(pushed))
