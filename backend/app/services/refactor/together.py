"""Several things at once, with nothing left behind when one of them fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def ending(tasks: list[asyncio.Task[Any]]) -> AsyncIterator[None]:
    """End what still runs of the tasks on leaving. An exception comes out as it is, in no group."""
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
