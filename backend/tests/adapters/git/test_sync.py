"""Syncs against real repositories: first, incremental, rewritten, deleted, empty, refused."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.errors import (
    MirrorMissing,
    MirrorReadOnly,
    RepoContentRefused,
    RepoTooLarge,
    RepoUnreachable,
    RepoUrlRefused,
)
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.port import CHANGES_PREFIX, ChangedFile, Known, RefAction, Signature, SyncLimits, SyncResult
from app.adapters.git.urls import RemoteUrl, parse_remote_url

from tests.fixtures.repos import GitServer, commit, local_mirrors, make_repo, run_git

PROJECT = UUID(int=7)
BIG = "".join(f"line {number}\n" for number in range(20_000))


@pytest.fixture
def mirrors(tmp_path: Path) -> GitMirrors:
    return local_mirrors(tmp_path / "data")


def at(repo: Path) -> RemoteUrl:
    return parse_remote_url(str(repo), allow_local=True)


async def sync(mirrors: GitMirrors, repo: Path, limits: SyncLimits | None = None) -> SyncResult:
    return await mirrors.writer().sync(PROJECT, at(repo), limits=limits)


async def text(mirrors: GitMirrors, ref: str | None, path: str) -> str:
    reader = mirrors.reader(PROJECT)
    entry = await reader.entry(await reader.resolve(ref), path)
    return (await reader.read_blob(entry.oid, max_bytes=10_000_000)).decode()


async def test_the_first_sync_brings_branches_and_tags(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    run_git(repo, "tag", "-a", "v1", "-m", "first")
    run_git(repo, "branch", "other")
    result = await sync(mirrors, repo)
    assert result.changed(RefAction.ADDED) == ("refs/heads/main", "refs/heads/other", "refs/tags/v1")
    assert (result.head, result.default_branch) == (run_git(repo, "rev-parse", "HEAD"), "main")
    assert (result.generation, result.healed) == ("g-000001.git", False)
    assert result.bytes_received > 100
    assert await text(mirrors, "v1", "a.txt") == "one\n"


async def test_nothing_new_makes_no_new_generation(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    first = await sync(mirrors, repo)
    second = await sync(mirrors, repo)
    assert second.generation == first.generation
    assert second.head == first.head
    assert (second.refs, second.bytes_received) == ((), 0)


async def test_a_sync_tells_what_moved_since_the_one_the_caller_knows(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    known = await sync(mirrors, repo)
    commit(repo, {"a.txt": "two\n"})
    await sync(mirrors, repo)
    run_git(repo, "branch", "other")
    result = await mirrors.writer().sync(PROJECT, at(repo), since=Known(known.state))
    assert result.changed(RefAction.UPDATED) == ("refs/heads/main",)
    assert (result.changed(RefAction.ADDED), result.is_complete) == (("refs/heads/other",), True)
    # Two generations have come since, so the one that was known is gone.
    run_git(repo, "tag", "later")
    unknown = await mirrors.writer().sync(PROJECT, at(repo), since=Known(known.state))
    assert not unknown.is_complete


async def test_who_knows_of_no_sync_is_told_of_everything(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    await sync(mirrors, repo)
    again = await mirrors.writer().sync(PROJECT, at(repo), since=Known(None))
    assert (again.changed(RefAction.ADDED), again.is_complete) == (("refs/heads/main",), True)


async def test_a_mirror_that_was_lost_and_is_the_same_again_has_not_moved(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    known = await sync(mirrors, repo)
    await mirrors.writer().remove(PROJECT)
    again = await mirrors.writer().sync(PROJECT, at(repo), since=Known(known.state))
    assert (again.refs, again.is_complete) == ((), True)


async def test_a_later_sync_fetches_only_what_is_new(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"big.txt": BIG})
    first = await sync(mirrors, repo)
    commit(repo, {"small.txt": "new\n"})
    second = await sync(mirrors, repo)
    assert second.changed(RefAction.UPDATED) == ("refs/heads/main",)
    assert second.generation == "g-000002.git"
    assert second.bytes_received < first.bytes_received / 10
    assert await text(mirrors, None, "small.txt") == "new\n"
    assert await text(mirrors, None, "big.txt") == BIG


async def test_a_rewritten_and_a_deleted_branch_are_followed(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    run_git(repo, "branch", "doomed")
    commit(repo, {"a.txt": "two\n"})
    await sync(mirrors, repo)
    run_git(repo, "reset", "-q", "--hard", "HEAD~1")
    rewritten = commit(repo, {"a.txt": "three\n"})
    run_git(repo, "branch", "-D", "doomed")
    result = await sync(mirrors, repo)
    assert result.changed(RefAction.FORCED) == ("refs/heads/main",)
    assert result.changed(RefAction.DELETED) == ("refs/heads/doomed",)
    assert [(ref.name, ref.commit) for ref in await mirrors.reader(PROJECT).refs()] == [("refs/heads/main", rewritten)]


async def test_a_branch_may_give_way_to_a_folder_of_branches(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    run_git(repo, "branch", "topic")
    await sync(mirrors, repo)
    run_git(repo, "branch", "-m", "topic", "topic/one")
    result = await sync(mirrors, repo)
    assert result.changed(RefAction.ADDED) == ("refs/heads/topic/one",)


async def test_the_default_branch_follows_the_remote(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    await sync(mirrors, repo)
    run_git(repo, "checkout", "-q", "-b", "next")
    result = await sync(mirrors, repo)
    assert result.default_branch == "next"
    assert await mirrors.reader(PROJECT).default_branch() == "next"


@pytest.mark.parametrize(
    ("branch", "shown"),
    [("lat-\udce9", r"lat-\xe9"), ("fe\u3000at", "fe\u3000at"), ("li\u2028ne", "li\u2028ne"), ("nb\xa0sp", "nb\xa0sp")],
)
async def test_a_branch_may_have_any_name_that_git_takes(
    mirrors: GitMirrors, tmp_path: Path, branch: str, shown: str
) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    run_git(repo, "checkout", "-q", "-b", branch)
    result = await sync(mirrors, repo)
    reader = mirrors.reader(PROJECT)
    assert result.default_branch == shown
    assert await reader.default_branch() == shown
    assert [ref.name for ref in await reader.refs()] == sorted(["refs/heads/main", f"refs/heads/{shown}"])
    assert await reader.resolve(shown) == result.head
    assert (await sync(mirrors, repo)).healed is False


async def test_a_repository_of_the_other_object_format_is_refused(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    run_git(tmp_path, "init", "-q", "--object-format=sha256", str(repo))
    commit(repo, {"a.txt": "one\n"})
    with pytest.raises(RepoContentRefused, match="SHA-256"):
        await sync(mirrors, repo)


async def test_an_empty_repository_syncs_to_nothing_and_fills_later(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo")
    result = await sync(mirrors, repo)
    assert (result.head, result.default_branch, result.refs) == (None, None, ())
    head = commit(repo, {"a.txt": "one\n"})
    assert (await sync(mirrors, repo)).head == head


async def test_a_shallow_checkout_can_be_mirrored(mirrors: GitMirrors, tmp_path: Path) -> None:
    origin = make_repo(tmp_path / "origin", {"a.txt": "one\n"})
    commit(origin, {"a.txt": "two\n"})
    run_git(tmp_path, "clone", "-q", "--depth=1", f"file://{origin}", "shallow")
    result = await sync(mirrors, tmp_path / "shallow")
    assert await text(mirrors, result.head, "a.txt") == "two\n"
    assert len((await mirrors.reader(PROJECT).commit_info(result.head or "")).parents) <= 1


async def test_many_fetches_do_not_leave_many_packs(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "0\n"})
    for number in range(24):
        commit(repo, {"a.txt": f"{number}\n"})
        await sync(mirrors, repo)
    folder = tmp_path / "data" / "repos" / str(PROJECT)
    current = (folder / "CURRENT").read_text().strip()
    assert len(list((folder / current).glob("objects/pack/*.pack"))) <= 20
    assert await text(mirrors, None, "a.txt") == "23\n"


async def test_one_old_generation_stays_for_readers_that_began_on_it(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "0\n"})
    await sync(mirrors, repo)
    reader = mirrors.reader(PROJECT)
    old = await reader.resolve("main")
    for number in (1, 2, 3):
        commit(repo, {"a.txt": f"{number}\n"})
        await sync(mirrors, repo)
        entry = await reader.entry(old, "a.txt")
        assert await reader.read_blob(entry.oid, max_bytes=10) == b"0\n"
    folder = tmp_path / "data" / "repos" / str(PROJECT)
    assert sorted(path.name for path in folder.iterdir()) == ["CURRENT", "g-000003.git", "g-000004.git"]


async def test_progress_goes_forward_to_the_end(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {f"{number}.txt": f"{number}\n" for number in range(200)})
    steps: list[tuple[float, str]] = []
    await mirrors.writer().sync(PROJECT, at(repo), on_progress=lambda *step: steps.append(step))
    fractions = [fraction for fraction, _ in steps]
    assert fractions == sorted(set(fractions))
    assert fractions[-1] == 1.0
    assert "receiving objects" in {phrase for _, phrase in steps}


async def test_a_repository_over_the_limit_is_refused_and_leaves_nothing(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"noise.bin": bytes(range(256)) * 10 + run_noise(200_000)})
    with pytest.raises(RepoTooLarge):
        await sync(mirrors, repo, SyncLimits(max_bytes=100_000))
    assert not await mirrors.reader(PROJECT).exists()
    assert list((tmp_path / "data" / "repos" / str(PROJECT)).iterdir()) == []
    assert list((tmp_path / "data" / "tmp").iterdir()) == []


def run_noise(size: int) -> bytes:
    """Bytes that do not compress, the same every time."""
    state, out = 1, bytearray()
    while len(out) < size:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out += (state >> 24).to_bytes(5, "big")
    return bytes(out)


NOISE = run_noise(1_000_000)


def noise(number: int, *, size: int = 100_000) -> bytes:
    return NOISE[number * size : (number + 1) * size]


def rewrite(repo: Path, number: int) -> str:
    """Give the repository another history with other contents, as large as before."""
    run_git(repo, "checkout", "-q", "--orphan", f"new{number}")
    head = commit(repo, {"noise.bin": noise(number)})
    run_git(repo, "branch", "-q", "-f", "main", head)
    run_git(repo, "checkout", "-q", "main")
    run_git(repo, "branch", "-q", "-D", f"new{number}")
    return head


async def recorded_change(mirrors: GitMirrors, base: str | None) -> str:
    files, author = [ChangedFile("a.txt", b"changed\n")], Signature("Ada", "ada@example.org", datetime.now(UTC))
    return await mirrors.writer().record_change(
        PROJECT, f"{CHANGES_PREFIX}1", base_commit=base or "", files=files, message="Change", author=author
    )


async def test_a_mirror_that_rewritten_history_has_filled_is_built_anew(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo, limits = make_repo(tmp_path / "repo", {"noise.bin": noise(0)}), SyncLimits(max_bytes=350_000)
    first = await sync(mirrors, repo, limits)
    change = await recorded_change(mirrors, first.head)
    rebuilt = []
    for number in range(1, 5):
        head = rewrite(repo, number)
        result = await sync(mirrors, repo, limits)
        assert (result.head, result.changed(RefAction.FORCED)) == (head, ("refs/heads/main",))
        assert (result.healed, result.lost_refs) == (False, ())
        rebuilt.append(result.rebuilt)
    assert rebuilt == [False, False, True, False]
    assert await text(mirrors, change, "a.txt") == "changed\n"
    assert await mirrors.reader(PROJECT).resolve(f"{CHANGES_PREFIX}1") == change


async def test_a_repository_that_has_grown_over_the_limit_is_refused_and_the_mirror_stays(
    mirrors: GitMirrors, tmp_path: Path
) -> None:
    repo, limits = make_repo(tmp_path / "repo", {"noise.bin": noise(0)}), SyncLimits(max_bytes=350_000)
    first = await sync(mirrors, repo, limits)
    for number in range(1, 5):
        commit(repo, {f"noise{number}.bin": noise(number)})
    with pytest.raises(RepoTooLarge):
        await sync(mirrors, repo, limits)
    folder = tmp_path / "data" / "repos" / str(PROJECT)
    assert sorted(path.name for path in folder.iterdir()) == ["CURRENT", first.generation]
    assert await mirrors.reader(PROJECT).resolve() == first.head


async def test_recorded_changes_count_towards_the_limit(mirrors: GitMirrors, tmp_path: Path) -> None:
    repo, limits = make_repo(tmp_path / "repo", {"noise.bin": noise(0, size=250_000)}), SyncLimits(max_bytes=350_000)
    first = await sync(mirrors, repo, limits)
    change = await recorded_change(mirrors, first.head)
    rewrite(repo, 5)
    rewrite(repo, 6)
    commit(repo, {"more.bin": noise(7)})
    with pytest.raises(RepoTooLarge):
        await sync(mirrors, repo, limits)
    assert await text(mirrors, change, "a.txt") == "changed\n"


async def test_a_server_that_is_not_there_is_unreachable(mirrors: GitMirrors) -> None:
    remote = parse_remote_url("http://localhost:1/a.git", allow_local=True)
    with pytest.raises(RepoUnreachable, match="does not accept connections"):
        await mirrors.writer().sync(PROJECT, remote)


async def test_a_folder_without_a_repository_is_said_to_be_none(mirrors: GitMirrors, tmp_path: Path) -> None:
    with pytest.raises(RepoUnreachable, match="no Git repository"):
        await sync(mirrors, tmp_path / "nowhere")


async def test_other_projects_mirrors_cannot_be_connected(mirrors: GitMirrors, tmp_path: Path) -> None:
    result = await sync(mirrors, make_repo(tmp_path / "repo", {"a.txt": "one\n"}))
    mirror = tmp_path / "data" / "repos" / str(PROJECT) / result.generation
    link = tmp_path / "link"
    link.symlink_to(mirror)
    for path in (mirror, link):
        with pytest.raises(RepoUrlRefused):
            await mirrors.writer().sync(UUID(int=8), at(path))


async def test_before_the_first_sync_there_is_nothing_to_read(mirrors: GitMirrors) -> None:
    reader = mirrors.reader(PROJECT)
    assert not await reader.exists()
    with pytest.raises(MirrorMissing, match="Start a sync"):
        await reader.resolve("main")


async def test_removing_deletes_everything_and_may_be_repeated(mirrors: GitMirrors, tmp_path: Path) -> None:
    await sync(mirrors, make_repo(tmp_path / "repo", {"a.txt": "one\n"}))
    for _ in range(2):
        await mirrors.writer().remove(PROJECT)
        assert [path.name for path in (tmp_path / "data" / "repos").iterdir()] == [".locks"]
        assert list((tmp_path / "data" / "repos" / ".locks").iterdir()) == []
    assert not await mirrors.reader(PROJECT).exists()


def test_only_one_role_gets_the_writer(tmp_path: Path) -> None:
    with pytest.raises(MirrorReadOnly):
        local_mirrors(tmp_path, writable=False).writer()


async def test_a_relative_data_folder_is_the_same_folder(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"a.txt": "one\n"})
    await sync(local_mirrors(relative(tmp_path / "data")), repo)
    assert await text(local_mirrors(tmp_path / "data"), None, "a.txt") == "one\n"


def relative(path: Path) -> Path:
    return Path(os.path.relpath(path))


async def test_a_sync_over_http_is_the_same(
    mirrors: GitMirrors, tmp_path: Path, git_server: Callable[..., GitServer]
) -> None:
    server = git_server()
    head = commit(make_repo(tmp_path / "served" / "r", {"a.txt": "one\n"}), {"b.txt": "two\n"})
    remote = parse_remote_url(f"{server.url}/r/.git", allow_local=True)
    assert (await mirrors.writer().sync(PROJECT, remote)).head == head
    assert await text(mirrors, None, "b.txt") == "two\n"
