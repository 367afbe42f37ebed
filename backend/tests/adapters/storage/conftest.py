"""The storage five times: in memory, on this disk in two ways, in an S3-compatible server on loopback, in both."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.storage.doubled import DoubledStorage
from app.adapters.storage.job_folders import JobFolders
from app.adapters.storage.local import LocalStorage
from app.adapters.storage.memory import MemoryStorage
from app.adapters.storage.port import ObjectStorage
from app.adapters.storage.s3 import S3Bucket, S3Storage
from app.core.clock import FrozenClock


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """Arrive bit by bit, as an upload does."""
    for part in parts:
        await asyncio.sleep(0)
        yield part


@pytest.fixture
def in_memory(clock: FrozenClock) -> ObjectStorage:
    return MemoryStorage(clock)


@pytest.fixture
def on_disk(tmp_path: Path) -> ObjectStorage:
    return LocalStorage(tmp_path / "objects")


@pytest.fixture
def in_job_folders(tmp_path: Path) -> ObjectStorage:
    return JobFolders(tmp_path / "previews")


@pytest.fixture
def in_s3(s3_bucket: S3Bucket, tmp_path: Path) -> ObjectStorage:
    return S3Storage(s3_bucket, spool=tmp_path / "spool")


@pytest.fixture
def doubled(in_s3: ObjectStorage, in_job_folders: ObjectStorage) -> ObjectStorage:
    return DoubledStorage(in_s3, in_job_folders)


@pytest.fixture(params=["in_memory", "on_disk", "in_job_folders", "in_s3", "doubled"])
def storage(request: pytest.FixtureRequest) -> ObjectStorage:
    found: ObjectStorage = request.getfixturevalue(request.param)
    return found
