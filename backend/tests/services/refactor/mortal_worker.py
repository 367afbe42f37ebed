"""A worker process that works on one job and dies at a failpoint: `python -m tests.services.refactor.mortal_worker`.

Arguments: folder of the mirrors, URL of the database, id of the job, file that names the failpoint.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from app.core import failpoints
from app.core.clock import FrozenClock
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.fixtures.sandboxes import confined_servers
from tests.fixtures.second import second_container

NAME = "mortal-worker"


async def main(data_dir: str, database_url: str, job_id: str, order: str) -> None:
    """Run the job; come back only if the failpoint was never reached."""
    servers = confined_servers(Path(data_dir) / "tmp")
    container = second_container(Path(data_dir), database_url, clock=FrozenClock(), languages=servers)
    await servers.sandbox.take()
    failpoints.arm(Path(order))
    await Runner(container, LeaseKeeper(container), NAME).run_one(UUID(job_id))
    await container.database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
