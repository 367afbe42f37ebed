"""A worker killed in any phase of an AI job: the next one ends it with one result, one proposal, one bill."""

import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from tests.fixtures.jobs import read_job
from tests.services.ai import mortal_worker
from tests.services.ai.conftest import Ground

BACKEND = Path(__file__).parents[3]
BEFORE_THE_ANSWER = ["claimed", "reading files", "context stored", "commit 1", "asking"]
AFTER_THE_ANSWER = ["commit 2", "checking", "commit 3", "before finish"]
# Between the provider's last byte and our commit: the only moment at which a second bill cannot be ruled out.
ANSWERED_BUT_NOT_KEPT = ["answered"]


def run_until_death(data_dir: Path, database_url: str, job_id: UUID, failpoint: str) -> None:
    """Run a job in a process of its own, which kills itself at the failpoint."""
    order = data_dir / "die-at"
    order.write_text(f"ai.run:{failpoint}")
    command = [sys.executable, "-m", mortal_worker.__name__, str(data_dir), database_url, str(job_id), str(order)]
    done = subprocess.run(command, cwd=BACKEND, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize("phase", BEFORE_THE_ANSWER + AFTER_THE_ANSWER + ANSWERED_BUT_NOT_KEPT)
async def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    ground: Ground, phase: str, tmp_path: Path, database_url: str
) -> None:
    accepted = await ground.post("documentation", paths=["app.py"])
    job_id, data = UUID(accepted["job_id"]), tmp_path / "data"
    run_until_death(data, database_url, job_id, phase)
    async with ground.container.scope() as scope:
        assert await scope.ledger.rescue(worker_id=mortal_worker.NAME) == (1, [])
    assert await mortal_worker.run(data, database_url, job_id) == "success"
    (proposal,) = await ground.proposals()
    shown = await ground.get(f"result/{job_id}")
    assert (shown["status"], shown["proposal_id"]) == ("success", str(proposal.id))
    assert (await ground.events()).count("ai.job.finished") == 1
    asked = (data / "asked").read_text().splitlines()
    assert len(asked) == (2 if phase in ANSWERED_BUT_NOT_KEPT else 1)
    assert (await read_job(ground.container, job_id)).status == "success"
