"""A worker process that runs one job and dies at a failpoint: `python -m tests.services.proposals.mortal_worker`.

Arguments: folder of the mirrors, URL of the database, id of the job, file that names the failpoint.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.adapters.storage.memory import MemoryStorage
from app.core import failpoints
from app.core.clock import FrozenClock
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.fixtures.second import second_container

NAME = "mortal-worker"


def a_container(data_dir: str, database_url: str) -> Container:
    """Open what the test has opened, once more; secrets are this process's own."""
    clock = FrozenClock()
    return second_container(Path(data_dir), database_url, clock=clock, storage=MemoryStorage(clock))


async def main(data_dir: str, database_url: str, job_id: str, order: str) -> None:
    """Run the job; come back only if the failpoint was never reached."""
    failpoints.arm(Path(order))
    container = a_container(data_dir, database_url)
    await Runner(container, LeaseKeeper(container), NAME).run_one(UUID(job_id))
    await container.database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
