"""A bundle's way through an object storage: ranges, downloads by a signed address, connections that break."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import AsyncClient

from app.adapters.container import Container
from app.adapters.storage.s3 import S3Bucket, S3Storage

from tests.fixtures.cutting import CuttingProxy, cutting_proxy
from tests.fixtures.jobs import drain
from tests.flows.conftest import Traveller
from tests.flows.previewing import zipped
from tests.flows.previews import APP, code_of, log_in_again, move, opened, send, uploaded

# More than the proxy lets through.
LARGE = APP | {"assets/noise.bin": b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(16_384))}


@pytest.fixture
async def broken(s3_bucket: S3Bucket) -> AsyncIterator[tuple[S3Bucket, CuttingProxy]]:
    """The bucket behind a connection that may be cut."""
    async with cutting_proxy(s3_bucket.endpoint or "") as (address, proxy):
        yield replace(s3_bucket, endpoint=address), proxy


@pytest.fixture
def proxy(broken: tuple[S3Bucket, CuttingProxy]) -> CuttingProxy:
    return broken[1]


@pytest.fixture
def container(container: Container, broken: tuple[S3Bucket, CuttingProxy], tmp_path: Path) -> Container:
    """The usual container, with bundles in the bucket behind it."""
    return replace(container, bundles=S3Storage(broken[0], spool=tmp_path / "spool", retries=2))


@pytest.fixture
async def internet() -> AsyncIterator[AsyncClient]:
    """A client outside, which follows an address to wherever it leads."""
    async with AsyncClient() as opened_client:
        yield opened_client


async def kept(bucket: S3Bucket) -> list[str]:
    """What is in a bucket, and what is half there, asked past the proxy."""
    async with AsyncClient() as client:
        whole = (await client.get(f"{bucket.endpoint}/{bucket.name}?list-type=2")).text
        parts = (await client.get(f"{bucket.endpoint}/{bucket.name}?uploads")).text
    return [text.partition("</Key>")[0] for text in (whole + parts).split("<Key>")[1:]]


async def test_a_bundle_is_sent_checked_and_fetched(ann: Traveller, project: str, s3_bucket: S3Bucket) -> None:
    accepted = await uploaded(ann)
    assert await kept(s3_bucket) == [f"previews/{project}/{accepted['job_id']}/bundle.zip"]
    answer = await ann.http.get(f"/preview/download/{accepted['job_id']}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("main.jsbundle") == APP["main.jsbundle"]


async def test_a_download_goes_on_where_it_broke_off(ann: Traveller, project: str) -> None:
    accepted = await uploaded(ann)
    path = f"/preview/download/{accepted['job_id']}"
    whole = await ann.http.get(path)
    first = await ann.http.get(path, headers={"Range": "bytes=0-99"})
    rest = await ann.http.get(path, headers={"Range": "bytes=100-", "If-Range": whole.headers["etag"]})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.content + rest.content == whole.content


async def test_a_download_can_be_sent_on_to_the_storage(ann: Traveller, project: str, internet: AsyncClient) -> None:
    accepted = await uploaded(ann)
    path = f"/preview/download/{accepted['job_id']}"
    whole = await ann.http.get(path)
    del ann.http.headers["Authorization"]
    sent_on = await ann.http.get(f"{path}?direct=1&grant={accepted['grant']}")
    assert (sent_on.status_code, sent_on.headers["referrer-policy"]) == (307, "no-referrer")
    assert sent_on.headers["cache-control"] == "no-store"
    address = sent_on.headers["location"]
    assert "hsp_" not in address
    direct = await internet.get(address)
    assert direct.content == whole.content
    assert direct.headers["content-disposition"] == whole.headers["content-disposition"]
    part = await internet.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])


async def test_nobody_is_sent_on_whom_the_preview_is_none_of(ann: Traveller, project: str) -> None:
    accepted = await uploaded(ann)
    await ann.post(f"/preview/sessions/{accepted['session_id']}/revoke")
    del ann.http.headers["Authorization"]
    path = f"/preview/download/{accepted['job_id']}?direct=1"
    assert code_of(await ann.http.get(path)) == (401, "UNAUTHENTICATED")
    assert code_of(await ann.http.get(f"{path}&grant={accepted['grant']}")) == (403, "FORBIDDEN")


class TestWhereDownloadsAreDirect:
    """With PREVIEW_DIRECT_DOWNLOADS."""

    @pytest.fixture
    def settings_env(self, settings_env: dict[str, str]) -> dict[str, str]:
        return settings_env | {"PREVIEW_DIRECT_DOWNLOADS": "true"}

    async def test_everybody_is_sent_on_but_who_does_not_want_to(self, ann: Traveller, project: str) -> None:
        path = f"/preview/download/{(await uploaded(ann))['job_id']}"
        assert (await ann.http.get(path)).status_code == 307
        assert (await ann.http.get(f"{path}?direct=0")).status_code == 200


async def test_an_upload_survives_two_cuts(
    ann: Traveller, project: str, proxy: CuttingProxy, s3_bucket: S3Bucket
) -> None:
    proxy.cuts = 2
    accepted = await uploaded(ann, LARGE)
    assert proxy.cut == 2
    status = await ann.get(f"/preview/status/{accepted['job_id']}")
    assert status["status"] == "success", status["why"]
    assert await kept(s3_bucket) == [f"previews/{project}/{accepted['job_id']}/bundle.zip"]


async def test_an_upload_that_is_always_cut_is_a_named_error_and_leaves_nothing(
    ann: Traveller, project: str, proxy: CuttingProxy, s3_bucket: S3Bucket
) -> None:
    session = await opened(ann)
    proxy.cuts = 1000
    answer = await ann.http.post(f"/preview/sessions/{session['token']}/bundle", content=zipped(LARGE))
    assert code_of(answer) == (503, "STORAGE_UPLOAD_FAILED")
    assert proxy.cut == 3, "three attempts"
    assert await kept(s3_bucket) == []
    proxy.cuts = 0
    await send(ann, session["token"], zipped(LARGE))


async def test_a_bundle_that_cannot_be_stored_fails_the_preview_and_leaves_nothing(
    ann: Traveller, project: str, proxy: CuttingProxy, s3_bucket: S3Bucket
) -> None:
    session = await opened(ann)
    accepted = await send(ann, session["token"], zipped(LARGE))
    proxy.cuts = 1000
    await until_it_ends(ann)
    status = await ann.get(f"/preview/status/{accepted['job_id']}")
    assert (status["status"], status["error"]["code"]) == ("failed", "STORAGE_UPLOAD_FAILED")
    download = await ann.http.get(f"/preview/download/{accepted['job_id']}")
    assert code_of(download) == (409, "STORAGE_UPLOAD_FAILED")
    assert not [key for key in await kept(s3_bucket) if key.endswith("bundle.zip")]


async def until_it_ends(ann: Traveller) -> None:
    """Let the workers try until they give up."""
    for _ in range(6):
        await drain(ann.workers)
        move(ann, seconds=600)
    await log_in_again(ann)
