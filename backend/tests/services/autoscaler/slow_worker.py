"""A real worker process whose jobs take a while: `python -m tests.services.autoscaler.slow_worker ROLE ID`.

Each job writes one line when it is done into the file that SLOW_WORKER_DONE names.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from app.adapters.jobs.registry import Registry, handles
from app.adapters.opening import open_consumer, open_container
from app.config import load_settings
from app.workers.role import Role
from app.workers.roles import role_named
from app.workers.supervisor import Supervisor

from tests.workers.errands import Errand

JOB_SECONDS = 0.35


@handles(Errand)
async def run_errand(_payload: Errand, ctx: Any) -> None:
    """Take a while, then leave a line."""
    await asyncio.sleep(JOB_SECONDS)
    note_done(str(ctx.job_id))


def note_done(job_id: str) -> None:
    """Append one line; lines this short are written whole."""
    with Path(os.environ["SLOW_WORKER_DONE"]).open("a", encoding="ascii") as done:
        done.write(f"{job_id} {sys.argv[2]}\n")


async def main(role: Role, worker_id: str) -> None:
    """Work until SIGTERM, as `hivesync worker` does."""
    settings = load_settings()
    registry = Registry()
    registry.add_all([run_errand])
    async with open_container(settings, registry=registry, subscriptions={}) as container:
        consumer = open_consumer(settings)
        await Supervisor(container=container, role=role, consumer=consumer, worker_id=worker_id).run()


if __name__ == "__main__":
    asyncio.run(main(role_named(sys.argv[1]), sys.argv[2]))
