"""A worker or its language server killed in mid-work: one result in the end, nothing left running or lying about."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.language.port import LanguageSession, Spot, Target
from app.adapters.language.servers import SystemLanguageServers

from tests.fixtures.jobs import drain
from tests.fixtures.sandboxes import confined_servers, working_below
from tests.services.refactor import mortal_worker
from tests.services.refactor.conftest import Ground
from tests.waiting import until

BACKEND = Path(__file__).parents[3]
PHASES = ["claimed", "reading files", "analysing 2 files", "proving 3 edits", "proposing 3 edits", "before finish"]


async def run_until_death(data_dir: Path, database_url: str, job_id: str, failpoint: str) -> None:
    """Run a job in a process of its own, which kills itself at the failpoint."""
    order = data_dir / "die-at"
    order.write_text(failpoint)
    command = ["-m", mortal_worker.__name__, str(data_dir), database_url, job_id, str(order)]
    worker = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=BACKEND, stderr=asyncio.subprocess.PIPE)
    _, said = await worker.communicate()
    assert worker.returncode == -signal.SIGKILL, said.decode()


async def hunks_of(ground: Ground) -> list[list[str]]:
    """The new lines of every proposal."""
    headers = dict(ground.owner.headers)
    listed = (await ground.client.get(f"/projects/{ground.project_id}/proposals", headers=headers)).json()["items"]
    found = [(await ground.client.get(f"/proposals/{each['id']}", headers=headers)).json() for each in listed]
    return [[hunk["new_text"] for file in one["files"] for hunk in file["hunks"]] for one in found]


RENAMED = [
    "def add_up(items: list[int]) -> int:\n",
    "from lib import add_up\n",
    "print(add_up([1, 2]))\n",
]


@pytest.mark.parametrize("phase", PHASES)
async def test_a_worker_killed_in_mid_rename_is_replaced(
    ground: Ground, phase: str, tmp_path: Path, database_url: str
) -> None:
    temporary = ground.container.settings.data_dir / "tmp"
    job_id = (await ground.ask()).json()["job_id"]
    await run_until_death(ground.container.settings.data_dir, database_url, job_id, f"refactor.rename:{phase}")
    await until(lambda: not working_below(temporary))
    async with ground.container.scope() as scope:
        assert await scope.ledger.rescue(worker_id=mortal_worker.NAME) == (1, [])
    again = replace(ground.container, languages=confined_servers(temporary))
    assert [ran.outcome for ran in await drain(again)] == ["success"]
    assert await hunks_of(ground) == [RENAMED]
    left = [each.name for each in temporary.iterdir()]
    # Where the proposal was there already nobody started a server again, and there was nothing to take away.
    assert left == []
    assert not working_below(temporary)


class KillingSession:
    """A session whose server is killed while it is asked for the first time."""

    def __init__(self, session: LanguageSession, folder: Path) -> None:
        self._session = session
        self._folder = folder
        self.write, self.sync, self.problems = session.write, session.sync, session.problems

    async def definitions(self, path: str, spots: Sequence[Spot]) -> list[tuple[Target, ...]]:
        """Ask, and kill."""
        asked = asyncio.create_task(self._session.definitions(path, spots))
        for pid in working_below(self._folder) - {os.getpid()}:
            os.kill(pid, signal.SIGKILL)
        return await asked


class KilledServers:
    """Servers of which the first is killed."""

    def __init__(self, real: SystemLanguageServers) -> None:
        self.real = real
        self.opened = 0

    @asynccontextmanager
    async def open(self, language: str, roots: Sequence[str] = (), *, key: str = "") -> AsyncIterator[LanguageSession]:
        """Open one."""
        self.opened += 1
        async with self.real.open(language, roots, key=key) as session:
            yield KillingSession(session, self.real.folder) if self.opened == 1 else session


async def test_a_server_killed_in_mid_question_is_replaced(ground: Ground) -> None:
    temporary = ground.container.settings.data_dir / "tmp"
    servers = KilledServers(confined_servers(temporary))
    job_id = UUID((await ground.ask()).json()["job_id"])
    container = replace(ground.container, languages=servers)
    outcomes = [ran.outcome for ran in await drain(container)]
    if outcomes == ["retry"]:
        ground.container.clock.move(seconds=600)  # type: ignore[attr-defined]
        outcomes += [ran.outcome for ran in await drain(container)]
    assert (outcomes, servers.opened) == (["retry", "success"], 2), job_id
    assert await hunks_of(ground) == [RENAMED]
    assert [*temporary.iterdir()] == []


@pytest.mark.parametrize("phase", ["claimed", "reading names: 0 of 2 files", "commit 2", "before finish"])
async def test_a_worker_killed_while_it_reads_names_is_replaced(ground: Ground, phase: str, database_url: str) -> None:
    url, headers = f"/projects/{ground.project_id}/symbols", dict(ground.owner.headers)
    job_id = (await ground.client.get(url, headers=headers)).json()["details"]["job_id"]
    await run_until_death(ground.container.settings.data_dir, database_url, job_id, f"symbols.index:{phase}")
    async with ground.container.scope() as scope:
        assert await scope.ledger.rescue(worker_id=mortal_worker.NAME) == (1, [])
    assert [ran.outcome for ran in await drain(ground.container)] == ["success"]
    found = (await ground.client.get(url, headers=headers)).json()
    assert [(each["path"], each["name"]) for each in found["items"]] == [("lib.py", "total")]
