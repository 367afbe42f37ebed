"""A worker's share of a test: calls a counting server through permits, from a process of its own."""

import asyncio
import sys

from app.adapters.db.engine import open_database
from app.adapters.llm.permits import CallPermits
from app.core.clock import SystemClock


async def work(url: str, socket: str, holder: str, calls: int) -> None:
    """Make so many calls as fast as the permits let, and say so."""
    database = open_database(url, clock=SystemClock())
    permits = CallPermits(database, "primary", 3, holder, lease_seconds=4)

    async def call() -> None:
        async with permits.one():
            reader, writer = await asyncio.open_unix_connection(socket)
            writer.write(b"call\n")
            await reader.readline()
            writer.close()

    try:
        await asyncio.gather(*(call() for _ in range(calls)))
    finally:
        await permits.close()
        await database.close()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
