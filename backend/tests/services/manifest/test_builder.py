"""A tree is described once; after that only what changed is read."""

import json

import pytest

from app.core.hashing import canonical_json, sha256_hex
from app.services.manifest.builder import MAX_DEPTH, describe_tree
from app.services.manifest.errors import ManifestTooLarge
from app.services.manifest.nodes import Entry, EntryKind, decode_entries

from tests.fixtures.bare import GitRepo
from tests.services.manifest.conftest import Described

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
FILES = {
    "README.md": "# hello\n",
    "src/app.py": "print(1)\n",
    "src/web/index.ts": "export {};\n",
    "src/web/deep/er/x.css": "a {}\n",
    "docs/a.md": "a\n",
}


def entries_of(described: Described, oid: str) -> dict[str, Entry]:
    return {entry.name: entry for entry in described.nodes[oid].entries}


async def test_sums_languages_and_hashes_cover_the_whole_tree(described: Described, repo: GitRepo) -> None:
    repo.commit(FILES)
    root = (await described.describe(first=True)).root
    assert root.file_count == 5
    assert root.total_bytes == sum(len(text) for text in FILES.values())
    assert dict(root.languages)["markdown"] == (2, 10)
    assert set(root.languages) == {"markdown", "python", "typescript", "css"}


async def test_one_walk_and_level_by_level_give_the_same_nodes(described: Described, repo: GitRepo) -> None:
    repo.commit(FILES)
    whole = await described.describe(first=True)
    described.nodes.clear()
    stepwise = await described.describe()
    assert whole.root == stepwise.root
    assert {node.summary.tree_oid for node in whole.new} == {node.summary.tree_oid for node in stepwise.new}


async def test_only_changed_directories_are_described_again(described: Described, repo: GitRepo) -> None:
    repo.commit(FILES)
    before = await described.describe(first=True)
    repo.commit({"src/web/index.ts": "export const a = 1;\n"}, keep=True)
    after = await described.describe()
    assert len(after.new) == 3
    assert after.root.node_hash != before.root.node_hash
    assert after.root.total_bytes == before.root.total_bytes + 9


async def test_a_known_tree_is_not_read(described: Described, repo: GitRepo) -> None:
    repo.commit(FILES)
    before = await described.describe(first=True)
    assert await described.describe() == type(before)(before.root, ())


async def test_node_hashes_are_taken_over_canonical_json(described: Described, repo: GitRepo) -> None:
    repo.commit({"ü\tx.py": "1\n", "a/\u2028.md": "", 'q".js': "1"})
    for node in (await described.describe(first=True)).new:
        assert node.encoded == canonical_json([list(entry) for entry in node.entries])
        assert node.summary.node_hash == sha256_hex(node.encoded)
        assert decode_entries(node.encoded) == node.entries


async def test_links_submodules_and_lfs_pointers_are_named_and_not_followed(
    described: Described, repo: GitRepo
) -> None:
    repo.commit(
        {
            "link": ("120000", "../../etc/passwd"),
            "sub": ("160000", "c" * 40),
            "big.bin": POINTER,
            "not.txt": "versions https://git-lfs.github.com/spec/v1 " + "x" * 100,
            "run": ("100755", "#!/usr/bin/env python3\nprint(1)\n"),
        }
    )
    root = (await described.describe(first=True)).root
    found = entries_of(described, root.tree_oid)
    assert found["link"].kind == EntryKind.SYMLINK
    assert (found["sub"].kind, found["sub"].oid, found["sub"].size) == (EntryKind.SUBMODULE, "c" * 40, None)
    assert found["big.bin"].kind == EntryKind.LFS
    assert (found["not.txt"].kind, found["not.txt"].language) == (EntryKind.FILE, "text")
    assert (found["run"].mode, found["run"].language) == ("100755", "python")
    assert root.file_count == 5


async def test_names_that_are_no_text_stay_different(described: Described, repo: GitRepo) -> None:
    repo.commit({b"caf\xe9.py": "1", "café.py": "2", "caf\\xe9.py": "3", "new\nline.py": "4"})
    root = (await described.describe(first=True)).root
    assert sorted(entries_of(described, root.tree_oid)) == sorted(
        ["caf\\xe9.py", "café.py", "caf\\\\xe9.py", "new\nline.py"]
    )
    json.dumps([list(entry) for entry in described.nodes[root.tree_oid].entries]).encode()


async def test_the_same_folder_at_several_depths_is_described_once(described: Described, repo: GitRepo) -> None:
    repo.commit({"x/a.py": "1", "deep/er/x/a.py": "1", "deep/x/a.py": "1"})
    stepwise = await described.describe()
    assert stepwise.root.file_count == 3
    assert len(stepwise.new) == 4


async def test_package_files_are_gathered_but_not_from_other_peoples_code(described: Described, repo: GitRepo) -> None:
    paths = ["package.json", "web/package.json", "web/node_modules/x/package.json", "a/b/c/d/e/package.json", "go.mod"]
    repo.commit(dict.fromkeys(paths, "{}"))
    root = (await described.describe(first=True)).root
    assert [each.path for each in root.package_files] == ["go.mod", "package.json", "web/package.json"]


async def test_an_exploding_tree_is_refused_quickly(described: Described, repo: GitRepo) -> None:
    repo.commit({"d/f": ""})
    tree = repo.git("rev-parse", "main:d").decode().strip()
    for _ in range(7):
        lines = "".join(f"040000 tree {tree}\td{index}\n" for index in range(10))
        tree = repo.git("mktree", stdin=lines.encode()).decode().strip()
    with pytest.raises(ManifestTooLarge):
        await describe_tree(described.reader(), described, tree, first=True)


async def test_too_deep_a_tree_is_refused(described: Described, repo: GitRepo) -> None:
    repo.commit({"d/" * (MAX_DEPTH + 1) + "f": "1"})
    with pytest.raises(ManifestTooLarge):
        await described.describe()


async def test_an_empty_tree_has_no_files(described: Described, repo: GitRepo) -> None:
    repo.commit({})
    root = (await described.describe(first=True)).root
    assert (root.file_count, root.total_bytes, dict(root.languages)) == (0, 0, {})
