"""Folders become commits beside the mirror: once for the same mark, durable, or not at all."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.contents import read_contents, write_contents
from app.adapters.git.errors import (
    BaseMoved,
    ContentsMissing,
    FolderRefused,
    MirrorCorrupt,
    MirrorReadOnly,
    RepoTooLarge,
)
from app.adapters.git.layout import MirrorFolder
from app.adapters.git.port import NO_COMMIT, FolderCommit, FolderFile, Known, RefAction, Signature, SyncResult

from tests.fixtures.repos import local_mirrors, run_git

PROJECT = UUID(int=7)
ADA = Signature("Ada", "ada@example.org", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
FILES = {"a.txt": b"one\n", "b/c.txt": b"two\n"}


def change(place: Path, files: Mapping[str, bytes], *, mark: str = "first", base: str | None = None) -> FolderCommit:
    """A folder whose contents have all come."""
    contents = place / "sent"
    contents.mkdir(exist_ok=True)
    listed = []
    for path, data in sorted(files.items()):
        name = sha256(data).hexdigest()
        (contents / name).write_bytes(data)
        listed.append(FolderFile(path, "100644", name, len(data)))
    return FolderCommit(mark, "main", base, tuple(listed), contents, ADA)


async def commit(place: Path, made: FolderCommit, *, since: Known | None = None) -> SyncResult:
    return await local_mirrors(place / "data").writer().commit_folder(PROJECT, made, since=since)


def generation(place: Path) -> Path:
    found = MirrorFolder.of(place / "data" / "repos", PROJECT).current()
    assert found is not None
    return found


async def test_a_folder_makes_a_mirror(tmp_path: Path) -> None:
    result = await commit(tmp_path, change(tmp_path, FILES))
    assert (result.default_branch, result.subject) == ("main", "Folder sync: 2 added, 0 changed, 0 removed")
    (moved,) = result.refs
    assert (moved.name, moved.action, moved.before, moved.after) == (
        "refs/heads/main", RefAction.ADDED, None, result.head,
    )  # fmt: skip
    assert run_git(generation(tmp_path), "ls-tree", "-r", "--name-only", "HEAD").split() == ["a.txt", "b/c.txt"]
    assert result.bytes_received > 0
    reader = local_mirrors(tmp_path / "data", writable=False).reader(PROJECT)
    assert set(await reader.known_contents()) == {sha256(data).digest() for data in FILES.values()}


async def test_the_same_mark_is_one_commit_whoever_was_told(tmp_path: Path) -> None:
    made = change(tmp_path, FILES, mark="same")
    first = await commit(tmp_path, made)
    # What was sent may be gone by then: there is nothing to do any more.
    for path in made.contents.iterdir():
        path.unlink()
    again = await commit(tmp_path, made, since=Known(None))
    assert (again.head, again.subject, again.generation) == (first.head, first.subject, first.generation)
    assert again.refs == first.refs, "who has not heard of it is told what it did"
    assert run_git(generation(tmp_path), "rev-list", "--count", "HEAD") == "1"


async def test_the_same_folder_person_and_time_are_the_same_commit(tmp_path: Path) -> None:
    heads = []
    for name in ("left", "right"):
        place = tmp_path / name
        place.mkdir()
        heads.append((await commit(place, change(place, FILES))).head)
    assert heads[0] == heads[1]


async def test_what_the_mirror_holds_need_not_be_sent_again(tmp_path: Path) -> None:
    await commit(tmp_path, change(tmp_path, FILES))
    made = change(tmp_path, {**FILES, "c.txt": b"three\n"}, mark="second")
    for data in FILES.values():
        (made.contents / sha256(data).hexdigest()).unlink()
    result = await commit(tmp_path, made)
    assert result.subject == "Folder sync: 1 added, 0 changed, 0 removed"


async def test_a_base_that_moved_leaves_the_mirror_as_it_was(tmp_path: Path) -> None:
    first = await commit(tmp_path, change(tmp_path, FILES, base=NO_COMMIT))
    assert first.head is not None
    with pytest.raises(BaseMoved) as caught:
        await commit(tmp_path, change(tmp_path, {"x": b"x"}, mark="second", base=NO_COMMIT))
    assert caught.value.details == {"base_commit": NO_COMMIT, "head": first.head}
    second = await commit(tmp_path, change(tmp_path, {"x": b"x"}, mark="second", base=first.head))
    # Done already, although the base has moved: by this very commit.
    again = await commit(tmp_path, change(tmp_path, {"x": b"x"}, mark="second", base=first.head))
    assert again.head == second.head


@pytest.mark.parametrize("harm", ["gone", "changed", "cut"])
async def test_contents_that_are_not_what_they_are_called_are_named_and_deleted(tmp_path: Path, harm: str) -> None:
    made = change(tmp_path, FILES)
    bad = made.contents / sha256(FILES["a.txt"]).hexdigest()
    match harm:
        case "gone":
            bad.unlink()
        case "changed":
            bad.write_bytes(b"0ne\n")
        case "cut":
            bad.write_bytes(b"on")
    with pytest.raises(ContentsMissing) as caught:
        await commit(tmp_path, made)
    assert caught.value.details == {"missing": [bad.name], "count": 1}
    assert not bad.exists()
    assert MirrorFolder.of(tmp_path / "data" / "repos", PROJECT).current() is None
    assert [path.name for path in (tmp_path / "data" / "repos" / str(PROJECT)).glob("incoming*")] == []


@pytest.mark.parametrize("path", [".git/config", "a/../b", "a//b", "/etc/passwd", "a.txt/below", ".GIT/x", "git~1/x"])
async def test_git_has_the_last_word_on_paths(tmp_path: Path, path: str) -> None:
    """The list was checked long before; should a path come through, it is no commit without it."""
    made = change(tmp_path, FILES)
    evil = FolderFile(path, "100644", made.files[0].sha256, made.files[0].size)
    with pytest.raises(FolderRefused):
        await commit(tmp_path, FolderCommit("m", "main", None, (*made.files, evil), made.contents, ADA))
    assert MirrorFolder.of(tmp_path / "data" / "repos", PROJECT).current() is None


async def test_recorded_changes_stay(tmp_path: Path) -> None:
    first = await commit(tmp_path, change(tmp_path, FILES))
    run_git(generation(tmp_path), "update-ref", "refs/hivesync/changes/one", first.head or "")
    await commit(tmp_path, change(tmp_path, {"x": b"x"}, mark="second"))
    assert run_git(generation(tmp_path), "rev-parse", "refs/hivesync/changes/one") == first.head


async def test_a_mirror_stays_within_its_limit(tmp_path: Path) -> None:
    noise = b"".join(sha256(str(number).encode()).digest() for number in range(2000))
    writer = local_mirrors(tmp_path / "data", max_bytes=20_000).writer()
    with pytest.raises(RepoTooLarge):
        await writer.commit_folder(PROJECT, change(tmp_path, {"noise": noise}), since=None)
    assert MirrorFolder.of(tmp_path / "data" / "repos", PROJECT).current() is None


async def test_a_damaged_mirror_is_not_built_upon(tmp_path: Path) -> None:
    await commit(tmp_path, change(tmp_path, FILES))
    for pack in (generation(tmp_path) / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[:-5] + b"12345")
    with pytest.raises(MirrorCorrupt):
        await commit(tmp_path, change(tmp_path, {"x": b"x"}, mark="second"))


async def test_only_the_writer_commits(tmp_path: Path) -> None:
    with pytest.raises(MirrorReadOnly):
        local_mirrors(tmp_path / "data", writable=False).writer()


def test_known_contents_that_are_damaged_count_as_unknown(tmp_path: Path) -> None:
    known = {bytes([number]) * 32: bytes([number]) * 20 for number in (3, 1, 2)}
    write_contents(tmp_path, known)
    assert read_contents(tmp_path) == known
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[:-52], b"", whole[:40] + b"\xff" + whole[41:]):
        file.write_bytes(damaged)
        assert read_contents(tmp_path) == {}
