"""A bundle in a store and on this disk: whichever answers."""

from pathlib import Path

import pytest

from app.adapters.storage.doubled import DoubledStorage
from app.adapters.storage.factory import open_storage
from app.adapters.storage.job_folders import JobFolders
from app.adapters.storage.memory import MemoryStorage
from app.adapters.storage.port import Bucket, ObjectMissing, StorageUnavailable, UploadFailed
from app.adapters.storage.s3 import S3Storage
from app.config.storage import StorageSettings
from app.core.clock import FrozenClock

from tests.adapters.storage.conftest import pieces

JOB = "01890a5d-0000-7000-8000-000000000001"
KEY = f"previews/01890a5d-0000-7000-8000-00000000000a/{JOB}/bundle.zip"


@pytest.fixture
def store(clock: FrozenClock) -> MemoryStorage:
    return MemoryStorage(clock)


@pytest.fixture
def both(store: MemoryStorage, tmp_path: Path) -> DoubledStorage:
    return DoubledStorage(store, JobFolders(tmp_path / "previews"))


async def streamed(storage: DoubledStorage) -> bytes:
    return b"".join([piece async for piece in storage.stream(KEY)])


async def test_a_bundle_is_in_both(both: DoubledStorage, store: MemoryStorage, tmp_path: Path) -> None:
    stored = await both.put(KEY, pieces(b"a zip"))
    assert stored.size == 5
    assert await store.get(KEY, max_bytes=5) == b"a zip"
    assert (tmp_path / "previews" / JOB / "bundle.zip").read_bytes() == b"a zip"


async def test_the_store_is_asked_first(both: DoubledStorage, store: MemoryStorage, tmp_path: Path) -> None:
    await both.put(KEY, b"a zip")
    (tmp_path / "previews" / JOB / "bundle.zip").write_bytes(b"other")
    assert await both.get(KEY, max_bytes=5) == b"a zip"


@pytest.mark.parametrize("lost", [True, False])
async def test_the_disk_answers_where_the_store_is_silent(
    both: DoubledStorage, store: MemoryStorage, lost: bool
) -> None:
    await both.put(KEY, b"a zip")
    if lost:
        await store.delete(KEY)
    else:
        store.available = False
    assert await both.get(KEY, max_bytes=5) == b"a zip"
    assert await streamed(both) == b"a zip"
    assert (await both.stat(KEY)).size == 5


async def test_what_neither_has_is_told_as_the_store_tells_it(both: DoubledStorage, store: MemoryStorage) -> None:
    with pytest.raises(ObjectMissing):
        await streamed(both)
    store.available = False
    with pytest.raises(StorageUnavailable):
        await streamed(both)
    with pytest.raises(StorageUnavailable):
        await both.stat(KEY)


async def test_what_the_store_does_not_take_is_on_no_disk(
    both: DoubledStorage, store: MemoryStorage, tmp_path: Path
) -> None:
    store.available = False
    with pytest.raises(UploadFailed):
        await both.put(KEY, b"a zip")
    assert not (tmp_path / "previews" / JOB).exists()


async def test_a_deleted_bundle_is_in_neither(both: DoubledStorage, store: MemoryStorage, tmp_path: Path) -> None:
    await both.put(KEY, b"a zip")
    store.available = False
    with pytest.raises(StorageUnavailable):
        await both.delete(KEY)
    store.available = True
    await both.delete(KEY)
    assert not (tmp_path / "previews" / JOB).exists()
    assert [info async for info in both.list()] == []


@pytest.mark.parametrize(("copy", "kind"), [("true", DoubledStorage), ("false", S3Storage)])
def test_an_operator_can_do_without_the_copy(tmp_path: Path, copy: str, kind: type[object]) -> None:
    env = {"OBJECT_STORAGE_PROVIDER": "s3", "OBJECT_STORAGE_ACCESS_KEY": "k", "OBJECT_STORAGE_SECRET_KEY": "s"}
    settings = StorageSettings.from_env({**env, "OBJECT_STORAGE_LOCAL_COPY": copy})
    assert isinstance(open_storage(settings, tmp_path, Bucket.PREVIEWS), kind)
