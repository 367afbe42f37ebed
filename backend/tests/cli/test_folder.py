"""Folders of this machine at a shell: mapped, compared, built here, changed by what was approved, and changed back."""

import json
import shutil
from pathlib import Path

import pytest

from tests.agent.scripted import make_app
from tests.cli.conftest import SHOP, Shell
from tests.cli.terminal import terminal
from tests.fixtures.repos import commit, make_repo, run_git


@pytest.fixture
async def mapped(shell: Shell, project: Path, tmp_path: Path) -> Path:
    """A clone of the project's repository, mapped."""
    folder = make_repo(tmp_path / "clone", {"shop.py": SHOP, "README.md": "# Shop\n"})
    (folder / "web").mkdir()
    shutil.copy(project / "web/basket.js", folder / "web/basket.js")
    await shell.good("folder", "map", str(folder), "shop")
    return folder


async def proposed(shell: Shell, *, approve: bool = True) -> str:
    made = (await shell.good("docs", "shop", "shop.py", "--json")).json
    proposal: str = made["proposal_id"]
    if approve:
        await shell.good("review", proposal, "--approve")
    return proposal


async def test_a_folder_is_mapped_listed_and_forgotten(shell: Shell, mapped: Path) -> None:
    (row,) = (await shell.good("folder", "list", "--json")).json
    assert (row["path"], row["project_name"], row["has_remote"], row["branch"]) == (str(mapped), "shop", True, "main")
    again = await shell("folder", "map", str(mapped), "shop")
    assert (again.status, "ALREADY_MAPPED" in again.err) == (1, True)
    assert str(mapped) in (await shell.good("folder", "list")).out
    await shell.good("folder", "unmap", str(mapped))
    assert (await shell.good("folder", "list", "--json")).json == []
    assert (mapped / "shop.py").read_text() == SHOP


@pytest.mark.parametrize("path", ["/", "~", "nowhere", "clone/shop.py", "clone/.git"])
async def test_what_is_no_folder_of_a_project_is_refused(
    shell: Shell, project: Path, tmp_path: Path, path: str
) -> None:
    make_repo(tmp_path / "clone", {"shop.py": "1"})
    given = {"/": "/", "~": str(shell.folder)}.get(path, str(tmp_path / path))
    said = await shell("folder", "map", given, "shop", "--json")
    assert (said.status, json.loads(said.err)["code"]) == (1, "PATH_REFUSED")


async def test_a_folder_is_compared_with_the_manifest(shell: Shell, mapped: Path) -> None:
    told = (await shell.good("folder", "diff", str(mapped), "--json")).json
    assert (told["added"], told["changed"], told["removed"], told["unchanged"]) == ([], [], [], 3)
    (mapped / "shop.py").write_bytes(SHOP.replace("\n", "\r\n").encode())
    (mapped / "README.md").unlink()
    (mapped / "new.py").write_text("x = 1\n")
    (mapped / "out").symlink_to("/etc/passwd")
    told = (await shell.good("folder", "diff", str(mapped), "--json")).json
    assert (told["added"], told["changed"], told["removed"]) == (["new.py"], ["shop.py"], ["README.md"])
    assert told["refused"] == [{"path": "out", "reason": "link_leaves"}]
    assert told["bytes_to_send"] == (mapped / "shop.py").stat().st_size + 6
    said = (await shell.good("folder", "diff", str(mapped))).out
    assert ("+ new.py" in said, "~ shop.py" in said, "- README.md" in said, "leads out" in said) == (True,) * 4


async def test_the_folder_of_a_project_with_a_repository_is_not_sent(shell: Shell, mapped: Path) -> None:
    said = await shell("folder", "sync", str(mapped))
    assert (said.status, "HAS_REMOTE" in said.err) == (1, True)


async def test_what_was_approved_is_written_here_and_taken_back(shell: Shell, mapped: Path) -> None:
    proposal = await proposed(shell, approve=False)
    said = await shell("folder", "apply", proposal, str(mapped), "--yes")
    assert (said.status, "NOT_APPROVED" in said.err, '+    """' in said.out) == (1, True, True)
    await shell.good("review", proposal, "--approve")
    plan = (await shell.good("folder", "apply", proposal, str(mapped), "--json")).json
    assert (plan["can_apply"], (mapped / "shop.py").read_text()) == (True, SHOP)
    done = (await shell.good("folder", "apply", proposal, str(mapped), "--yes", "--json")).json
    assert done["files"] == [{"path": "shop.py", "change": "modified"}]
    written = (mapped / "shop.py").read_text()
    assert '"""' in written
    assert b'-    """' in Path(done["reverse_patch_path"]).read_bytes()
    (row,) = (await shell.good("folder", "undo", str(mapped), "--list", "--json")).json
    assert (row["applied_id"], row["undone_at"]) == (done["applied_id"], None)
    assert "shop.py: taken back" in (await shell.good("folder", "undo", str(mapped))).out
    assert (mapped / "shop.py").read_text() == SHOP
    again = await shell("folder", "undo", str(mapped), "--id", done["applied_id"])
    assert (again.status, "ALREADY_UNDONE" in again.err) == (1, True)
    assert (await shell("folder", "undo", str(mapped))).status == 1


