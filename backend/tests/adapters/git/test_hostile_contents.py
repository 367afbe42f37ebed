"""Repositories whose objects are odd: the harmful are refused, the merely old are accepted."""

from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.errors import RepoContentRefused
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.urls import parse_remote_url

from tests.fixtures.repos import local_mirrors, make_repo, run_git

PROJECT = UUID(int=7)


@pytest.fixture
def mirrors(tmp_path: Path) -> GitMirrors:
    return local_mirrors(tmp_path / "data")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "repo", {"a.txt": "one\n"})


def tree_of_one(repo: Path, name: str, kind: str = "100644 blob", data: bytes = b"x") -> str:
    """Write a tree git itself would not write; answers its id."""
    mode, _ = kind.split()
    blob = run_git(repo, "hash-object", "-w", "--stdin", data=data)
    raw = f"{mode} {name}".encode() + b"\0" + bytes.fromhex(blob)
    return run_git(repo, "hash-object", "-w", "--literally", "-t", "tree", "--stdin", data=raw)


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        (".git", "100644 blob", b"x"),
        ("..", "100644 blob", b"x"),
        ("a/b", "100644 blob", b"x"),
        (".GIT", "100644 blob", b"x"),
        (".gitmodules", "120000 blob", b"/etc/passwd"),
        (".gitmodules", "100644 blob", b'[submodule "a"]\n\tpath = a\n\turl = --upload-pack=x\n'),
        (".gitmodules", "100644 blob", b'[submodule "../../x"]\n\tpath = a\n\turl = https://example.org/a\n'),
    ],
)
async def test_objects_that_harm_whoever_checks_them_out_are_refused(
    mirrors: GitMirrors, repo: Path, name: str, kind: str, data: bytes
) -> None:
    head = run_git(repo, "commit-tree", tree_of_one(repo, name, kind, data), "-m", "evil")
    run_git(repo, "update-ref", "refs/heads/evil", head)
    with pytest.raises(RepoContentRefused):
        await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo), allow_local=True))
    assert not await mirrors.reader(PROJECT).exists()


@pytest.mark.parametrize(
    "author",
    ["A <a@b> 1700000000 +051800", "A<a@b> 1700000000 +0000", "A <a@b> 0001700000000 +0000", "A <a<@b> 17 +0000"],
)
async def test_harmless_oddities_of_old_histories_are_accepted(mirrors: GitMirrors, repo: Path, author: str) -> None:
    tree = tree_of_one(repo, "old", "0100664 blob")
    raw = f"tree {tree}\nauthor {author}\ncommitter A <a@b> 1700000000 +0000\n\nold\n".encode()
    odd = run_git(repo, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=raw)
    run_git(repo, "update-ref", "refs/heads/odd", odd)
    await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo), allow_local=True))
    reader = mirrors.reader(PROJECT)
    assert (await reader.entry(await reader.resolve("odd"), "old")).mode == "100644"
    assert (await reader.commit_info(odd)).subject == "old"
