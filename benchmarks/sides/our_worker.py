"""Our side of the job benchmark: a worker process as production runs it, with a handler that does nothing."""

import asyncio
import sys

import uvloop

from app.adapters.opening import open_consumer, open_container
from app.config import load_settings
from app.core.jobs import Queue
from app.workers import ai_worker
from app.workers.role import Role
from app.workers.supervisor import Supervisor

from benchmarks.machinery import silent_logs
from benchmarks.sides.noop import registry
from benchmarks.sides.starts import STARTS


async def work(slots: int, *, is_ai: bool) -> None:
    """Run until stdin closes."""
    settings = load_settings()
    role = ai_worker.ROLE if is_ai else Role(name="bench_worker", queues=(Queue.SYSTEM_EVENTS,), slots=slots)
    stop = asyncio.Event()
    # Every line is written, as in production; stdout belongs to the driver.
    with silent_logs():
        async with open_container(settings, registry=registry(), subscriptions={}) as container:
            supervisor = Supervisor(container, role, open_consumer(settings), worker_id=f"bench-{role.name}")
            running = asyncio.create_task(supervisor.run(stop=stop))
            await asyncio.to_thread(STARTS.serve)
            stop.set()
            await running


if __name__ == "__main__":
    uvloop.run(work(int(sys.argv[1]), is_ai="ai" in sys.argv[2:]))
