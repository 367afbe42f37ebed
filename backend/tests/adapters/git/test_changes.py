"""Recorded changes: deterministic, idempotent, beside upstream, never through links; and pushed as new branches."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.arguments import ArgumentRefused
from app.adapters.git.changes import ChangeInvalid
from app.adapters.git.errors import BranchTaken, ChangeConflict, MirrorMissing, RefNotFound, RepoAuthFailed
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.port import ChangedFile, Credentials, Signature
from app.adapters.git.urls import RemoteUrl, parse_remote_url
from app.core.paths import PathRefused

from tests.fixtures.repos import GitServer, commit, local_mirrors, make_repo, run_git

PROJECT = UUID(int=7)
REF = "refs/hivesync/changes/0190"
ADA = Signature("Ada", "ada@example.org", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = make_repo(tmp_path / "served" / "r", {"a.txt": "one\n", "src/b.py": "x = 1\n", "keep.txt": "keep\n"})
    run_git(repo, "config", "http.receivepack", "true")
    return repo


@pytest.fixture
async def mirrors(tmp_path: Path, repo: Path) -> GitMirrors:
    mirrors = local_mirrors(tmp_path / "data")
    await mirrors.writer().sync(PROJECT, at(repo))
    return mirrors


def at(repo: Path) -> RemoteUrl:
    return parse_remote_url(str(repo), allow_local=True)


async def record(
    mirrors: GitMirrors, *files: ChangedFile, base: str | None = None, ref: str = REF, author: Signature = ADA
) -> str:
    head = base or await mirrors.reader(PROJECT).resolve()
    return await mirrors.writer().record_change(
        PROJECT, ref, base_commit=head, files=files, message="Document a.txt\n", author=author
    )


async def test_a_change_is_a_commit_on_its_base_with_those_bytes(mirrors: GitMirrors, repo: Path) -> None:
    change = await record(
        mirrors,
        ChangedFile("a.txt", b"two\r\n\xff"),
        ChangedFile("new/tool", b"#!\n", "100755"),
        ChangedFile("src/b.py", None),
    )
    reader = mirrors.reader(PROJECT)
    info = await reader.commit_info(change)
    assert (info.parents, info.subject, info.author) == ((await reader.resolve("main"),), "Document a.txt", ADA)
    assert info.committed_at == ADA.at
    entries = await reader.list_tree(change, recursive=True)
    assert [(entry.path, entry.mode) for entry in entries] == [
        ("a.txt", "100644"),
        ("keep.txt", "100644"),
        ("new/tool", "100755"),
    ]
    assert await reader.read_blob(entries[0].oid, max_bytes=100) == b"two\r\n\xff"


async def test_upstream_refs_and_files_are_untouched(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    before = run_git(repo, "for-each-ref"), run_git(repo, "status", "--porcelain")
    refs = await mirrors.reader(PROJECT).refs()
    change = await record(mirrors, ChangedFile("a.txt", b"two\n"))
    after = await mirrors.reader(PROJECT).refs()
    assert [ref for ref in after if ref not in refs] == [type(refs[0])(REF, change)]
    assert (run_git(repo, "for-each-ref"), run_git(repo, "status", "--porcelain")) == before
    assert list((tmp_path / "data" / "tmp").iterdir()) == []


async def test_the_same_change_is_the_same_commit_everywhere(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    elsewhere = local_mirrors(tmp_path / "elsewhere")
    await elsewhere.writer().sync(PROJECT, at(repo))
    moved = Signature("Ada", "ada@example.org", ADA.at.astimezone(timezone(timedelta(hours=5))))
    files = [ChangedFile("a.txt", b"two\n"), ChangedFile("z.txt", b"new\n")]
    first = await record(mirrors, *files)
    assert await record(elsewhere, *reversed(files), author=moved) == first
    assert await record(mirrors, *files) == first


async def test_another_change_under_the_same_name_is_a_conflict(mirrors: GitMirrors) -> None:
    first = await record(mirrors, ChangedFile("a.txt", b"two\n"))
    with pytest.raises(ChangeConflict):
        await record(mirrors, ChangedFile("a.txt", b"three\n"))
    assert await mirrors.reader(PROJECT).resolve(REF) == first


async def test_a_change_may_stand_on_a_change(mirrors: GitMirrors) -> None:
    first = await record(mirrors, ChangedFile("a.txt", b"two\n"))
    second = await record(mirrors, ChangedFile("a.txt", b"three\n"), base=first, ref=f"{REF}-2")
    assert await mirrors.reader(PROJECT).is_ancestor(first, second)


@pytest.mark.parametrize(
    "path", ["link", "link/x", "folder-link/x", "a.txt/x", "src", "module", "module/x", "src/b.py/c"]
)
async def test_nothing_is_written_through_or_over_links_folders_and_submodules(
    repo: Path, tmp_path: Path, path: str
) -> None:
    target = tmp_path / "outside"
    (repo / "link").symlink_to(target)
    (repo / "folder-link").symlink_to(tmp_path)
    run_git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    run_git(repo, "add", "link", "folder-link")
    run_git(repo, "commit", "-q", "-m", "links")
    mirrors = local_mirrors(tmp_path / "data")
    await mirrors.writer().sync(PROJECT, at(repo))
    with pytest.raises(ChangeConflict):
        await record(mirrors, ChangedFile(path, b"x"))
    assert not target.exists()


@pytest.mark.parametrize("path", ["../x", "/x", ".git/hooks/x", "a/.GIT/x", "a\\b", "a\nb", "", "a//b"])
async def test_a_path_outside_the_tree_is_refused(mirrors: GitMirrors, path: str) -> None:
    with pytest.raises(PathRefused):
        await record(mirrors, ChangedFile(path, b"x"))


@pytest.mark.parametrize(
    "ref", ["refs/heads/main", "refs/hivesync/other/1", "refs/hivesync/changes/", "refs/hivesync/changes/../x", "HEAD"]
)
async def test_only_refs_of_our_own_are_written(mirrors: GitMirrors, ref: str) -> None:
    with pytest.raises(ArgumentRefused):
        await record(mirrors, ChangedFile("a.txt", b"x"), ref=ref)


async def test_malformed_changes_are_refused(mirrors: GitMirrors) -> None:
    same = ChangedFile("a.txt", b"x")
    hostile = Signature("Ada\nevil", "a@b", ADA.at)
    for files, author in (
        ((), ADA),
        ((same, same), ADA),
        ((ChangedFile("a.txt", b"x", "120000"),), ADA),
        ((same,), hostile),
    ):
        with pytest.raises(ChangeInvalid):
            await record(mirrors, *files, author=author)
    with pytest.raises(ChangeConflict):
        await record(mirrors, ChangedFile("nope.txt", None))
    with pytest.raises(RefNotFound):
        await record(mirrors, same, base="f" * 40)


async def test_a_project_without_a_mirror_has_nothing_to_change(tmp_path: Path) -> None:
    with pytest.raises(MirrorMissing):
        await record(local_mirrors(tmp_path / "data"), ChangedFile("a.txt", b"x"), base="f" * 40)
    assert not (tmp_path / "data" / "repos" / str(PROJECT)).exists()


async def test_a_change_is_pushed_as_a_new_branch_once(mirrors: GitMirrors, repo: Path) -> None:
    change = await record(mirrors, ChangedFile("a.txt", b"two\n"))
    for _ in range(2):
        await mirrors.writer().push_change(PROJECT, at(repo), None, ref_name=REF, branch="hivesync/docs")
    assert run_git(repo, "rev-parse", "refs/heads/hivesync/docs") == change


async def test_a_branch_with_other_contents_is_never_overwritten(mirrors: GitMirrors, repo: Path) -> None:
    await record(mirrors, ChangedFile("a.txt", b"two\n"))
    base = run_git(repo, "rev-parse", "main")
    run_git(repo, "branch", "taken")
    with pytest.raises(BranchTaken):
        await mirrors.writer().push_change(PROJECT, at(repo), None, ref_name=REF, branch="taken")
    assert run_git(repo, "rev-parse", "taken") == base


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "", "a.lock", "x:refs/heads/main", "*", "a/"])
async def test_odd_branch_names_are_refused(mirrors: GitMirrors, repo: Path, branch: str) -> None:
    await record(mirrors, ChangedFile("a.txt", b"two\n"))
    with pytest.raises(ArgumentRefused):
        await mirrors.writer().push_change(PROJECT, at(repo), None, ref_name=REF, branch=branch)


async def test_pushing_over_http_needs_the_credentials(
    mirrors: GitMirrors, repo: Path, git_server: Callable[..., GitServer]
) -> None:
    server = git_server()
    server.login = ("ada", "secret")
    change = await record(mirrors, ChangedFile("a.txt", b"two\n"))
    remote = parse_remote_url(f"{server.url}/r/.git", allow_local=True)
    writer = mirrors.writer()
    with pytest.raises(RepoAuthFailed):
        await writer.push_change(PROJECT, remote, None, ref_name=REF, branch="docs")
    await writer.push_change(PROJECT, remote, Credentials("ada", "secret"), ref_name=REF, branch="docs")
    assert run_git(repo, "rev-parse", "docs") == change


async def test_a_change_not_recorded_cannot_be_pushed(mirrors: GitMirrors, repo: Path) -> None:
    commit(repo, {"a.txt": "newer\n"})
    with pytest.raises(RefNotFound):
        await mirrors.writer().push_change(PROJECT, at(repo), None, ref_name=REF, branch="docs")
