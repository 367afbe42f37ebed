"""Cleanup at a shell: plan, look, execute, restore; every command a process, a cleanup worker beside them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_operators import hivesync

JOB = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An empty installation with a database."""
    assert hivesync(tmp_path, "migrate").returncode == 0
    return tmp_path


def test_tasks_and_schedules_are_listed(installed: Path) -> None:
    told = json.loads(hivesync(installed, "admin", "tasks", "--json").stdout)
    assert {"sweep_tmp", "purge_bundles", "mirror_pending", "prune_history"} <= {each["name"] for each in told}
    said = hivesync(installed, "admin", "schedules")
    assert (said.returncode, said.stdout.strip()) == (
        0, "No schedule is stored yet: the scheduler does that when it starts.",
    )  # fmt: skip


def test_a_run_without_waiting_names_its_job_and_where_to_look(installed: Path) -> None:
    said = hivesync(installed, "admin", "run-task", "sweep_tmp", "--dry-run")
    assert said.returncode == 0, said.stderr
    assert "hivesync admin warrant --job" in said.stdout
    job_id = said.stdout.split("(job ")[1][:36]
    waits = hivesync(installed, "admin", "warrant", "--job", job_id)
    assert (waits.returncode, waits.stderr.split(":")[0]) == (1, "NOT_FOUND")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("run-task", "make_coffee"), 1, "There is no task 'make_coffee'"),
        (("run-task", "sweep_tmp", "--warrant", JOB), 1, "There is no such warrant"),
        (("run-task", "sweep_tmp", "--warrant", "mine"), 2, "is not the id of a warrant"),
        (("warrant",), 2, "name a warrant, or a job"),
        (("restore-bundle", JOB), 1, "There is no such bundle"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    installed: Path, arguments: tuple[str, ...], status: int, told: str
) -> None:
    said = hivesync(installed, "admin", *arguments)
    assert said.returncode == status
    assert told in " ".join(said.stderr.replace("│", " ").split())
    assert "Traceback" not in said.stderr


def test_a_run_is_followed_to_its_end_and_shown(installed: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    database = f"sqlite:///{installed / 'hivesync.db'}"
    command = [sys.executable, "-m", "tests.services.cleanup.cleaner", str(installed), database, str(notes), "0"]
    worker = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL)
    try:
        said = hivesync(installed, "admin", "run-task", "mirror_pending", "--wait")
        assert (said.returncode, "There is no gallery in this version" in said.stdout) == (0, True), said.stderr
        done = json.loads(hivesync(installed, "admin", "run-task", "rotate_logs", "--wait", "--json").stdout)
        assert (done["warrant"]["status"], done["items"]) == ("executed", [])
    finally:
        worker.kill()
        worker.wait()
