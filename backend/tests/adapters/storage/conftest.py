"""The storage three times: in memory, on this disk, in an S3-compatible server on loopback."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from moto.server import ThreadedMotoServer

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


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A real HTTP server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_bucket(s3_endpoint: str) -> S3Bucket:
    """A new bucket."""
    name = f"bucket-{uuid4()}"
    httpx.put(f"{s3_endpoint}/{name}").raise_for_status()
    return S3Bucket(name=name, region="us-east-1", access_key="key", secret_key="secret", endpoint=s3_endpoint)


@pytest.fixture
def in_memory(clock: FrozenClock) -> ObjectStorage:
    return MemoryStorage(clock)


@pytest.fixture
def on_disk(tmp_path: Path) -> ObjectStorage:
    return LocalStorage(tmp_path / "objects")


@pytest.fixture
def in_s3(s3_bucket: S3Bucket, tmp_path: Path) -> ObjectStorage:
    return S3Storage(s3_bucket, spool=tmp_path / "spool")


@pytest.fixture(params=["in_memory", "on_disk", "in_s3"])
def storage(request: pytest.FixtureRequest) -> ObjectStorage:
    found: ObjectStorage = request.getfixturevalue(request.param)
    return found
