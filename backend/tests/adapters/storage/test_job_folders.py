"""Bundles on this disk: the object of a job is a file of its folder, whatever project it is in."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from app.adapters.storage.factory import open_storage
from app.adapters.storage.job_folders import JobFolders
from app.adapters.storage.local import LocalStorage
from app.adapters.storage.port import Bucket, KeyRefused, ObjectMissing
from app.config.storage import StorageSettings

from tests.adapters.storage.conftest import pieces

PROJECT, JOB = "01890a5d-0000-7000-8000-00000000000a", "01890a5d-0000-7000-8000-000000000001"
KEY = f"previews/{PROJECT}/{JOB}/bundle.zip"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "previews"


@pytest.fixture
def storage(root: Path) -> JobFolders:
    return JobFolders(root)


async def keys(storage: JobFolders, prefix: str = "") -> list[str]:
    return [info.key async for info in storage.list(prefix)]


async def test_a_bundle_lies_in_its_jobs_folder(storage: JobFolders, root: Path) -> None:
    stored = await storage.put(KEY, b"zip")
    assert (stored.key, stored.size) == (KEY, 3)
    assert (root / JOB / "bundle.zip").read_bytes() == b"zip"
    assert await storage.get(KEY, max_bytes=3) == b"zip"
    assert (await storage.stat(KEY)).key == KEY


async def test_jobs_are_listed_by_project(storage: JobFolders) -> None:
    # Of two projects, the one that comes first has the job that comes last.
    first, last = KEY.replace("0001/", "0009/"), KEY.replace("000a", "000b")
    for key in (last, first, first.replace("bundle", "evidence")):
        await storage.put(key, b"1")
    await storage.put("media/else", b"1")
    await storage.put("previews/odd/key", b"1")
    assert await keys(storage) == ["media/else", first, first.replace("bundle", "evidence"), last, "previews/odd/key"]
    assert await keys(storage, f"previews/{PROJECT}") == [first, first.replace("bundle", "evidence")]
    assert await keys(storage, last.rpartition("/")[0]) == [last]
    assert await keys(storage, "previews/odd") == ["previews/odd/key"]
    assert await keys(storage, f"previews/{uuid4()}") == []


async def test_the_last_object_takes_the_folder_with_it(storage: JobFolders, root: Path) -> None:
    other = KEY.replace("bundle", "evidence")
    for key in (KEY, other):
        await storage.put(key, b"1")
    await storage.delete(KEY)
    assert await keys(storage) == [other]
    await storage.delete(other)
    assert not (root / JOB).exists()
    await storage.delete(other)


async def test_an_upload_that_breaks_off_leaves_no_folder(storage: JobFolders, root: Path) -> None:
    with pytest.raises(Exception, match="announced"):
        await storage.put(KEY, pieces(b"1"), sha256="0" * 64)
    assert not (root / JOB).exists()


async def test_what_is_missing_is_called_by_its_key(storage: JobFolders) -> None:
    with pytest.raises(ObjectMissing) as missing:
        await storage.get(KEY, max_bytes=1)
    assert missing.value.details == {"key": KEY}


async def test_the_mark_of_a_folder_is_no_object(storage: JobFolders) -> None:
    await storage.put(KEY, b"1")
    with pytest.raises(KeyRefused):
        await storage.get(f"previews/{PROJECT}/{JOB}/_project", max_bytes=100)


async def test_storing_and_deleting_at_once_loses_nothing(storage: JobFolders) -> None:
    async def come_and_go(name: str) -> None:
        for _ in range(10):
            await storage.put(KEY.replace("bundle", name), b"1")
            await storage.delete(KEY.replace("bundle", name))
        await storage.put(KEY.replace("bundle", name), b"1")

    names = [f"upload-{number}" for number in range(4)]
    await asyncio.gather(*(come_and_go(name) for name in names))
    assert await keys(storage) == sorted(KEY.replace("bundle", name) for name in names)


async def test_what_was_stored_before_is_found(tmp_path: Path) -> None:
    old = LocalStorage(tmp_path / "storage" / "previews")
    await old.put(KEY, b"old")
    await old.put("previews/odd/key", b"odd")
    storage = open_storage(StorageSettings.from_env({}), tmp_path, Bucket.PREVIEWS)
    assert await storage.get(KEY, max_bytes=3) == b"old"
    assert (tmp_path / "previews" / JOB / "bundle.zip").is_file()
    again = open_storage(StorageSettings.from_env({}), tmp_path, Bucket.PREVIEWS)
    assert [info.key async for info in again.list("previews")] == [KEY]
