"""Damaged mirrors are noticed and built anew; killed syncs leave the present state readable."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.adapters.git.errors import MirrorBusy, MirrorCorrupt, RepoUnreachable
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.port import ChangedFile, Signature, SyncLimits, SyncResult
from app.adapters.git.urls import parse_remote_url
from app.adapters.process.port import Finished, Limits
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock

from tests.fixtures.repos import GitServer, Pause, commit, local_mirrors, make_repo

PROJECT = UUID(int=7)
CHANGE = "refs/hivesync/changes/1"
ADA = Signature("Ada", "ada@example.org", datetime(2026, 1, 2, tzinfo=UTC))
BIG = "".join(f"line {number}\n" for number in range(5000))


@pytest.fixture
def mirrors(tmp_path: Path) -> GitMirrors:
    return local_mirrors(tmp_path / "data")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "served" / "r", {"a.txt": "one\n", "big.txt": BIG})


async def sync(mirrors: GitMirrors, repo: Path, limits: SyncLimits | None = None) -> SyncResult:
    return await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo), allow_local=True), limits=limits)


async def record(mirrors: GitMirrors, base: str | None, text: bytes = b"changed\n") -> str:
    files = [ChangedFile("a.txt", text)]
    return await mirrors.writer().record_change(
        PROJECT, CHANGE, base_commit=base or "", files=files, message="Change a", author=ADA
    )


def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "repos" / str(PROJECT)


def garble(path: Path) -> None:
    """Overwrite bytes in the middle of a file, as a bad disk would."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40] = b"\0" * 40
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("ending", ["pack", "idx"])
async def test_a_garbled_pack_is_noticed_and_everything_is_there_again(
    mirrors: GitMirrors, repo: Path, tmp_path: Path, ending: str
) -> None:
    first = await sync(mirrors, repo)
    change = await record(mirrors, first.head)
    garble(next((folder(tmp_path) / first.generation).glob(f"objects/pack/*.{ending}")))
    result = await sync(mirrors, repo)
    assert (result.healed, result.lost_refs, result.generation) == (True, (), "g-000002.git")
    reader = mirrors.reader(PROJECT)
    assert await reader.resolve(CHANGE) == change
    for path, data in (("a.txt", b"changed\n"), ("big.txt", BIG.encode())):
        assert await reader.read_blob((await reader.entry(change, path)).oid, max_bytes=100_000) == data


