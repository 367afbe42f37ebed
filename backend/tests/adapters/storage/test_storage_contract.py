"""What every storage promises: in memory, on disk, in S3."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from app.adapters.storage.port import (
    Body,
    ByteRange,
    DigestMismatch,
    KeyRefused,
    ObjectMissing,
    ObjectStorage,
    ObjectTooLarge,
    StoredObject,
    check_key,
)
from app.core.guard import SlowWorkInsideScopeError, scope_closed, scope_opened

from tests.adapters.storage.conftest import pieces

KEY = "previews/0190/bundle.zip"
DATA = bytes(range(256)) * 5000
DIGEST = hashlib.sha256(DATA).hexdigest()


def body_of(shape: str, data: bytes, folder: Path) -> Body:
    """Give the same bytes in another shape."""
    if shape == "bytes":
        return data
    if shape == "pieces":
        return pieces(data[:7], data[7:])
    (folder / "source").write_bytes(data)
    return folder / "source"


async def keys(storage: ObjectStorage, prefix: str = "") -> list[str]:
    return [info.key async for info in storage.list(prefix)]


async def streamed(storage: ObjectStorage, key: str, byte_range: ByteRange | None = None) -> bytes:
    return b"".join([piece async for piece in storage.stream(key, byte_range)])


@pytest.mark.parametrize("shape", ["bytes", "pieces", "file"])
async def test_object_comes_back_whole(storage: ObjectStorage, tmp_path: Path, shape: str) -> None:
    stored = await storage.put(KEY, body_of(shape, DATA, tmp_path), content_type="application/zip", sha256=DIGEST)
    assert stored == StoredObject(KEY, len(DATA), DIGEST)
    assert await storage.get(KEY, max_bytes=len(DATA)) == DATA
    assert await streamed(storage, KEY) == DATA


@pytest.mark.parametrize("shape", ["bytes", "pieces", "file"])
async def test_empty_object_is_an_object(storage: ObjectStorage, tmp_path: Path, shape: str) -> None:
    assert (await storage.put(KEY, body_of(shape, b"", tmp_path))).size == 0
    assert await storage.get(KEY, max_bytes=0) == b""
    assert await streamed(storage, KEY) == b""


async def test_putting_again_replaces(storage: ObjectStorage) -> None:
    await storage.put(KEY, b"old and longer")
    await storage.put(KEY, b"new")
    assert await storage.get(KEY, max_bytes=100) == b"new"


async def test_object_is_described_without_reading_it(storage: ObjectStorage) -> None:
    await storage.put(KEY, b"12345")
    info = await storage.stat(KEY)
    assert (info.key, info.size) == (KEY, 5)
    assert info.modified_at.utcoffset() == timedelta(0)
    assert info.modified_at.astimezone(UTC).year >= 2026


@pytest.mark.parametrize("shape", ["bytes", "pieces"])
async def test_bytes_that_are_not_those_announced_are_not_kept(storage: ObjectStorage, shape: str) -> None:
    with pytest.raises(DigestMismatch):
        await storage.put(KEY, DATA if shape == "bytes" else pieces(DATA), sha256="0" * 64)
    assert await keys(storage) == []


async def test_object_announced_wrongly_leaves_the_older_one(storage: ObjectStorage) -> None:
    await storage.put(KEY, b"old")
    with pytest.raises(DigestMismatch):
        await storage.put(KEY, b"new", sha256="0" * 64)
    assert await storage.get(KEY, max_bytes=100) == b"old"


async def test_upload_that_breaks_off_leaves_nothing(storage: ObjectStorage) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield DATA
        raise ConnectionAbortedError("the client went away")

    with pytest.raises(Exception, match=r"went away|could not be stored"):
        await storage.put(KEY, breaking())
    assert await keys(storage) == []


async def test_upload_that_is_cancelled_leaves_nothing(storage: ObjectStorage) -> None:
    arrived = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield DATA
        arrived.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(storage.put(KEY, endless()))
    await arrived.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await keys(storage) == []


async def test_reader_sees_the_old_object_until_the_new_one_is_whole(storage: ObjectStorage) -> None:
    await storage.put(KEY, b"old")
    half, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"n"
        half.set()
        await go_on.wait()
        yield b"ew"

    upload = asyncio.create_task(storage.put(KEY, slow()))
    await half.wait()
    assert await storage.get(KEY, max_bytes=100) == b"old"
    go_on.set()
    await upload
    assert await storage.get(KEY, max_bytes=100) == b"new"


async def test_writers_of_one_object_at_once_leave_one_of_theirs(storage: ObjectStorage) -> None:
    bodies = [bytes([n]) * 70_000 for n in range(8)]
    await asyncio.gather(*(storage.put(KEY, body) for body in bodies))
    assert await storage.get(KEY, max_bytes=70_000) in bodies
    assert await keys(storage) == [KEY]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, None, b"0123456789"), (3, 6, b"345"), (8, None, b"89"), (8, 99, b"89"), (10, None, b""), (50, 60, b"")],
)
async def test_part_of_an_object_can_be_read(
    storage: ObjectStorage, start: int, end: int | None, expected: bytes
) -> None:
    await storage.put(KEY, b"0123456789")
    assert await streamed(storage, KEY, ByteRange(start, end)) == expected


@pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 5), (5, 4)])
def test_range_that_selects_nothing_cannot_be_asked_for(start: int, end: int | None) -> None:
    with pytest.raises(ValueError, match="a range begins"):
        ByteRange(start, end)


async def test_reader_who_leaves_early_breaks_nothing(storage: ObjectStorage) -> None:
    await storage.put(KEY, DATA)
    reader = storage.stream(KEY)
    assert await anext(reader)
    await reader.aclose()  # type: ignore[attr-defined]
    assert await storage.get(KEY, max_bytes=len(DATA)) == DATA


async def test_object_larger_than_asked_for_is_refused(storage: ObjectStorage) -> None:
    await storage.put(KEY, b"12345")
    with pytest.raises(ObjectTooLarge):
        await storage.get(KEY, max_bytes=4)


async def test_missing_object_is_named_by_every_reader(storage: ObjectStorage) -> None:
    await storage.put(f"{KEY}/below", b"1")
    for key in (KEY, "nowhere", f"{KEY}/below/further"):
        with pytest.raises(ObjectMissing):
            await storage.get(key, max_bytes=1)
        with pytest.raises(ObjectMissing):
            await storage.stat(key)
        with pytest.raises(ObjectMissing):
            await streamed(storage, key)


async def test_deleted_object_is_gone_and_may_be_deleted_again(storage: ObjectStorage) -> None:
    await storage.put(KEY, b"1")
    await storage.delete(KEY)
    await storage.delete(KEY)
    assert await keys(storage) == []


async def test_objects_are_listed_in_the_order_of_their_keys(storage: ObjectStorage) -> None:
    wanted = ["a-b", "a.b", "a/b", "a/b-c", "a/b/c", "a0", "b"]
    for key in ["b", "a/b-c", "a0", "a.b", "a-b", "a/c"]:
        await storage.put(key, b"1")
    assert await keys(storage) == sorted({*wanted, "a/c"} - {"a/b", "a/b/c"})


async def test_prefix_is_made_of_whole_segments(storage: ObjectStorage) -> None:
    for key in ("previews/1/a", "previews/1/b", "previews/10/a", "previews"[:-1]):
        await storage.put(key, b"1")
    assert await keys(storage, "previews/1") == ["previews/1/a", "previews/1/b"]
    assert await keys(storage, "previews/1/") == ["previews/1/a", "previews/1/b"]
    assert await keys(storage, "nowhere") == []


HOSTILE = ["", "/etc/passwd", "../x", "a/../b", "a/./b", "a//b", "a/", ".incoming/x", "a/.git", "a\\b", "a\x00b", "a b"]
HOSTILE += ["a\nb", "ä", "a%2e%2e/b", "a?b", "~", "k" * 513, "a/..", "\N{FULLWIDTH FULL STOP}"]


@pytest.mark.parametrize("key", HOSTILE)
async def test_key_that_no_server_makes_is_refused(storage: ObjectStorage, key: str) -> None:
    with pytest.raises(KeyRefused):
        await storage.put(key, b"1")
    with pytest.raises(KeyRefused):
        await storage.get(key, max_bytes=1)
    with pytest.raises(KeyRefused):
        await storage.delete(key)
    with pytest.raises(KeyRefused):
        await streamed(storage, key)
    if key not in ("", "a/"):
        with pytest.raises(KeyRefused):
            await keys(storage, key)


@pytest.mark.parametrize("key", ["a", "previews/0190-ab_c/x.zip", "-", "_", "a..b", "k" * 512])
def test_key_that_a_server_makes_is_accepted(key: str) -> None:
    assert check_key(key) == key


async def test_storage_refuses_to_work_while_a_transaction_is_open(storage: ObjectStorage) -> None:
    token = scope_opened()
    try:
        with pytest.raises(SlowWorkInsideScopeError):
            await storage.put(KEY, b"1")
        with pytest.raises(SlowWorkInsideScopeError):
            await storage.get(KEY, max_bytes=1)
        with pytest.raises(SlowWorkInsideScopeError):
            await keys(storage)
    finally:
        scope_closed(token)
