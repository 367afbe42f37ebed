"""A worker killed in any phase of applying leaves no half: the next one makes it one commit, recorded once."""

import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.models.event import EventRecord

from tests.fixtures.jobs import read_job
from tests.fixtures.repos import run_git
from tests.services.proposals import mortal_worker
from tests.services.proposals.conftest import DOCUMENTED, Ground

BACKEND = Path(__file__).parents[3]
PHASES = [
    "claimed",
    "commit 1",
    "checking",
    "committing",
    "committed",
    "commit 2",
    "pushing",
    "commit 3",
    "pushed",
    "commit 4",
    "before finish",
]


def run_until_death(data_dir: Path, database_url: str, job_id: UUID, failpoint: str) -> None:
    """Run a job in a process of its own, which kills itself at the failpoint."""
    order = data_dir / "die-at"
    order.write_text(failpoint)
    command = [sys.executable, "-m", mortal_worker.__name__, str(data_dir), database_url, str(job_id), str(order)]
    done = subprocess.run(command, cwd=BACKEND, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


async def events(ground: Ground) -> list[str]:
    async with ground.container.scope(read_only=True) as scope:
        return list((await scope.session.execute(select(EventRecord.name).order_by(EventRecord.seq))).scalars())


@pytest.mark.parametrize("phase", PHASES)
async def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    ground: Ground, phase: str, tmp_path: Path, database_url: str
) -> None:
    stored = await ground.approve(await ground.open())
    job = await ground.request(stored.proposal.id, push_branch="hivesync/docs")
    run_until_death(tmp_path / "data", database_url, job.id, f"proposal.apply:{phase}")
    async with ground.container.scope() as scope:
        assert await scope.ledger.rescue(worker_id=mortal_worker.NAME) == (1, [])
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    present = await ground.read(stored.proposal.id)
    assert present.applied is not None
    assert present.proposal.status == "applied"
    assert await ground.file_at(present.applied.ref, "code.py") == DOCUMENTED
    assert run_git(ground.repo, "rev-parse", "hivesync/docs") == present.applied.commit
    assert run_git(ground.repo, "rev-list", "--count", "main..hivesync/docs") == "1"
    assert (await events(ground)).count("proposal.applied") == 1
    assert (await read_job(ground.container, job.id)).status == "success"
