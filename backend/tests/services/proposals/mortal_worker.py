"""A worker process that runs one job and dies at a failpoint: `python -m tests.services.proposals.mortal_worker`.

Arguments: folder of the mirrors, URL of the database, id of the job, file that names the failpoint.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from app import wiring
from app.adapters.container import Container
from app.adapters.db.engine import open_database
from app.adapters.events.memory import MemoryHub
from app.adapters.ids import SystemIds
from app.adapters.kv.memory import MemoryKeyValue
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.llm.chain import ModelChain
from app.adapters.llm.scripted import ScriptedModel
from app.adapters.queue.memory import MemoryQueue
from app.adapters.security.jwt import AccessTokens
from app.adapters.security.passwords import Passwords
from app.adapters.security.secret_box import SecretBox
from app.adapters.storage.memory import MemoryStorage
from app.config import load_settings
from app.core import failpoints
from app.core.clock import FrozenClock
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.fixtures.container import CHEAP
from tests.fixtures.repos import local_mirrors

NAME = "mortal-worker"


def a_container(data_dir: str, database_url: str) -> Container:
    """Open what the test has opened, once more; secrets are this process's own."""
    clock, ids = FrozenClock(), SystemIds()
    secrets = {name: ids.secret(nbytes=48) for name in ("JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET")}
    return Container(
        settings=load_settings({"DATA_DIR": data_dir, "DATABASE_URL": database_url, **secrets}),
        clock=clock,
        ids=ids,
        database=open_database(database_url, clock=clock, server_time=False),
        queue=MemoryQueue(),
        kv=MemoryKeyValue(clock),
        hub=MemoryHub(),
        storage=MemoryStorage(clock),
        mirrors=local_mirrors(Path(data_dir)),
        models=ModelChain([ScriptedModel()], clock),
        languages=SystemLanguageServers(Path(data_dir) / "tmp", ids),
        passwords=Passwords(CHEAP),
        access_tokens=AccessTokens([secrets["JWT_SECRET"]], ttl_seconds=60, clock=clock, ids=ids),
        secret_box=SecretBox([secrets["CREDENTIALS_SECRET"]], ids),
        registry=wiring.registry(),
        subscriptions=wiring.SUBSCRIPTIONS,
    )


async def main(data_dir: str, database_url: str, job_id: str, order: str) -> None:
    """Run the job; come back only if the failpoint was never reached."""
    failpoints.arm(Path(order))
    container = a_container(data_dir, database_url)
    await Runner(container, LeaseKeeper(container), NAME).run_one(UUID(job_id))
    await container.database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
