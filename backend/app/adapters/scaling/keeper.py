"""What one process keeps of scaling: the driver, when it looks next, and the look that is under way."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from app.adapters.scaling.plain import NoScaling
from app.adapters.scaling.port import ScalingDriver


@dataclass(slots=True)
class Scaling:
    """Held by the Container. A slow driver is asked beside the scheduler's other chores, one look at a time."""

    driver: ScalingDriver = field(default_factory=NoScaling)
    _next: float = 0.0
    _looking: "asyncio.Task[Any] | None" = None

    def is_due(self, now: float, every: float) -> bool:
        """Say whether it is time to look, in seconds of the monotonic clock; if so, the next time is set."""
        if now < self._next or (self._looking is not None and not self._looking.done()):
            return False
        self._next = now + every
        return True

    def begin(self, look: Coroutine[Any, Any, Any]) -> None:
        """Look in the background."""
        self._looking = asyncio.create_task(look)

    async def finished(self) -> None:
        """Wait for the look that is under way."""
        if self._looking is not None:
            await asyncio.gather(self._looking, return_exceptions=True)

    async def close(self) -> None:
        """Stop looking, and let the driver go."""
        if self._looking is not None:
            self._looking.cancel()
            await self.finished()
        await self.driver.close()
