"""A worker in a process of its own, for tests that kill it: `python -m tests.workers.mortal WORKER_ID SLOTS`."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.adapters.jobs.registry import Registry, handles
from app.adapters.opening import open_consumer, open_container
from app.config import load_settings
from app.core.jobs import Done, Outcome, Queue
from app.workers.role import Role
from app.workers.supervisor import Supervisor

from tests.workers.errands import Errand

LINES = os.environ.get("MORTAL_LINES", "")


class OtherErrand(Errand):
    """Waits on another queue."""

    kind = "test.other"
    queue = Queue.REFACTOR
    time_limit = timedelta(minutes=5)


def note(name: str) -> None:
    """Say that an errand begins."""
    with Path(LINES).open("a", encoding="utf-8") as lines:
        lines.write(f"{name} {os.getpid()}\n")


async def do(payload: Errand, _ctx: Any) -> Outcome:
    """Do as the errand's name says; say so in a file first."""
    note(payload.name)
    what = payload.name.split("-")[0]
    if what == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "child":
        child = subprocess.Popen(["sleep", "300"], start_new_session=True)  # noqa: ASYNC220
        child.wait()
    await asyncio.sleep({"slow": 300.0, "brief": 0.0}.get(what, 0.05))
    return Done()


@handles(Errand)
async def run_errand(payload: Errand, ctx: Any) -> Outcome:
    """Do it."""
    return await do(payload, ctx)


@handles(OtherErrand)
async def run_other(payload: OtherErrand, ctx: Any) -> Outcome:
    """Do it."""
    return await do(payload, ctx)


async def work(worker_id: str, slots: int) -> None:
    """Serve two queues until told to stop."""
    settings = load_settings()
    registry = Registry()
    registry.add_all([run_errand, run_other])
    async with open_container(settings, registry=registry, subscriptions={}) as container:
        role = Role(name="mortal", queues=(Queue.AI, Queue.REFACTOR), slots=slots)
        await Supervisor(container, role, open_consumer(settings), worker_id=worker_id).run()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