async def test_only_the_hunks_that_were_approved_are_written(shell: Shell, mapped: Path, tmp_path: Path) -> None:
    proposal = await proposed(shell, approve=False)
    await shell.good("review", proposal, "--approve", "--hunk", "1")
    await shell.good("folder", "apply", proposal, str(mapped), "--yes")
    patch = (await shell.good("review", proposal, "--patch")).raw
    by_git = make_repo(tmp_path / "by-git", {"shop.py": SHOP})
    run_git(by_git, "apply", data=patch)
    assert (mapped / "shop.py").read_bytes() == (by_git / "shop.py").read_bytes() != SHOP.encode()
    assert (mapped / "shop.py").read_text().count('"""') == 2


async def test_a_folder_that_is_not_the_base_is_refused_with_its_files(shell: Shell, mapped: Path) -> None:
    proposal = await proposed(shell)
    mine = SHOP + "# mine\n"
    (mapped / "shop.py").write_text(mine)
    said = await shell("folder", "apply", proposal, str(mapped), "--yes", "--json")
    told = json.loads(said.err)
    assert (said.status, told["code"]) == (1, "FOLDER_DIFFERS")
    assert told["details"]["files"] == [{"path": "shop.py", "change": "modified", "state": "differs"}]
    assert (mapped / "shop.py").read_text() == mine


async def test_a_file_that_was_changed_since_is_not_taken_back(shell: Shell, mapped: Path) -> None:
    proposal = await proposed(shell)
    await shell.good("folder", "apply", proposal, str(mapped), "--yes")
    later = (mapped / "shop.py").read_text() + "# later\n"
    (mapped / "shop.py").write_text(later)
    said = await shell("folder", "undo", str(mapped), "--json")
    assert (said.status, json.loads(said.err)["code"]) == (1, "FOLDER_DIFFERS")
    assert (mapped / "shop.py").read_text() == later


async def test_a_person_is_shown_the_change_and_asked(shell: Shell, mapped: Path) -> None:
    proposal = await proposed(shell)
    for answer, status, changed in (("n", 1, False), ("y", 0, True)):
        async with terminal("folder", "apply", proposal, str(mapped), env=shell.env, folder=mapped) as shown:
            await shown.expect('+    """')
            await shown.expect("Write this to")
            shown.type(f"{answer}\n")
            assert await shown.status() == status
        assert ((mapped / "shop.py").read_text() != SHOP) is changed


async def test_without_anybody_to_ask_nothing_is_written(shell: Shell, mapped: Path) -> None:
    proposal = await proposed(shell)
    said = await shell("folder", "apply", proposal, str(mapped))
    assert (said.status, "say --yes" in said.err, (mapped / "shop.py").read_text()) == (2, True, SHOP)


async def test_a_folder_that_is_gone_or_of_another_project_is_told_so(
    shell: Shell, mapped: Path, tmp_path: Path
) -> None:
    proposal = await proposed(shell)
    other = make_repo(tmp_path / "other", {"a.py": "1"})
    await shell.good("project", "create", "other", "--url", str(other))
    await shell.good("folder", "map", str(other), "other")
    assert "OTHER_PROJECT" in (await shell("folder", "apply", proposal, str(other), "--yes")).err
    shutil.rmtree(mapped)
    for arguments in (("diff", str(mapped)), ("apply", proposal, str(mapped)), ("undo", str(mapped), "--id", "x")):
        assert "FOLDER_GONE" in (await shell("folder", *arguments)).err
    assert "(gone)" in (await shell.good("folder", "list")).out
    await shell.good("folder", "unmap", str(mapped))


async def test_an_app_is_built_here_and_opens_by_its_token(shell: Shell, project: Path, tmp_path: Path) -> None:
    app = make_app(make_repo(tmp_path / "app"))
    (app / ".gitignore").write_text("node_modules/\n")
    commit(app, {})
    await shell.good("folder", "map", str(app), "shop")
    told = (await shell.good("folder", "preview", str(app), "--platform", "ios", "--json")).json
    assert told["qr_url"].endswith(told["token"])
    status = (await shell.good("preview", "status", told["job_id"], "--json")).json
    assert (status["status"], status["platform"]) == ("success", "ios")
    assert "Scan it, or open: http" in (await shell.good("folder", "preview", str(app))).out
    assert (await shell("folder", "preview", str(app), "--platform", "toaster")).status == 2


async def test_a_build_that_fails_says_what_the_bundler_said_last(shell: Shell, project: Path, tmp_path: Path) -> None:
    app = make_app(tmp_path / "app", "console.log('looking'); console.error('Error: no logo'); process.exit(3);")
    await shell.good("folder", "map", str(app), "shop")
    said = await shell("folder", "preview", str(app))
    assert (said.status, "looking" in said.err, "PREVIEW_BUILD_FAILED" in said.err) == (1, True, True)
    (app / "node_modules/expo/bin/cli").unlink()
    assert "npm ci" in (await shell("folder", "preview", str(app))).err
