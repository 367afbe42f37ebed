"""What S3 adds: signed addresses, many parts, and servers that fail in the middle."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app.adapters.storage.doubled import DoubledStorage
from app.adapters.storage.factory import open_storage
from app.adapters.storage.port import Bucket, StorageUnavailable, UploadFailed
from app.adapters.storage.s3 import S3Bucket, S3Storage
from app.config.storage import StorageSettings

from tests.adapters.storage.conftest import pieces
from tests.fixtures.cutting import cutting_proxy


@pytest.fixture
def storage(s3_bucket: S3Bucket, tmp_path: Path) -> S3Storage:
    return S3Storage(s3_bucket, spool=tmp_path / "spool")


class FailingS3:
    """Answers uploads with the statuses of a script, None being a broken connection; then as it should."""

    def __init__(self, script: Sequence[int | None], *, keeps: int | None = None) -> None:
        self.script = list(script)
        self.keeps = keeps
        self.seen: Counter[str] = Counter()
        self.size = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        method = head.split()[0]
        length = int(next((line[15:] for line in head.split("\r\n") if line.startswith("content-length:")), "0"))
        await reader.readexactly(length)
        self.seen[method] += 1
        status = self.script.pop(0) if self.script and method == "put" else 200
        if method == "put" and status == 200:
            self.size = length if self.keeps is None else self.keeps
        if status is not None:
            body = self.size if method == "head" else 0
            answer = f'HTTP/1.1 {status} X\r\nContent-Length: {body}\r\nETag: "x"\r\nConnection: close\r\n'
            answer += "Last-Modified: Wed, 21 Oct 2026 07:28:00 GMT\r\n\r\n"
            writer.write(answer.encode())
            await writer.drain()
        writer.close()


@pytest.fixture
async def address(request: pytest.FixtureRequest) -> AsyncIterator[tuple[S3Bucket, FailingS3]]:
    fake: FailingS3 = request.param
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield S3Bucket("bucket", "us-east-1", "key", "secret", f"http://127.0.0.1:{port}"), fake
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "address", [FailingS3([500]), FailingS3([503, 503]), FailingS3([None]), FailingS3([500, None, 503])], indirect=True
)
async def test_server_that_recovers_in_time_gets_the_object(
    address: tuple[S3Bucket, FailingS3], tmp_path: Path
) -> None:
    bucket, fake = address
    stored = await S3Storage(bucket, spool=tmp_path).put("a", b"12345")
    assert (stored.size, fake.size) == (5, 5)


@pytest.mark.parametrize("address", [FailingS3([500] * 9), FailingS3([403]), FailingS3([None] * 9)], indirect=True)
async def test_server_that_does_not_is_a_named_error_after_few_tries(
    address: tuple[S3Bucket, FailingS3], tmp_path: Path
) -> None:
    bucket, fake = address
    with pytest.raises(UploadFailed) as failed:
        await S3Storage(bucket, spool=tmp_path).put("a", b"12345")
    assert failed.value.code == "STORAGE_UPLOAD_FAILED"
    assert failed.value.retryable
    assert fake.seen["put"] <= 4


@pytest.mark.parametrize("address", [FailingS3([], keeps=3)], indirect=True)
async def test_object_that_arrived_shorter_is_removed_and_reported(
    address: tuple[S3Bucket, FailingS3], tmp_path: Path
) -> None:
    bucket, fake = address
    with pytest.raises(UploadFailed) as failed:
        await S3Storage(bucket, spool=tmp_path).put("a", b"12345")
    assert failed.value.details == {"key": "a", "sent": 5, "kept": 3}
    assert fake.seen["delete"] == 1


async def test_store_that_is_not_there_is_a_named_error(tmp_path: Path) -> None:
    nowhere = S3Bucket("bucket", "us-east-1", "key", "secret", "http://127.0.0.1:9")
    storage = S3Storage(nowhere, spool=tmp_path, retries=0)
    with pytest.raises(UploadFailed):
        await storage.put("a", b"1")
    with pytest.raises(StorageUnavailable):
        await storage.stat("a")
    with pytest.raises(StorageUnavailable):
        await storage.get("a", max_bytes=1)
    with pytest.raises(StorageUnavailable):
        [info async for info in storage.list()]


async def test_large_object_travels_in_parts_and_arrives_whole(storage: S3Storage, tmp_path: Path) -> None:
    piece = bytes(range(256)) * 4096
    stored = await storage.put("large", pieces(*[piece] * 34))
    assert stored.size == 34 * len(piece)
    assert (await storage.get("large", max_bytes=stored.size)) == piece * 34
    assert list((tmp_path / "spool").iterdir()) == []


async def test_media_type_is_kept(storage: S3Storage) -> None:
    await storage.put("a", b"1", content_type="image/avif")
    address = await storage.signed_url("a", ttl=timedelta(minutes=1))
    assert address is not None
    async with httpx.AsyncClient() as client:
        answer = await client.get(address)
    assert (answer.content, answer.headers["content-type"]) == (b"1", "image/avif")


async def test_signed_address_takes_an_upload(storage: S3Storage) -> None:
    address = await storage.signed_url("a", ttl=timedelta(minutes=1), method="PUT")
    assert address is not None
    async with httpx.AsyncClient() as client:
        (await client.put(address, content=b"from a phone")).raise_for_status()
    assert await storage.get("a", max_bytes=100) == b"from a phone"


@pytest.mark.parametrize(("bucket", "name"), [(Bucket.PREVIEWS, "hivesync-previews"), (Bucket.MEDIA, "hivesync-media")])
async def test_settings_open_the_bucket_they_name(s3_endpoint: str, tmp_path: Path, bucket: Bucket, name: str) -> None:
    settings = StorageSettings.from_env(
        {
            "OBJECT_STORAGE_PROVIDER": "r2",
            "OBJECT_STORAGE_ENDPOINT": s3_endpoint,
            "OBJECT_STORAGE_ACCESS_KEY": "key",
            "OBJECT_STORAGE_SECRET_KEY": "secret",
        }
    )
    storage = open_storage(settings, tmp_path, bucket)
    assert isinstance(storage, S3Storage if bucket is Bucket.MEDIA else DoubledStorage)
    address = await storage.signed_url("a", ttl=timedelta(minutes=1))
    assert address is not None
    assert address.startswith(f"{s3_endpoint}/{name}/a?")


async def test_a_signed_download_says_how_to_call_the_file(storage: S3Storage) -> None:
    await storage.put("a/b.zip", b"1", content_type="application/zip", file_name='my"; app\r\n.zip')
    address = await storage.signed_url("a/b.zip", ttl=timedelta(minutes=1))
    assert address is not None
    async with httpx.AsyncClient() as client:
        answer = await client.get(address, headers={"Range": "bytes=0-0"})
    assert (answer.status_code, answer.content) == (206, b"1")
    assert answer.headers["content-disposition"] == 'attachment; filename="my---app--.zip"'


async def test_settings_keep_local_buckets_apart_below_the_data_directory(tmp_path: Path) -> None:
    job = "01890a5d-ac96-774b-bcce-b302099a8057"
    for bucket in Bucket:
        storage = open_storage(StorageSettings.from_env({}), tmp_path, bucket)
        await storage.put(f"previews/{job}/{job}/bundle.zip", bucket.value.encode())
    assert (tmp_path / "previews" / job / "bundle.zip").read_bytes() == b"previews"
    media = tmp_path / "storage" / "media" / "previews" / job / job / "bundle.zip"
    assert media.read_bytes() == b"media"


async def test_parts_of_an_upload_that_is_cut_are_taken_away(s3_bucket: S3Bucket, tmp_path: Path) -> None:
    async with cutting_proxy(s3_bucket.endpoint or "") as (address, proxy):
        storage = S3Storage(replace(s3_bucket, endpoint=address), spool=tmp_path / "spool", retries=1)
        proxy.after, proxy.cuts = 1024 * 1024, 1000
        with pytest.raises(UploadFailed):
            await storage.put("large", pieces(*[bytes(1024 * 1024)] * 34))
        assert proxy.cut
    async with httpx.AsyncClient() as client:
        for query in ("uploads", "list-type=2"):
            answer = await client.get(f"{s3_bucket.endpoint}/{s3_bucket.name}?{query}")
            assert "<Key>" not in answer.text, query
