"""One limit of time over a whole build (R001-172 to R001-177), measured from its start on a clock that never jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from app.core.clock import Clock

_LEAST = timedelta(milliseconds=1)


@dataclass(slots=True)
class Deadline:
    """When a build must be over; `seconds` is all the time that it has."""

    clock: Clock
    seconds: float
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock.monotonic()

    @property
    def left(self) -> timedelta:
        """What is left of it, more than nothing."""
        return max(_LEAST, timedelta(seconds=self._began + self.seconds - self.clock.monotonic()))

    @property
    def at(self) -> float:
        """The moment on the monotonic clock."""
        return self._began + self.seconds

    @asynccontextmanager
    async def over_all(self) -> AsyncIterator[None]:
        """TimeoutError out of the block when the time is up."""
        async with asyncio.timeout(self.left.total_seconds()):
            yield
