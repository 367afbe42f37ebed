"""Jobs at a shell: why they wait, why they failed, and stopping them."""

from pathlib import Path

import pytest

from app.adapters.container import Container

from tests.cli.conftest import Shell
from tests.fixtures.jobs import drain
from tests.fixtures.people import Person
from tests.fixtures.repos import commit


@pytest.fixture
async def idle_shell(new_shell: Shell, owner: Person) -> Shell:
    """A shell at which somebody is logged in; no worker is at work."""
    await new_shell.login(owner)
    return new_shell


async def test_no_jobs_say_how_to_start_one(idle_shell: Shell) -> None:
    assert "No jobs yet. Start one: hivesync sync" in (await idle_shell.good("jobs")).out
    assert "No such jobs." in (await idle_shell.good("jobs", "--status", "failed")).out


async def test_a_job_that_waits_says_why_and_what_to_do(idle_shell: Shell, shop: Path) -> None:
    await idle_shell.good("project", "create", "shop", "--url", str(shop), "--no-wait")
    said = await idle_shell.good("jobs")
    assert "repo.sync" in said.out
    assert "queued" in said.out
    assert "hivesync worker --role repo_sync_worker" in said.out


async def test_a_job_is_shown_with_one_sentence(idle_shell: Shell, shop: Path, container: Container) -> None:
    await idle_shell.good("project", "create", "shop", "--url", str(shop), "--no-wait")
    (job,) = (await idle_shell.good("jobs", "--json")).json
    await drain(container)
    said = await idle_shell.good("jobs", "show", job["job_id"])
    assert "status         success" in said.out
    assert said.out.endswith("Done.\n")
    assert "attempt        1 of " in said.out


async def test_a_waiting_job_can_be_stopped(idle_shell: Shell, shop: Path) -> None:
    await idle_shell.good("project", "create", "shop", "--url", str(shop), "--no-wait")
    (job,) = (await idle_shell.good("jobs", "--project", "shop", "--json")).json
    said = await idle_shell.good("jobs", "cancel", job["job_id"])
    assert said.out.startswith("Cancelled before it started; ")
    said = await idle_shell("jobs", "watch", job["job_id"])
    assert said.status == 1
    assert "Cancelled before it started; " in said.err


async def test_a_job_that_failed_says_what_to_do_next(shell: Shell, project: Path) -> None:
    commit(project, {".env": "TOKEN=x\n"}, "Secret")
    await shell.good("sync", "shop")
    said = await shell("docs", "shop", ".env")
    assert said.status == 1
    (job,) = (await shell.good("jobs", "--status", "failed", "--json")).json
    told = await shell.good("jobs", "show", job["job_id"])
    assert job["error"]["code"] in told.out
    assert said.err.splitlines()[0].removeprefix(f"{job['error']['code']}: ") in told.out


async def test_somebody_elses_job_does_not_exist(idle_shell: Shell) -> None:
    said = await idle_shell("jobs", "show", "01890a5d-ac96-774b-bcce-b302099a8057")
    assert (said.status, said.err.split(":")[0]) == (1, "NOT_FOUND")
