"""A description of what changed is the description of the whole."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings

from app.services.manifest.builder import MOST_PACKAGES, Description
from app.services.manifest.delta import compare, describe_change

from tests.fixtures.bare import Content, GitRepo
from tests.services.manifest.conftest import Described
from tests.services.manifest.test_diff import trees

Tree = Mapping[str, Content]


async def after_change(described: Described, old: Tree, new: Tree) -> tuple[Description | None, Description]:
    """Describe the change from one tree to another, and the other tree as a whole."""
    described.repo.commit(old, branch="old")
    described.repo.commit(new, branch="new")
    await described.describe("old", first=True)
    before, after = described.repo.tree("old"), described.repo.tree("new")
    changed = await described_after(described, before, after)
    whole = await Described(described.repo, described.folder).describe("new", first=True)
    return changed, whole


async def described_after(described: Described, before: str, after: str) -> Description | None:
    reader = described.reader()
    return await describe_change(reader, described, await compare(reader, before, after))


def same(changed: Description | None, whole: Description) -> bool:
    """Compare everything but which nodes were known before."""
    assert changed is not None
    by_tree = {node.summary.tree_oid: node for node in whole.new}
    return changed.root == whole.root and all(node == by_tree[node.summary.tree_oid] for node in changed.new)


async def test_only_what_changed_is_described(described: Described) -> None:
    old: Tree = {"a/x.py": "1", "a/y.py": "2", "b/c/z.md": "3", "package.json": "{}"}
    changed, whole = await after_change(described, old, {**old, "a/x.py": "1!"})
    assert same(changed, whole)
    assert changed is not None
    assert len(changed.new) == 2


@pytest.mark.parametrize(
    "new",
    [
        {},
        {"a": "now a file"},
        {"a/x.py": "1", "a/y.py": "2", "new/deep/er/n.ts": "n", "new/run": ("100755", "#!/bin/sh\n")},
        {"moved/a/x.py": "1", "moved/a/y.py": "2", "b/c/z.md": "3"},
        {"a/x.py": "1", "a/y.py/f": "2", "b/c/z.md": ("120000", "3"), "b/package.json": "{}"},
        {"a/c/z.md": "3", "b/x.py": "1", "b/y.py": "2"},
        {"z/a/x.py": "1", "z/a/y.py": "2", "y/a/x.py": "1", "y/a/y.py": "2"},
    ],
)
async def test_folders_that_come_go_move_and_change_kind(described: Described, new: Tree) -> None:
    old: Tree = {"a/x.py": "1", "a/y.py": "2", "b/c/z.md": "3", "go.mod": "module m\n"}
    assert same(*await after_change(described, old, new))


async def test_a_folder_that_moved_is_not_read_again(described: Described) -> None:
    changed, whole = await after_change(described, {"a/b/x.py": "1", "k": "1"}, {"c/d/x.py": "1", "k": "1"})
    assert same(changed, whole)
    assert changed is not None
    assert len(changed.new) == 2


async def test_what_is_not_remembered_is_not_guessed(described: Described) -> None:
    described.repo.commit({"a/x.py": "1", "b": "1"}, branch="old")
    described.repo.commit({"a/x.py": "2", "b": "1"}, branch="new")
    await described.describe("old", first=True)
    before, after = described.repo.tree("old"), described.repo.tree("new")
    del described.nodes[described.repo.git("rev-parse", "old:a").decode().strip()]
    assert await described_after(described, before, after) is None


async def test_more_packages_than_are_kept_are_counted_anew(described: Described) -> None:
    old = {f"p{index}/package.json": f"{index}" for index in range(MOST_PACKAGES + 1)}
    changed, _ = await after_change(described, old, {**old, "p0/package.json": "new"})
    assert changed is None


@pytest.mark.parametrize(
    ("new", "is_plain"),
    [
        ({"a/x.py": "2", "a/z.py": "new"}, True),
        ({"a/x.py": "1", "b/c.py": "1"}, False),
        ({"k": "1"}, False),
        ({"a/x.py": "1", "go.mod": "module m"}, False),
    ],
)
async def test_a_change_of_files_alone_is_plain(described: Described, new: Tree, is_plain: bool) -> None:
    described.repo.commit({"a/x.py": "1", "k": "1"}, branch="old")
    described.repo.commit({"k": "1", **new}, branch="new")
    found = await compare(described.reader(), described.repo.tree("old"), described.repo.tree("new"))
    assert found.is_plain is is_plain


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(trees(), trees())
async def test_random_changes(tmp_path_factory: pytest.TempPathFactory, old: Tree, new: Tree) -> None:
    # Equal trees are not compared.
    new = {**new, "changed": "1"}
    folder = tmp_path_factory.mktemp("delta")
    repo = GitRepo.create(folder / "origin.git")
    assert same(*await after_change(Described(repo, folder / "mirror"), old, new))
