"""A folder becomes a project that has no repository: sent by difference, twice, by two people, and while it changes."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from app.agent.syncing import commit_of
from app.cli.client import Client

from tests.cli.conftest import SHOP, Shell

# Another part of the product: without it there is nothing to send to.
pytest.importorskip("app.services.folders.routes")


@pytest.fixture
async def folder(shell: Shell, tmp_path: Path) -> Path:
    """A folder without git, mapped to a project without a repository."""
    folder = tmp_path / "notes"
    (folder / "src").mkdir(parents=True)
    (folder / "src/shop.py").write_text(SHOP)
    (folder / "same.py").write_text(SHOP)
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "empty").touch()
    (folder / ".env").write_text("TOKEN=x\n")
    (folder / "link").symlink_to("same.py")
    await shell.good("project", "create", "notes")
    await shell.good("folder", "map", str(folder), "notes")
    return folder


async def test_only_what_the_server_lacks_is_sent(shell: Shell, folder: Path) -> None:
    before = (await shell.good("folder", "diff", str(folder), "--json")).json
    assert before["added"] == ["empty", "run.sh", "same.py", "src/shop.py"]
    assert before["refused"] == [{"path": "link", "reason": "link"}]
    sent = (await shell.good("folder", "sync", str(folder), "--json")).json
    assert (sent["files"], sent["files_sent"], sent["bytes_sent"]) == (4, 3, len(SHOP) + 10)
    after = (await shell.good("folder", "diff", str(folder), "--json")).json
    assert (after["unchanged"], after["added"], after["changed"], after["commit"]) == (4, [], [], sent["commit"])
    (folder / "new.py").write_text("x = 1\n")
    (folder / "empty").unlink()
    (folder / "run.sh").chmod(0o644)
    between = (await shell.good("folder", "diff", str(folder), "--json")).json
    assert (between["added"], between["changed"], between["removed"]) == (["new.py"], ["run.sh"], ["empty"])
    assert "1 file sent" in (await shell.good("folder", "sync", str(folder))).out
    assert (await shell.good("cat", "notes", "new.py")).out == "x = 1\n"
    assert (await shell.good("folder", "diff", str(folder), "--json")).json["unchanged"] == 4


async def test_what_somebody_else_sent_meanwhile_is_not_written_over(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    await shell.good("folder", "sync", str(folder))
    other = tmp_path / "other"
    other.mkdir()
    (other / "theirs.py").write_text("theirs = 1\n")
    await shell.good("folder", "map", str(other), "notes")
    await shell.good("folder", "sync", str(other))
    (folder / "new.py").write_text("mine = 1\n")
    said = await shell("folder", "sync", str(folder), "--json")
    assert (said.status, json.loads(said.err)["code"]) == (1, "BASE_MOVED")
    assert (await shell.good("cat", "notes", "theirs.py")).out == "theirs = 1\n"
    await shell.good("folder", "sync", str(folder), "--overwrite")
    assert (await shell.good("cat", "notes", "new.py")).out == "mine = 1\n"


async def test_a_folder_remembers_its_own_commit_and_not_what_somebody_else_sent_since(
    shell: Shell, folder: Path
) -> None:
    mine = (await shell.good("folder", "sync", str(folder), "--json")).json
    (folder / "src/shop.py").write_text("theirs = 1\n")
    theirs = (await shell.good("folder", "sync", str(folder), "--json")).json
    assert mine["commit"] != theirs["commit"]
    (project,) = (await shell.good("project", "list", "--json")).json
    client = Client(shell.settings)
    try:
        found = [await asyncio.to_thread(commit_of, client, project["id"], each["job_id"]) for each in (mine, theirs)]
    finally:
        client.close()
    assert found == [mine["commit"], theirs["commit"]]


async def test_a_project_that_has_no_repository_any_more_is_sent_plain_files(shell: Shell, folder: Path) -> None:
    known = shell.folder / "agent" / "folders.json"
    known.write_text(known.read_text().replace('"has_remote": false', '"has_remote": true'))
    told = (await shell.good("folder", "sync", str(folder), "--json")).json
    assert told["refused"] == [{"path": "link", "reason": "link"}]


async def test_what_was_approved_for_a_sent_folder_is_applied_to_it(shell: Shell, folder: Path) -> None:
    await shell.good("folder", "sync", str(folder))
    proposal = (await shell.good("docs", "notes", "src/shop.py", "--json")).json["proposal_id"]
    await shell.good("review", proposal, "--approve")
    await shell.good("folder", "apply", proposal, str(folder), "--yes")
    assert '"""' in (folder / "src/shop.py").read_text()
    assert (await shell.good("folder", "diff", str(folder), "--json")).json["changed"] == ["src/shop.py"]
    assert (await shell.good("folder", "sync", str(folder), "--json")).json["files_sent"] == 1


async def test_names_that_no_repository_should_hold_are_told_with_their_reason(shell: Shell, folder: Path) -> None:
    (folder / "Same.py").write_text("clash")
    said = await shell("folder", "sync", str(folder), "--json")
    assert (said.status, json.loads(said.err)["code"]) == (1, "FOLDER_REFUSED")
    (folder / "Same.py").unlink()
    os.mkfifo(folder / "pipe")
    told = (await shell.good("folder", "sync", str(folder), "--json")).json
    assert {each["path"]: each["reason"] for each in told["refused"]} == {"link": "link", "pipe": "special"}


async def test_many_small_files_and_a_large_one_are_sent(shell: Shell, folder: Path) -> None:
    for number in range(120):
        (folder / f"{number:03}.txt").write_text(f"{number}\n" * number)
    (folder / "large.bin").write_bytes(os.urandom(3 * 1024 * 1024))
    sent = (await shell.good("folder", "sync", str(folder), "--json")).json
    # The empty file is among the small ones already.
    assert (sent["files"], sent["files_sent"]) == (4 + 121, 3 + 120)
    after = (await shell.good("folder", "diff", str(folder), "--json")).json
    assert (after["unchanged"], after["added"], after["changed"]) == (125, [], [])
