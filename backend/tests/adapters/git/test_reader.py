"""Reading mirrors: refs, trees, files and differences, however odd the repository."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.errors import BlobTooLarge, ObjectNotFound, PathNotFound, RefNotFound
from app.adapters.git.objects import is_lfs_pointer, name_bytes, name_text
from app.adapters.git.port import EntryType, MirrorReader, PathChange
from app.adapters.git.urls import parse_remote_url
from app.core.guard import SlowWorkInsideScopeError, scope_closed, scope_opened
from app.core.paths import PathRefused

from tests.fixtures.repos import Files, commit, local_mirrors, make_repo, run_git

PROJECT = UUID(int=7)
FILES: Files = {
    "README.md": "# Hello\n",
    "src/app.py": "print(1)\n",
    "src/lib/util.py": "x = 1\n",
    "src-old.txt": "old\n",
    "bin/run": "#!/bin/sh\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "repo", FILES)


async def mirror(repo: Path, tmp_path: Path) -> MirrorReader:
    mirrors = local_mirrors(tmp_path / "data")
    await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo), allow_local=True))
    return mirrors.reader(PROJECT)


async def test_refs_resolve_in_every_spelling(repo: Path, tmp_path: Path) -> None:
    head = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "tag", "-a", "v1.0", "-m", "x")
    run_git(repo, "branch", "feature/x")
    reader = await mirror(repo, tmp_path)
    spellings = [None, "HEAD", "main", "refs/heads/main", "feature/x", "v1.0", "refs/tags/v1.0", head, head[:8]]
    assert {await reader.resolve(spelling) for spelling in spellings} == {head}
    assert {ref.commit for ref in await reader.refs()} == {head}


@pytest.mark.parametrize(
    "ref",
    [
        "nope",
        "",
        "abc",
        "f" * 40,
        "0000",
        "main~1",
        "main^{tree}",
        "main..x",
        "@{-1}",
        "--all",
        "a\0b",
        "\udcff",
        "HEAD:a",
    ],
)
async def test_whatever_else_is_asked_for_is_not_found(repo: Path, tmp_path: Path, ref: str) -> None:
    reader = await mirror(repo, tmp_path)
    with pytest.raises(RefNotFound):
        await reader.resolve(ref)


async def test_tags_of_things_that_are_no_commits_are_left_out(repo: Path, tmp_path: Path) -> None:
    run_git(repo, "tag", "tree", "HEAD^{tree}")
    run_git(repo, "tag", "blob", "HEAD:README.md")
    reader = await mirror(repo, tmp_path)
    assert [ref.name for ref in await reader.refs()] == ["refs/heads/main"]
    with pytest.raises(RefNotFound):
        await reader.resolve("tree")


async def test_a_folder_is_listed_in_gits_order_with_sizes(repo: Path, tmp_path: Path) -> None:
    reader = await mirror(repo, tmp_path)
    entries = await reader.list_tree(await reader.resolve())
    assert [(entry.path, entry.type, entry.size) for entry in entries] == [
        ("README.md", EntryType.FILE, 8),
        ("bin", EntryType.FOLDER, None),
        ("src-old.txt", EntryType.FILE, 4),
        ("src", EntryType.FOLDER, None),
    ]


async def test_a_listing_of_everything_is_that_of_git(repo: Path, tmp_path: Path) -> None:
    reader = await mirror(repo, tmp_path)
    entries = await reader.list_tree(await reader.resolve(), recursive=True)
    expected = run_git(repo, "ls-tree", "-r", "-l", "HEAD").splitlines()
    assert [f"{entry.mode} blob {entry.oid} {entry.size:>7}\t{entry.path}" for entry in entries] == expected


@pytest.mark.parametrize(("path", "recursive"), [("", True), ("", False), ("src", True), ("src", False)])
@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_put_together_are_the_whole(
    repo: Path, tmp_path: Path, path: str, recursive: bool, limit: int
) -> None:
    reader = await mirror(repo, tmp_path)
    head = await reader.resolve()
    whole = await reader.list_tree(head, path, recursive=recursive)
    pages: list[str] = []
    while page := await reader.list_tree(
        head, path, recursive=recursive, limit=limit, after=pages[-1] if pages else None
    ):
        assert len(page) <= limit
        pages += [entry.path for entry in page]
    assert pages == [entry.path for entry in whole]


async def test_an_entry_is_found_by_its_path(repo: Path, tmp_path: Path) -> None:
    reader = await mirror(repo, tmp_path)
    head = await reader.resolve()
    entry = await reader.entry(head, "src/lib/util.py")
    assert (entry.path, entry.name, entry.mode, entry.size) == ("src/lib/util.py", "util.py", "100644", 6)
    assert await reader.read_blob(entry.oid, max_bytes=6) == b"x = 1\n"
    assert (await reader.entry(head, "")).oid == await reader.tree_of(head)


@pytest.mark.parametrize("path", ["nope", "src/nope", "README.md/x", "src/app.py/x", "SRC"])
async def test_a_path_that_is_not_there_is_not_found(repo: Path, tmp_path: Path, path: str) -> None:
    reader = await mirror(repo, tmp_path)
    with pytest.raises(PathNotFound):
        await reader.entry(await reader.resolve(), path)


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "src/../x", "./src", "src//app.py", "a\\b", "a\0", ".git/config"]
)
async def test_a_path_that_leaves_the_tree_is_refused(repo: Path, tmp_path: Path, path: str) -> None:
    reader = await mirror(repo, tmp_path)
    with pytest.raises(PathRefused):
        await reader.entry(await reader.resolve(), path)


async def test_symlinks_and_submodules_are_named_and_never_followed(repo: Path, tmp_path: Path) -> None:
    (repo / "link").symlink_to("/etc/passwd")
    (repo / "dirlink").symlink_to("src")
    other = make_repo(tmp_path / "other", {"secret.txt": "no\n"})
    module = run_git(other, "rev-parse", "HEAD")
    run_git(repo, "update-index", "--add", "--cacheinfo", f"160000,{module},module")
    (repo / ".gitmodules").write_text(f'[submodule "module"]\n\tpath = module\n\turl = {other}\n')
    run_git(repo, "add", "link", "dirlink", ".gitmodules")
    run_git(repo, "commit", "-q", "-m", "links")
    reader = await mirror(repo, tmp_path)
    head = await reader.resolve()
    link, sub = await reader.entry(head, "link"), await reader.entry(head, "module")
    assert (link.type, link.mode, link.size) == (EntryType.SYMLINK, "120000", 11)
    assert await reader.read_blob(link.oid, max_bytes=100) == b"/etc/passwd"
    assert (sub.type, sub.mode, sub.size, sub.oid) == (EntryType.SUBMODULE, "160000", None, module)
    for path in ("dirlink/app.py", "module/secret.txt"):
        with pytest.raises(PathNotFound):
            await reader.entry(head, path)
    with pytest.raises(ObjectNotFound):
        await reader.read_blob(module, max_bytes=100)


async def test_an_lfs_pointer_is_known_and_stays_a_pointer(repo: Path, tmp_path: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
    commit(repo, {"big.psd": pointer, ".gitattributes": "*.psd filter=lfs diff=lfs merge=lfs -text\n"})
    reader = await mirror(repo, tmp_path)
    data = await reader.read_blob((await reader.entry(await reader.resolve(), "big.psd")).oid, max_bytes=1000)
    assert data == pointer.encode()
    assert is_lfs_pointer(data)
    assert not is_lfs_pointer(b"version 1\n")
    assert not is_lfs_pointer(pointer.encode() + b"x" * 2000)


ODD = [
    b"caf\xe9.txt",
    b"new\nline",
    b"back\\slash",
    b"tab\there",
    b"\xff\xfe",
    "naïve.txt".encode(),
    b"-dash",
    b'q"uote',
]


async def test_odd_names_are_listed_apart_and_break_nothing(repo: Path, tmp_path: Path) -> None:
    blob = run_git(repo, "hash-object", "-w", "--stdin", data=b"x")
    lines = b"".join(b"100644 %s\t%s\0" % (blob.encode(), name) for name in ODD)
    run_git(repo, "update-index", "-z", "--index-info", data=lines)
    run_git(repo, "commit", "-q", "-m", "odd")
    reader = await mirror(repo, tmp_path)
    head = await reader.resolve()
    flat = {entry.path for entry in await reader.list_tree(head)}
    assert {"caf\\xe9.txt", "new\nline", "back\\\\slash", "\\xff\\xfe", "naïve.txt", "-dash"} <= flat
    assert len(flat) == len(ODD) + 4
    for path in flat:
        path.encode("utf-8")
    listed = await reader.list_tree(head, recursive=True)
    pages = [await reader.list_tree(head, recursive=True, limit=1, after=entry.path) for entry in listed]
    assert [page[0].path for page in pages if page] == [entry.path for entry in listed[1:]]


@pytest.mark.parametrize("name", [*ODD, b"\\x41", b"\\\\x41", b"a", b"\\", b"\\\\"])
def test_a_shown_name_leads_back_to_its_bytes(name: bytes) -> None:
    assert name_bytes(name_text(name)) == name


async def test_trees_are_walked_once_each_children_first(repo: Path, tmp_path: Path) -> None:
    commit(repo, {"copy/app.py": "print(1)\n", "copy/lib/util.py": "x = 1\n"})
    reader = await mirror(repo, tmp_path)
    root = await reader.tree_of(await reader.resolve())
    nodes = await reader.walk_tree(root)
    assert nodes[-1].oid == root
    assert len({node.oid for node in nodes}) == len(nodes) == 4  # copy and src are the same tree
    seen: set[str] = set()
    for node in nodes:
        assert {child.oid for child in node.children if child.type is EntryType.FOLDER} <= seen
        seen.add(node.oid)
    assert await reader.read_trees([node.oid for node in nodes]) == nodes
    assert await reader.read_tree(root) == nodes[-1]


async def test_a_bomb_of_shared_folders_is_walked_in_no_time(repo: Path, tmp_path: Path) -> None:
    oid = run_git(repo, "hash-object", "-w", "--stdin", data=b"boom")
    kind = "100644 blob"
    for _ in range(12):
        listing = "".join(f"{kind} {oid}\t{number}\n" for number in range(10)).encode()
        oid, kind = run_git(repo, "mktree", data=listing), "040000 tree"
    head = run_git(repo, "commit-tree", oid, "-m", "bomb")
    run_git(repo, "update-ref", "refs/heads/main", head)
    reader = await mirror(repo, tmp_path)
    assert len(await reader.walk_tree(oid)) == 12
    assert len(await reader.list_tree(head, recursive=True, limit=100)) == 100


async def test_a_very_deep_tree_breaks_nothing(repo: Path, tmp_path: Path) -> None:
    oid, kind = run_git(repo, "hash-object", "-w", "--stdin", data=b"deep"), "100644 blob"
    for _ in range(400):
        oid, kind = run_git(repo, "mktree", data=f"{kind} {oid}\td\n".encode()), "040000 tree"
    head = run_git(repo, "commit-tree", oid, "-m", "deep")
    run_git(repo, "update-ref", "refs/heads/main", head)
    reader = await mirror(repo, tmp_path)
    assert len(await reader.walk_tree(oid)) == 400
    (entry,) = await reader.list_tree(head, recursive=True)
    assert (await reader.entry(head, entry.path)).size == 4


async def test_blobs_come_in_the_order_asked_with_gaps(repo: Path, tmp_path: Path) -> None:
    reader = await mirror(repo, tmp_path)
    head = await reader.resolve()
    small, big = (await reader.entry(head, "src/lib/util.py")).oid, (await reader.entry(head, "bin/run")).oid
    blobs = await reader.read_blobs([big, "f" * 40, small, "nonsense"], max_bytes=8)
    assert [(blob.size, blob.data) for blob in blobs] == [(10, None), (None, None), (6, b"x = 1\n"), (None, None)]
    with pytest.raises(BlobTooLarge, match="10 bytes"):
        await reader.read_blob(big, max_bytes=9)
    with pytest.raises(ObjectNotFound):
        await reader.read_blob(await reader.tree_of(head), max_bytes=1000)


async def test_history_is_known(repo: Path, tmp_path: Path) -> None:
    old = run_git(repo, "rev-parse", "HEAD")
    new = commit(repo, {"a": "b"}, "Add a\n\nWith a body.", at=1_800_000_000)
    reader = await mirror(repo, tmp_path)
    assert await reader.is_ancestor(old, new)
    assert await reader.is_ancestor(new, new)
    assert not await reader.is_ancestor(new, old)
    assert not await reader.is_ancestor("f" * 40, new)
    info = await reader.commit_info(new)
    assert (info.id, info.parents, info.subject) == (new, (old,), "Add a")
    assert (info.author.name, info.author.email) == ("Ada", "ada@example.org")
    assert info.committed_at == datetime.fromtimestamp(1_800_000_000, UTC)


async def test_commits_written_by_odd_tools_can_be_read(repo: Path, tmp_path: Path) -> None:
    tree = run_git(repo, "rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nauthor J\udcf6rg <j> 99999999999999 +9900\ncommitter x <> -5 -0000\n\nsubj\udcff\n"
    data = raw.encode("utf-8", "surrogateescape")
    odd = run_git(repo, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=data)
    run_git(repo, "update-ref", "refs/heads/odd", odd)
    reader = await mirror(repo, tmp_path)
    info = await reader.commit_info(await reader.resolve("odd"))
    assert info.author.name == "J\ufffdrg"
    assert info.subject == "subj\ufffd"


async def test_differences_are_named_by_path(repo: Path, tmp_path: Path) -> None:
    old = run_git(repo, "rev-parse", "HEAD")
    commit(repo, {"README.md": "# Changed\n", "src/lib/util.py": None, "new/deep/file": "x"})
    (repo / "bin" / "run").chmod(0o755)
    new = commit(repo, {})
    reader = await mirror(repo, tmp_path)
    changes = await reader.changed_paths(old, new)
    assert [(change.path, change.change) for change in changes] == [
        ("README.md", PathChange.MODIFIED),
        ("bin/run", PathChange.MODIFIED),
        ("new/deep/file", PathChange.ADDED),
        ("src/lib/util.py", PathChange.DELETED),
    ]
    mode = changes[1]
    assert mode.before
    assert mode.after
    assert (mode.before.mode, mode.after.mode, mode.before.oid) == ("100644", "100755", mode.after.oid)


async def test_a_file_that_becomes_a_folder_is_deleted_and_added(repo: Path, tmp_path: Path) -> None:
    old = run_git(repo, "rev-parse", "HEAD")
    commit(repo, {"src-old.txt": None})
    new = commit(repo, {"src-old.txt/inside": "x"})
    reader = await mirror(repo, tmp_path)
    changes = await reader.changed_paths(old, new)
    assert [(change.path, change.change) for change in changes] == [
        ("src-old.txt", PathChange.DELETED),
        ("src-old.txt/inside", PathChange.ADDED),
    ]


async def test_mirrors_are_not_read_inside_a_transaction(repo: Path, tmp_path: Path) -> None:
    reader = await mirror(repo, tmp_path)
    token = scope_opened()
    try:
        with pytest.raises(SlowWorkInsideScopeError):
            await reader.resolve()
    finally:
        scope_closed(token)
