"""A worker process that runs one AI job and dies at a failpoint: `python -m tests.services.ai.mortal_worker`.

Arguments: folder of the data, URL of the database, id of the job, file that names the failpoint.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.adapters.llm.chain import ModelChain
from app.adapters.llm.port import ModelReply, ModelRequest
from app.adapters.llm.scripted import ScriptedModel
from app.core import failpoints
from app.core.clock import FrozenClock
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.fixtures.second import second_container
from tests.services.ai.conftest import DOCUMENTS

NAME = "mortal-worker"


class CountingModel(ScriptedModel):
    """Documents `app.py`, and writes a line into a file whenever it is asked: that is what costs money."""

    def __init__(self, asked: Path) -> None:
        super().__init__()
        self._asked = asked

    async def ask(self, request: ModelRequest) -> ModelReply:
        with self._asked.open("a") as file:
            file.write(f"{request.kind}\n")
        self.then(DOCUMENTS)
        return await super().ask(request)


def a_container(data_dir: Path, database_url: str) -> Container:
    """Open what the test has opened, once more; secrets are this process's own."""
    clock = FrozenClock()
    models = ModelChain([CountingModel(data_dir / "asked")], clock)
    return second_container(data_dir, database_url, clock=clock, models=models)


async def run(data_dir: Path, database_url: str, job_id: UUID) -> str:
    """Run the job; its outcome, if nothing kills this process."""
    container = a_container(data_dir, database_url)
    try:
        return await Runner(container, LeaseKeeper(container), NAME).run_one(job_id)
    finally:
        await container.database.close()


if __name__ == "__main__":
    failpoints.arm(Path(sys.argv[4]))
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2], UUID(sys.argv[3])))
