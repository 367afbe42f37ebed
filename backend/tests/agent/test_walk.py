"""What a folder holds: nothing outside of it, nothing that would be harmful to read, and a reason for each left out."""

import os
import socket
import threading
from pathlib import Path

import pytest

from app.adapters.process.system import SystemProcesses
from app.agent.errors import Stopped
from app.agent.git import Git
from app.agent.walk import LARGEST_FILE, Walk, walk
from app.core.clock import SystemClock

from tests.fixtures.repos import commit, make_repo, run_git

GIT = Git(SystemProcesses(SystemClock()))


async def looked(folder: Path) -> Walk:
    return walk(folder, await GIT.listing(folder), threading.Event())


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


async def test_a_plain_folder_leaves_out_what_nobody_wants(tmp_path: Path) -> None:
    write(
        tmp_path, "a.py", "src/b.py", "node_modules/x/y.js", ".git/config", ".env", "dist/c.js", "notes/d.md", "e.tmp"
    )
    write(tmp_path, "src/deep/node_modules/z.js")
    (tmp_path / ".hivesyncignore").write_text("*.tmp\n/notes/\n")
    found = await looked(tmp_path)
    assert sorted(found.files) == [".hivesyncignore", "a.py", "src/b.py"]
    assert (found.ignored, found.refused) == (7, [])


async def test_a_work_tree_goes_by_git_and_its_own_rules(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1", "dist/kept.js": "tracked", "gone.py": "1", "secret.txt": "x"})
    (repo / ".gitignore").write_text("*.log\n")
    (repo / ".hivesyncignore").write_text("secret.txt\n")
    (repo / "gone.py").unlink()
    write(repo, "x.log", "new.py", "node_modules/y.js", ".env")
    found = await looked(repo)
    assert sorted(found.files) == [".gitignore", ".hivesyncignore", "a.py", "dist/kept.js", "new.py"]
    assert found.refused == []


async def test_links_that_leave_and_what_is_no_file_are_refused_with_the_reason(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    write(outside, "passwords")
    write(folder, "real.py")
    (folder / "inside").symlink_to("real.py")
    (folder / "absolute").symlink_to(folder / "real.py")
    (folder / "up").symlink_to("../outside/passwords")
    (folder / "tree").symlink_to(outside)
    (folder / "round").symlink_to("round")
    os.mkfifo(folder / "pipe")
    at = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listening:
        # A socket's name may be 107 bytes long.
        listening.bind(f"/proc/self/fd/{at}/s")
    os.close(at)
    with (folder / "huge").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    (folder / "b\\slash").touch()
    Path(os.fsdecode(os.fsencode(folder) + b"/not-\xff-text")).touch()
    found = await looked(folder)
    assert sorted(found.files) == ["inside", "real.py", "round"]
    assert (found.files["inside"].mode, found.files["inside"].target) == ("120000", b"real.py")
    assert dict(found.refused) == {
        "absolute": "link_leaves", "up": "link_leaves", "tree": "link_leaves", "pipe": "special", "s": "special",
        "huge": "too_large", "b\\slash": "name", "not-\\xff-text": "name",
    }  # fmt: skip


async def test_a_tracked_folder_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"src/a.py": "1", "b.py": "2"})
    (repo / "src").rename(tmp_path / "outside")
    (repo / "src").symlink_to(tmp_path / "outside")
    found = await looked(repo)
    assert sorted(found.files) == ["b.py"]
    assert found.refused == [("src", "link_leaves")]


async def test_repositories_inside_are_named_and_not_gone_into(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.py": "1"})
    make_repo(repo / "other", {"b.py": "2"})
    assert (await looked(repo)).refused == [("other", "repository")]
    commit(repo, {}, "With what git makes a submodule of")
    assert (await looked(repo)).refused == [("other", "submodule")]


async def test_no_program_that_a_folder_names_is_run(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.py": "1"})
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    program.chmod(0o755)
    for setting in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "filter.x.clean"):
        run_git(repo, "config", setting, str(program))
    await looked(repo)
    await GIT.place(repo)
    assert not (tmp_path / "was-run").exists()


async def test_walking_stops_when_nobody_waits(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Stopped):
        walk(tmp_path, None, stopped)


async def test_git_says_where_a_folder_is(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.py": "1"})
    head = run_git(repo, "rev-parse", "HEAD")
    assert await GIT.place(repo) == ("main", head)
    run_git(repo, "checkout", "-q", "--detach")
    assert await GIT.place(repo) == (None, head)
    assert await GIT.place(tmp_path) == (None, None)
