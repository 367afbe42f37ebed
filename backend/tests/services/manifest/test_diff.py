"""Two manifests are compared as git compares two commits."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.manifest.diff import ChangeStatus, Difference, diff_trees
from app.services.manifest.nodes import Entry, EntryKind

from tests.fixtures.bare import Content, GitRepo
from tests.services.manifest.conftest import Described

LETTERS = {ChangeStatus.ADDED: "A", ChangeStatus.REMOVED: "D", ChangeStatus.MODIFIED: "M"}


async def compare(
    described: Described, repo: GitRepo, old: Mapping[str, Content], new: Mapping[str, Content]
) -> Difference:
    repo.commit(old, branch="old")
    repo.commit(new, branch="new")
    before, after = await described.describe("old"), await described.describe("new")
    return await diff_trees(described.load, before.root.tree_oid, after.root.tree_oid)


def summary(difference: Difference) -> list[tuple[str, str]]:
    return [(change.status.value, change.path) for change in difference.changes]


async def test_added_removed_and_modified_files_are_told_apart(described: Described, repo: GitRepo) -> None:
    old = {"a.py": "1", "b/c.py": "2", "b/d.py": "3", "same/x": "x"}
    new = {"a.py": "1!", "b/d.py": "3", "e/f.py": "new", "same/x": "x"}
    difference = await compare(described, repo, old, new)
    assert summary(difference) == [("modified", "a.py"), ("removed", "b/c.py"), ("added", "e/f.py")]
    assert difference.is_complete


async def test_the_same_blob_elsewhere_is_a_rename(described: Described, repo: GitRepo) -> None:
    difference = await compare(described, repo, {"a/x.py": "body", "k": "1"}, {"b/y/x.py": "body", "k": "1"})
    (change,) = difference.changes
    assert (change.status, change.old_path, change.path) == (ChangeStatus.RENAMED, "a/x.py", "b/y/x.py")
    assert change.before is not None
    assert change.after is not None
    assert change.before.oid == change.after.oid


async def test_of_several_origins_the_one_with_the_same_name_is_taken(described: Described, repo: GitRepo) -> None:
    old = {"p/one.py": "body", "p/two.py": "body", "p/six.py": "body"}
    difference = await compare(described, repo, old, {"q/two.py": "body"})
    assert [(each.path, each.old_path) for each in difference.changes if each.old_path] == [("q/two.py", "p/two.py")]


async def test_empty_files_are_never_called_renamed(described: Described, repo: GitRepo) -> None:
    difference = await compare(described, repo, {"a/__init__.py": ""}, {"b/__init__.py": ""})
    assert summary(difference) == [("removed", "a/__init__.py"), ("added", "b/__init__.py")]


async def test_a_changed_mode_is_a_modification(described: Described, repo: GitRepo) -> None:
    difference = await compare(described, repo, {"run": ("100644", "x")}, {"run": ("100755", "x")})
    assert summary(difference) == [("modified", "run")]


async def test_a_file_that_became_a_folder_is_removed_and_its_files_added(described: Described, repo: GitRepo) -> None:
    difference = await compare(described, repo, {"a": "1"}, {"a/b": "2"})
    assert summary(difference) == [("removed", "a"), ("added", "a/b")]


async def test_equal_directories_are_never_loaded(described: Described, repo: GitRepo) -> None:
    repo.commit({"big/one/x": "1", "big/two/y": "2", "z": "1"}, branch="old")
    repo.commit({"big/one/x": "1", "big/two/y": "2", "z": "2"}, branch="new")
    before, after = await described.describe("old"), await described.describe("new")
    big = repo.git("rev-parse", "new:big").decode().strip()
    del described.nodes[big]
    assert summary(await diff_trees(described.load, before.root.tree_oid, after.root.tree_oid)) == [("modified", "z")]


async def test_a_tree_that_explodes_ends_as_incomplete() -> None:
    def folder(name: str, oid: str) -> Entry:
        return Entry(name, "040000", EntryKind.FOLDER, oid, 1, None, oid)

    async def load(oids: object) -> dict[str, tuple[Entry, ...]]:
        return {
            str(oid): tuple(folder(f"d{index}", f"{str(oid)[0]}{int(str(oid)[1:]) + 1}") for index in range(10))
            for oid in list(oids)  # type: ignore[call-overload]
        }

    difference = await diff_trees(load, "a0", "b0")
    assert not difference.is_complete


NAMES = st.sampled_from(["a", "b", "c", "a.b", "a-b", "é", "x y"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CONTENTS = st.sampled_from(["", "1", "2", "3", "#!/bin/sh\n"])
MODES = st.sampled_from(["100644", "100644", "100755", "120000"])


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Content]:
    """Files of a random tree; a path never lies below another file."""
    found: dict[str, Content] = {}
    for path in draw(st.lists(PATHS, max_size=12, unique=True)):
        if any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in found):
            continue
        found[path] = (draw(MODES), draw(CONTENTS))
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(trees(), trees())
async def test_random_trees_differ_as_git_says(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, Content], new: dict[str, Content]
) -> None:
    folder = tmp_path_factory.mktemp("diff")
    repo = GitRepo.create(folder / "origin.git")
    difference = await compare(Described(repo, folder / "mirror"), repo, old, new)
    assert sorted(as_git_says(difference)) == git_says(repo)


def as_git_says(difference: Difference) -> list[tuple[str, str]]:
    """Status letters without renames, which git finds by rules of its own."""
    found: list[tuple[str, str]] = []
    for change in difference.changes:
        if change.status is ChangeStatus.RENAMED:
            assert change.before is not None
            assert change.after is not None
            assert change.before.oid == change.after.oid
            found += [("D", change.old_path or ""), ("A", change.path)]
        else:
            found.append((LETTERS[change.status], change.path))
    return found


def git_says(repo: GitRepo) -> list[tuple[str, str]]:
    printed = repo.git("diff", "--name-status", "--no-renames", "-z", "old", "new").decode().split("\0")[:-1]
    # A type change (T) is a modification here.
    return sorted((letter.replace("T", "M"), path) for letter, path in zip(printed[::2], printed[1::2], strict=True))
