"""What the disk adds: durability, leftovers, links, a disk that is full."""

import asyncio
import os
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.files.rooted import PathLeaves
from app.adapters.storage.local import LocalStorage
from app.adapters.storage.port import ObjectMissing, UploadFailed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


async def keys(storage: LocalStorage) -> list[str]:
    return [info.key async for info in storage.list()]


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


async def test_failed_upload_leaves_no_file_at_all(root: Path) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"x" * 3_000_000
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        await LocalStorage(root).put("a/b", breaking())
    assert files(root) == []


async def test_leftovers_of_a_killed_process_are_removed_and_those_of_a_living_one_kept(root: Path) -> None:
    half, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        half.set()
        await go_on.wait()

    living = asyncio.create_task(LocalStorage(root).put("living", slow()))
    await half.wait()
    (root / ".incoming" / "leftover").write_bytes(b"half a file")
    await LocalStorage(root).put("other", b"1")
    assert not (root / ".incoming" / "leftover").exists()
    go_on.set()
    await living
    assert files(root) == ["living", "other"]


async def test_directories_that_a_deletion_leaves_empty_go_too(root: Path) -> None:
    storage = LocalStorage(root)
    await storage.put("a/b/c", b"1")
    await storage.put("a/d", b"1")
    await storage.delete("a/b/c")
    assert (root / "a").is_dir()
    assert not (root / "a" / "b").exists()


async def test_puts_and_deletions_in_one_directory_do_not_disturb_each_other(root: Path) -> None:
    storage = LocalStorage(root)

    async def come_and_go(number: int) -> None:
        for _ in range(25):
            await storage.put(f"shared/folder/{number}", b"1")
            await storage.delete(f"shared/folder/{number}")

    await asyncio.gather(*(come_and_go(number) for number in range(6)))
    assert files(root) == []


@pytest.mark.parametrize("shape", ["file", "folder"])
async def test_links_are_never_followed(root: Path, tmp_path: Path, shape: str) -> None:
    storage = LocalStorage(root)
    await storage.put("real", b"1")
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "link").symlink_to(tmp_path / "secret" if shape == "file" else tmp_path)
    with pytest.raises(ObjectMissing):
        await storage.stat("link")
    assert await keys(storage) == ["real"]
    if shape == "file":
        with pytest.raises(Exception, match=r"does not answer|no stored object"):
            await storage.get("link", max_bytes=100)


async def test_a_link_in_place_of_a_directory_leads_nobody_out(root: Path, tmp_path: Path) -> None:
    storage = LocalStorage(root)
    await storage.put("previews/job/bundle.zip", b"ours")
    (root / "previews" / "job").rename(tmp_path / "outside")
    (root / "previews" / "job").symlink_to(tmp_path / "outside")
    with pytest.raises(PathLeaves):
        await storage.delete("previews/job/bundle.zip")
    for key in ("previews/job/bundle.zip", "previews/job/new/bundle.zip"):
        with pytest.raises(PathLeaves):
            await storage.put(key, b"theirs")
    with pytest.raises(PathLeaves):
        await storage.stat("previews/job/bundle.zip")
    with pytest.raises(PathLeaves):
        await storage.get("previews/job/bundle.zip", max_bytes=100)
    assert [info.key async for info in storage.list("previews/job")] == []
    assert [path.name for path in (tmp_path / "outside").rglob("*")] == ["bundle.zip"]
    assert (tmp_path / "outside" / "bundle.zip").read_bytes() == b"ours"
    assert not list((root / ".incoming").iterdir())


async def test_what_has_a_name_that_is_no_key_is_no_object(root: Path) -> None:
    storage = LocalStorage(root)
    await storage.put("previews/real", b"1")
    for name in (b"two words", b"\xff\xfe", b"new\nline", b"\x1b[31m", b".hidden"):
        (root / "previews" / os.fsdecode(name)).write_bytes(b"x")
    assert await keys(storage) == ["previews/real"]


async def test_pipe_in_place_of_an_object_does_not_hang(root: Path) -> None:
    storage = LocalStorage(root)
    await storage.put("real", b"1")
    os.mkfifo(root / "pipe")
    with pytest.raises(ObjectMissing):
        await storage.get("pipe", max_bytes=1)


async def test_full_disk_is_a_named_error_and_leaves_nothing(root: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(UploadFailed) as failed:
            await LocalStorage(root).put("big", b"x" * 2_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert failed.value.code == "STORAGE_UPLOAD_FAILED"
    assert files(root) == []


async def test_key_below_an_object_is_refused_by_name(root: Path) -> None:
    storage = LocalStorage(root)
    await storage.put("a", b"1")
    with pytest.raises(UploadFailed):
        await storage.put("a/b", b"2")
    assert files(root) == ["a"]
