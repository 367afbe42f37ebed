"""Two trees are compared folder by folder, and only where they differ."""

from pathlib import Path
from uuid import UUID

from app.adapters.git.port import TreeChange
from app.adapters.git.urls import parse_remote_url

from tests.fixtures.bare import GitRepo
from tests.fixtures.repos import local_mirrors

PROJECT = UUID(int=7)


async def changes(repo: GitRepo, tmp_path: Path) -> list[TreeChange]:
    mirrors = local_mirrors(tmp_path / "data")
    await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo.path), allow_local=True))
    return await mirrors.reader(PROJECT).changed_trees(repo.tree("old"), repo.tree("new"))


def names(change: TreeChange) -> tuple[list[str], list[str]]:
    return sorted(child.name for child in change.came), sorted(child.name for child in change.went)


async def test_parents_come_first_and_equal_folders_not_at_all(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"a/b/x": "1", "a/y": "1", "same/z": "1", "gone/g": "1"}, branch="old")
    repo.commit({"a/b/x": "22", "a/y": "1", "same/z": "1", "new/n": "1"}, branch="new")
    found = await changes(repo, tmp_path)
    assert [names(change) for change in found] == [(["a", "new"], ["a", "gone"]), (["b"], ["b"]), (["x"], ["x"])]
    (x,) = found[-1].came
    assert (x.size, x.mode, found[-1].went[0].size) == (2, "100644", None)


async def test_equal_trees_have_no_changes(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"a/b": "1"}, branch="old")
    repo.commit({"a/b": "1"}, branch="new")
    assert await changes(repo, tmp_path) == []


async def test_the_same_change_in_many_folders_is_compared_once(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({f"{folder}/x": "1" for folder in "abcdef"}, branch="old")
    repo.commit({f"{folder}/x": "2" for folder in "abcdef"}, branch="new")
    assert len(await changes(repo, tmp_path)) == 2


async def test_a_file_that_became_a_folder_is_not_gone_into(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"a": "1"}, branch="old")
    repo.commit({"a/b/c": "1"}, branch="new")
    (change,) = await changes(repo, tmp_path)
    assert [(child.name, child.type) for child in (*change.came, *change.went)] == [("a", "folder"), ("a", "file")]
