"""A peer of the job benchmark: Procrastinate, whose jobs are rows of PostgreSQL."""

import asyncio
import os
import sys
from importlib import import_module
from typing import Any

from benchmarks.sides.peer_packages import find_peers
from benchmarks.sides.starts import STARTS

find_peers()


def make_app(database_url: str) -> Any:
    """Declare the task."""
    procrastinate = import_module("procrastinate")
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=database_url, max_size=8))

    async def noop(number: int) -> None:
        STARTS.note(number)

    app.task(name="noop", queue="bench")(noop)
    return app


async def work(slots: int) -> None:
    """Run until stdin closes."""
    app = make_app(os.environ["DATABASE_URL"])
    async with app.open_async():
        running = asyncio.create_task(
            app.run_worker_async(queues=["bench"], concurrency=slots, install_signal_handlers=False)
        )
        await asyncio.to_thread(STARTS.serve)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(work(int(sys.argv[1])))
