"""Carries git's many progress reports to the job's row, one short transaction a second at most."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.adapters.git.port import Progress
from app.core.jobs import JobContext

_APART_SECONDS = 1.0
# The rest belongs to what comes before git starts and after it ends.
_FROM, _TO = 0.05, 0.95


@dataclass(slots=True)
class _Latest:
    """What was reported last, and whether more will come."""

    fraction: float = 0.0
    phase: str = ""
    fresh: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def report(self, fraction: float, phase: str) -> None:
        """Remember; called by git's reader on the event loop."""
        self.fraction, self.phase = min(max(fraction, 0.0), 1.0), phase
        self.fresh.set()


@asynccontextmanager
async def relayed(ctx: JobContext) -> AsyncIterator[Progress]:
    """Give a function to report to; what is reported is written until the block ends."""
    latest = _Latest()
    task = asyncio.create_task(_relay(ctx, latest))
    try:
        yield latest.report
    finally:
        # The task is not cancelled: that could tear a transaction.
        latest.ended.set()
        latest.fresh.set()
        await task


async def _relay(ctx: JobContext, latest: _Latest) -> None:
    while not latest.ended.is_set():
        await latest.fresh.wait()
        if latest.ended.is_set():
            return
        latest.fresh.clear()
        await ctx.progress(_FROM + (_TO - _FROM) * latest.fraction, latest.phase)
        try:
            async with asyncio.timeout(_APART_SECONDS):
                await latest.ended.wait()
        except TimeoutError:
            continue
