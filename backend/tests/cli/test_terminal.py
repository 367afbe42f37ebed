"""At a terminal people are asked, see colours and copy whole ids."""

import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.terminal import Terminal, terminal
from tests.fixtures.people import PASSWORD, Person
from tests.fixtures.repos import commit


def at(shell: Shell, *arguments: str, columns: int = 100) -> AbstractAsyncContextManager[Terminal]:
    return terminal(*arguments, env=shell.env, folder=shell.folder, columns=columns)


@pytest.fixture
async def proposal(shell: Shell, project: Path) -> dict[str, Any]:
    """An open proposal of three hunks."""
    answer = (await shell.good("docs", "shop", "shop.py", "--json")).json
    shown: dict[str, Any] = (await shell.good("review", answer["proposal_id"], "--json")).json
    assert len(shown["files"][0]["hunks"]) == 3
    return shown


@pytest.fixture
async def asked(shell: Shell, proposal: dict[str, Any]) -> AsyncIterator[Terminal]:
    """Somebody is asked about the first hunk."""
    async with at(shell, "review", proposal["id"]) as shown:
        await shown.expect("hunk 1 of 3")
        await shown.expect("Approve this hunk")
        yield shown


async def test_the_password_is_asked_for_and_not_shown(new_shell: Shell, owner: Person) -> None:
    async with at(new_shell, "login", "--server", new_shell.address, "--email", owner.email) as shown:
        await shown.expect("Password: ")  # what is typed before is thrown away
        shown.type(f"{PASSWORD}\n")
        assert await shown.status() == 0
        await shown.expect("Logged in to")
        assert PASSWORD not in shown.raw


async def test_hunks_are_decided_one_by_one_and_applied(
    shell: Shell, asked: Terminal, proposal: dict[str, Any]
) -> None:
    asked.type("y\n")
    await asked.expect("hunk 2 of 3")
    asked.type("n\n")
    await asked.expect("hunk 3 of 3")
    asked.type("\n")
    await asked.expect("2 of 3 hunks approved.")
    await asked.expect("Apply now")
    asked.type("y\n")
    assert await asked.status() == 0
    shown = (await shell.good("review", proposal["id"], "--json")).json
    assert shown["status"] == "applied"
    assert [hunk["chosen"] for hunk in shown["files"][0]["hunks"]] == [True, False, True]


async def test_a_question_mark_shows_what_a_hunk_rests_on(asked: Terminal) -> None:
    asked.type("y\n")
    await asked.expect("hunk 2 of 3")
    asked.type("?\n")
    await asked.expect("q  stop; nothing is decided")
    await asked.expect("shop.py:")
    await asked.expect("word for word")
    asked.type("q\n")
    assert await asked.status() == 0


async def test_quitting_decides_nothing(shell: Shell, asked: Terminal, proposal: dict[str, Any]) -> None:
    asked.type("y\n")
    await asked.expect("hunk 2 of 3")
    asked.type("q\n")
    await asked.expect("Nothing was decided.")
    assert await asked.status() == 0
    assert (await shell.good("review", proposal["id"], "--json")).json["status"] == "open"


async def test_all_the_rest_can_be_taken_or_left(shell: Shell, asked: Terminal, proposal: dict[str, Any]) -> None:
    asked.type("n\n")
    await asked.expect("hunk 2 of 3")
    asked.type("a\n")
    await asked.expect("2 of 3 hunks approved.")
    await asked.expect("Apply now")
    asked.type("n\n")
    assert await asked.status() == 0
    assert (await shell.good("review", proposal["id"], "--json")).json["status"] == "approved"


async def test_ids_are_whole_and_states_coloured_on_a_narrow_terminal(shell: Shell, proposal: dict[str, Any]) -> None:
    async with at(shell, "review", columns=80) as shown:
        assert await shown.status() == 0
        await shown.expect(proposal["id"])
        assert "\x1b[33mopen" in shown.raw


async def test_control_c_leaves_the_job_at_work(new_shell: Shell, owner: Person, shop: Path) -> None:
    await new_shell.login(owner)
    async with at(new_shell, "project", "create", "shop", "--url", str(shop)) as shown:
        await shown.expect("Mirroring")
        shown.process.send_signal(signal.SIGINT)
        assert await shown.status() == 130
        await shown.expect("The job goes on. Follow it: hivesync jobs watch")
    (job,) = (await new_shell.good("jobs", "--json")).json
    assert job["status"] == "queued"


async def test_a_file_on_a_terminal_cannot_move_the_cursor(shell: Shell, project: Path) -> None:
    async with at(shell, "cat", "shop", "shop.py") as shown:
        assert await shown.status() == 0
        await shown.expect("def ship(order):")


async def test_a_very_long_diff_does_not_push_everything_else_away(shell: Shell, project: Path) -> None:
    many = "\n\n".join(f"def step{number}(value):\n    return value + {number}\n" for number in range(80))
    commit(project, {"many.py": many}, "Many")
    await shell.good("sync", "shop")
    async with at(shell, "docs", "shop", "many.py") as shown:
        assert await shown.status() == 0
        await shown.expect("The diff has")
        await shown.expect("Next: hivesync review")
        assert "+    " not in shown.text


async def test_what_belongs_together_is_asked_about_once(shell: Shell, project: Path) -> None:
    job = (await shell.good("rename", "shop.py", "store", "--project", "shop", "--json")).json
    async with at(shell, "review", job["proposal_id"]) as shown:
        await shown.expect("hunk 1 of 2")
        await shown.expect("Approve this hunk")
        shown.type("y\n")
        await shown.expect("hunk 2 of 2")
        await shown.expect("Together with one before: y")
        await shown.expect("2 of 2 hunks approved.")
