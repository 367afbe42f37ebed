"""Connecting repositories at a shell, and saying who may do what."""

import asyncio
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.models.project import ProjectGrant

from tests.cli.conftest import Shell
from tests.fixtures.people import People
from tests.fixtures.repos import commit


async def test_creating_a_project_says_what_was_found(shell: Shell, shop: Path) -> None:
    said = await shell.good("project", "create", "shop", "--url", str(shop))
    assert "branch         main" in said.out
    assert "3 files: python" in said.out
    assert "javascript" in said.out
    assert "version 1, " in said.out
    assert "Next: hivesync docs" in said.out


async def test_a_folder_may_be_named_as_a_person_at_a_shell_does(shell: Shell, shop: Path) -> None:
    (shell.folder / "here").symlink_to(shop)
    await shell.good("project", "create", "shop", "--url", "here")
    assert str(shop) in (await shell.good("project", "list")).out


async def test_a_list_for_pipes_has_one_line_for_each_project(shell: Shell, project: Path) -> None:
    lines = (await shell.good("project", "list")).out.splitlines()
    assert len(lines) == 2
    (shown,) = (await shell.good("project", "list", "--json")).json
    assert lines[1].split()[0] == shown["id"]


async def test_a_project_that_cannot_be_mirrored_is_there_and_can_be_mended(
    shell: Shell, shop: Path, clock: FrozenClock
) -> None:
    creating = asyncio.create_task(shell("project", "create", "lost", "--url", str(shop.parent / "nowhere")))
    while not creating.done():
        clock.move(seconds=60)
        await asyncio.sleep(0.02)
    said = await creating
    assert said.status == 1
    assert said.err.startswith("REPO_UNREACHABLE: lost was created, but it could not be mirrored.")
    assert "hivesync project update" in said.err
    await shell.good("project", "update", "lost", "--url", str(shop), "--name", "found")
    await shell.good("sync", "found")
    assert "3 files" in (await shell.good("project", "show", "found")).out


async def test_a_hostile_address_is_refused(shell: Shell) -> None:
    said = await shell("project", "create", "bad", "--url", "ext::sh -c id")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("REPO_URL_REFUSED: ")
    assert "No projects yet" in (await shell.good("project", "list")).out


async def test_showing_a_project_says_how_its_mirror_stands(shell: Shell, project: Path) -> None:
    said = await shell.good("project", "show", "shop")
    for fact in ("your role      owner", "1 branch, 0 tags", "last attempt", "last success", "next sync"):
        assert fact in said.out
    told = (await shell.good("project", "show", "shop", "--json")).json
    assert told["project"]["name"] == "shop"
    assert told["manifest"]["version"] == 1


async def test_members_get_roles_change_them_and_lose_them(shell: Shell, project: Path, people: People) -> None:
    bo = await people.user("bo")
    await shell.good("project", "members", "shop", "--add", bo.email, "--role", "viewer")
    said = await shell.good("project", "members", "shop", "--add", bo.email, "--role", "reviewer", "--json")
    assert {row["email"]: row["role"] for row in said.json}[bo.email] == "reviewer"
    said = await shell.good("project", "members", "shop", "--remove", bo.email)
    assert bo.email not in said.out
    assert (await shell("project", "members", "shop", "--remove", bo.email)).status == 1


async def test_members_are_listed_and_found_beyond_the_first_page(
    shell: Shell, project: Path, container: Container, people: People
) -> None:
    project_id = UUID((await shell.good("project", "show", "shop", "--json")).json["project"]["id"])
    crowd = [await people.user(f"user-{number}") for number in range(201)]
    async with container.scope() as scope:
        now = container.clock.now()
        grants = [ProjectGrant(project_id=project_id, user_id=each.id, role="viewer", created_at=now) for each in crowd]
        scope.session.add_all(grants)
    said = await shell.good("project", "members", "shop", "--remove", crowd[-1].email, "--json")
    assert len(said.json) == 201


async def test_deleting_asks_or_is_told_not_to(shell: Shell, project: Path) -> None:
    said = await shell("project", "delete", "shop")
    assert (said.status, "--yes" in said.err) == (2, True)
    await shell.good("project", "delete", "shop", "--yes")
    assert "There is no project 'shop'" in (await shell("project", "show", "shop")).err


async def test_nothing_names_no_project(shell: Shell, project: Path) -> None:
    for arguments in (("project", "delete", "", "--yes"), ("project", "show", "")):
        said = await shell(*arguments)
        assert (said.status, said.err) == (1, "There is no project ''. See: hivesync project list\n")
    await shell.good("project", "show", "shop")


async def test_the_beginning_of_a_name_is_enough_to_look_and_too_little_to_delete(shell: Shell, project: Path) -> None:
    await shell.good("project", "show", "sho")
    assert "There is no project 'sho'" in (await shell("project", "delete", "sho", "--yes")).err
    await shell.good("project", "show", "shop")


async def test_an_ambiguous_name_lists_what_it_could_be(shell: Shell, shop: Path) -> None:
    await shell.good("project", "create", "shop-a", "--no-wait")
    await shell.good("project", "create", "shop-b", "--no-wait")
    said = await shell("project", "show", "shop")
    assert said.status == 1
    assert "shop-a" in said.err
    assert "shop-b" in said.err


async def test_somebody_elses_project_does_not_exist(
    shell: Shell, project: Path, new_shell: Shell, people: People, tmp_path: Path
) -> None:
    (theirs,) = (await shell.good("project", "list", "--json")).json
    (tmp_path / "elsewhere").mkdir()
    other = Shell(shell.address, tmp_path / "elsewhere", shell.forks)
    await other.login(await people.user("bo"))
    said = await other("project", "show", theirs["id"])
    assert (said.status, said.err.split(":")[0]) == (1, "NOT_FOUND")


async def test_sync_says_what_changed(shell: Shell, project: Path) -> None:
    assert "Up to date" in (await shell.good("sync", "shop")).out
    commit(project, {"more.py": "x = 1\n"}, "More")
    said = await shell.good("sync", "shop")
    assert "1 ref changed" in said.out
    assert "refs/heads/main" in said.out
    assert "version 2, 4 files" in said.out


async def test_history_keeps_attempts_and_success_apart(shell: Shell, project: Path) -> None:
    await shell.good("sync", "shop")
    said = await shell.good("sync", "shop", "--history")
    assert said.out.count("success ") == 3
    assert [run["trigger"] for run in (await shell.good("sync", "shop", "--history", "--json")).json["items"]] == [
        "manual",
        "initial",
    ]


async def test_not_waiting_tells_the_job(shell: Shell, project: Path) -> None:
    said = await shell.good("sync", "shop", "--no-wait", "--json")
    assert said.json["status"] == "queued"
    assert "Done." in (await shell.good("jobs", "watch", said.json["job_id"])).out