async def test_a_change_that_cannot_be_saved_is_named(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    first = await sync(mirrors, repo)
    change = await record(mirrors, first.head)
    objects = folder(tmp_path) / first.generation / "objects"
    garble(objects / change[:2] / change[2:])
    result = await sync(mirrors, repo, SyncLimits(full_check=True))
    assert (result.healed, result.lost_refs) == (True, (CHANGE,))
    assert [ref.name for ref in await mirrors.reader(PROJECT).refs()] == ["refs/heads/main"]


async def test_a_healthy_mirror_is_not_built_anew(mirrors: GitMirrors, repo: Path) -> None:
    await sync(mirrors, repo)
    assert not (await sync(mirrors, repo, SyncLimits(full_check=True))).healed


@pytest.mark.parametrize("victim", ["*.pack", "*.idx"])
async def test_a_missing_pack_is_noticed(mirrors: GitMirrors, repo: Path, tmp_path: Path, victim: str) -> None:
    first = await sync(mirrors, repo)
    next((folder(tmp_path) / first.generation / "objects" / "pack").glob(victim)).unlink()
    assert (await sync(mirrors, repo)).healed
    assert await mirrors.reader(PROJECT).resolve() == first.head


@pytest.mark.parametrize("victim", ["packed-refs", "HEAD", "config"])
async def test_other_garbled_files_are_noticed(mirrors: GitMirrors, repo: Path, tmp_path: Path, victim: str) -> None:
    first = await sync(mirrors, repo)
    (folder(tmp_path) / first.generation / victim).write_bytes(b"\0garbage\xff[[\n")
    assert (await sync(mirrors, repo)).healed
    assert await mirrors.reader(PROJECT).resolve() == first.head


async def test_damage_without_a_trace_is_found_by_a_full_check(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    first = await sync(mirrors, repo)
    pack = next((folder(tmp_path) / first.generation).glob("objects/pack/*.pack"))
    before = pack.stat()
    garble(pack)
    os.utime(pack, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (await sync(mirrors, repo, SyncLimits(full_check=True))).healed


async def test_a_full_check_comes_by_itself_after_a_while(repo: Path, tmp_path: Path) -> None:
    mirrors = local_mirrors(tmp_path / "data", full_check_every=timedelta(0))
    first = await sync(mirrors, repo)
    pack = next((folder(tmp_path) / first.generation).glob("objects/pack/*.pack"))
    before = pack.stat()
    garble(pack)
    os.utime(pack, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (await sync(mirrors, repo)).healed


LATE = Finished(-signal.SIGKILL, b"", b"", timed_out=True, truncated=False, seconds=60)
KILLED = replace(LATE, timed_out=False)
CHILD_KILLED = replace(KILLED, returncode=1, stderr=b"error: index-pack died of signal 9\n")


@dataclass
class SlowDisk:
    """A machine on which one of git's commands does not end in time, or as it is told here."""

    command: str
    ending: Finished = LATE
    asked: int = 0

    async def run(self, argv: Sequence[str], **named: Any) -> Finished:
        if self.command not in argv:
            return await SystemProcesses(SystemClock()).run(argv, **named)
        self.asked += 1
        return self.ending


@pytest.mark.parametrize("ending", [LATE, KILLED, CHILD_KILLED])
@pytest.mark.parametrize("command", ["verify-pack", "rev-list"])
async def test_a_check_that_does_not_come_to_its_end_is_not_damage(
    mirrors: GitMirrors, repo: Path, tmp_path: Path, command: str, ending: Finished
) -> None:
    first = await sync(mirrors, repo)
    slow = SlowDisk(command, ending)
    result = await sync(local_mirrors(tmp_path / "data", processes=slow), repo, SyncLimits(full_check=True))
    assert (slow.asked, result.healed, result.generation) == (1, False, first.generation)


async def test_a_check_that_did_not_come_to_its_end_is_not_tried_at_every_sync(
    mirrors: GitMirrors, repo: Path, tmp_path: Path
) -> None:
    first = await sync(mirrors, repo)
    (folder(tmp_path) / first.generation / "hivesync-checked.json").unlink()
    slow = SlowDisk("rev-list")
    for _ in range(2):
        assert not (await sync(local_mirrors(tmp_path / "data", processes=slow), repo)).healed
    assert slow.asked == 1


async def test_damage_that_is_seen_before_a_check_runs_out_of_time_is_damage(
    mirrors: GitMirrors, repo: Path, tmp_path: Path
) -> None:
    first = await sync(mirrors, repo)
    garble(next((folder(tmp_path) / first.generation).glob("objects/pack/*.pack")))
    assert (await sync(local_mirrors(tmp_path / "data", processes=SlowDisk("rev-list")), repo)).healed


async def test_a_reader_says_that_the_mirror_is_damaged(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    first = await sync(mirrors, repo)
    for pack in (folder(tmp_path) / first.generation).glob("objects/pack/*.pack"):
        garble(pack)
    with pytest.raises(MirrorCorrupt, match="next sync repairs it"):
        await read_everything(mirrors, first.head or "")


async def test_a_mirror_without_its_packs_is_damaged_and_not_empty(
    mirrors: GitMirrors, repo: Path, tmp_path: Path
) -> None:
    await sync(mirrors, repo)
    for pack in folder(tmp_path).glob("g-*/objects/pack/*"):
        pack.unlink()
    for ref in (None, "main", "refs/heads/main"):
        with pytest.raises(MirrorCorrupt, match="next sync repairs it"):
            await mirrors.reader(PROJECT).resolve(ref)
    with pytest.raises(MirrorCorrupt):
        await mirrors.reader(PROJECT).default_branch()


async def read_everything(mirrors: GitMirrors, head: str) -> None:
    reader = mirrors.reader(PROJECT)
    for entry in await reader.list_tree(head, recursive=True):
        await reader.read_blob(entry.oid, max_bytes=100_000)


async def test_a_damaged_mirror_stays_when_the_remote_is_gone(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    first = await sync(mirrors, repo)
    garble(next((folder(tmp_path) / first.generation).glob("objects/pack/*.pack")))
    with pytest.raises(RepoUnreachable):
        await sync(mirrors, tmp_path / "gone")
    assert (folder(tmp_path) / first.generation / "HEAD").exists()


SYNC = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from app.adapters.git.port import Credentials
from app.adapters.git.urls import parse_remote_url
from tests.fixtures.repos import local_mirrors

remote = parse_remote_url(sys.argv[2], allow_local=True)
asyncio.run(local_mirrors(Path(sys.argv[1])).writer().sync(UUID(int=7), remote, Credentials("a", "b", "c")))
"""


async def test_a_sync_killed_in_the_middle_of_a_fetch_leaves_the_old_state_and_the_next_one_cleans_up(
    mirrors: GitMirrors, repo: Path, tmp_path: Path, git_server: Callable[..., GitServer]
) -> None:
    server = git_server()
    remote = parse_remote_url(f"{server.url}/r/.git", allow_local=True)
    first = await mirrors.writer().sync(PROJECT, remote)
    newer = commit(repo, {"big.txt": BIG[::-1]})
    server.pause = Pause()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SYNC, str(tmp_path / "data"), remote.display),
        env={"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"},
    )
    assert await asyncio.to_thread(server.pause.reached.wait, 30)
    with pytest.raises(MirrorBusy):
        await local_mirrors(tmp_path / "data", lock_wait=timedelta(0)).writer().sync(PROJECT, remote)
    child.send_signal(signal.SIGKILL)
    await child.wait()
    server.pause.go_on.set()
    server.pause = None

    left = sorted(path.name.partition("-")[0] for path in folder(tmp_path).iterdir())
    assert left == ["CURRENT", "g", "incoming"]
    assert await mirrors.reader(PROJECT).resolve() == first.head
    result = await mirrors.writer().sync(PROJECT, remote)
    assert (result.head, result.healed) == (newer, False)
    assert sorted(path.name for path in folder(tmp_path).iterdir()) == ["CURRENT", "g-000001.git", "g-000002.git"]
    assert list((tmp_path / "data" / "tmp").iterdir()) == []


async def test_a_cancelled_sync_leaves_nothing(
    mirrors: GitMirrors, repo: Path, tmp_path: Path, git_server: Callable[..., GitServer]
) -> None:
    server = git_server()
    server.pause = Pause()
    remote = parse_remote_url(f"{server.url}/r/.git", allow_local=True)
    running = asyncio.create_task(mirrors.writer().sync(PROJECT, remote))
    assert await asyncio.to_thread(server.pause.reached.wait, 30)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert list(folder(tmp_path).iterdir()) == []
    assert list((tmp_path / "data" / "tmp").iterdir()) == []
    assert list((tmp_path / "data" / "repos" / ".locks").iterdir()) == []


async def test_a_server_that_stops_in_the_middle_is_given_up(
    mirrors: GitMirrors, repo: Path, git_server: Callable[..., GitServer]
) -> None:
    server = git_server()
    server.pause = Pause()
    remote = parse_remote_url(f"{server.url}/r/.git", allow_local=True)
    with pytest.raises(RepoUnreachable, match="did not finish within"):
        await mirrors.writer().sync(PROJECT, remote, limits=SyncLimits(timeout=timedelta(seconds=2)))
    assert not await mirrors.reader(PROJECT).exists()


@dataclass
class Stumbling:
    """Git whose first fetch finds the mirror damaged, after a while."""

    given: list[float] = field(default_factory=list)

    async def run(self, argv: Sequence[str], *, limits: Limits, **named: Any) -> Finished:
        if "fetch" in argv:
            self.given.append(limits.timeout.total_seconds())
            if len(self.given) == 1:
                return replace(KILLED, returncode=1, stderr=b"fatal: bad object HEAD\n", seconds=10)
        return await SystemProcesses(SystemClock()).run(argv, limits=limits, **named)


async def test_fetching_anew_does_not_begin_the_time_again(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    await sync(mirrors, repo)
    commit(repo, {"b.txt": "two\n"})
    stumbling = Stumbling()
    assert (await sync(local_mirrors(tmp_path / "data", processes=stumbling), repo)).healed
    assert stumbling.given == [60, 50]


async def test_a_change_and_a_sync_exclude_each_other(
    mirrors: GitMirrors, repo: Path, git_server: Callable[..., GitServer]
) -> None:
    server = git_server()
    remote = parse_remote_url(f"{server.url}/r/.git", allow_local=True)
    first = await mirrors.writer().sync(PROJECT, remote)
    newer = commit(repo, {"b.txt": "two\n"})
    server.pause = Pause()
    syncing = asyncio.create_task(mirrors.writer().sync(PROJECT, remote))
    assert await asyncio.to_thread(server.pause.reached.wait, 30)
    recording = asyncio.create_task(record(mirrors, first.head))
    done, _ = await asyncio.wait([recording], timeout=0.3)
    assert not done
    server.pause.go_on.set()
    assert (await syncing).head == newer
    change = await recording
    assert await mirrors.reader(PROJECT).resolve(CHANGE) == change


async def test_many_syncs_at_once_make_one_generation(mirrors: GitMirrors, repo: Path, tmp_path: Path) -> None:
    results = await asyncio.gather(*(sync(mirrors, repo) for _ in range(5)))
    assert {result.generation for result in results} == {"g-000001.git"}
    assert sorted(path.name for path in folder(tmp_path).iterdir()) == ["CURRENT", "g-000001.git"]


async def test_recorded_changes_survive_later_syncs(mirrors: GitMirrors, repo: Path) -> None:
    first = await sync(mirrors, repo)
    change = await record(mirrors, first.head)
    commit(repo, {"b.txt": "two\n"})
    result = await sync(mirrors, repo)
    assert [update.name for update in result.refs] == ["refs/heads/main"]
    assert await mirrors.reader(PROJECT).resolve(CHANGE) == change


async def test_readers_never_see_a_mix_while_syncs_swap(mirrors: GitMirrors, repo: Path) -> None:
    await sync(mirrors, repo)

    async def read() -> None:
        for _ in range(60):
            reader = mirrors.reader(PROJECT)
            head = await reader.resolve()
            texts = [await reader.read_blob((await reader.entry(head, path)).oid, max_bytes=100) for path in ("x", "y")]
            assert texts[0] == texts[1]

    commit(repo, {"x": "0", "y": "0"})
    await sync(mirrors, repo)
    reading = asyncio.create_task(read())
    for number in range(1, 6):
        await asyncio.to_thread(commit, repo, {"x": str(number), "y": str(number)})
        await sync(mirrors, repo)
    await reading
