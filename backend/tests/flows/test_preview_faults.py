"""Storage that is away and disks that are full while a preview is built or sent: a code, and nothing is left."""

import dataclasses
import hashlib
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from chaos.machinery import small_disk

from app.adapters.container import Container
from app.adapters.sandbox.chosen import candidates
from app.adapters.storage.memory import MemoryStorage
from app.adapters.storage.port import Body, ObjectStorage, StorageUnavailable, StoredObject
from app.core.clock import FrozenClock

from tests.fixtures.bare import GitRepo
from tests.flows.building import GOOD, app_with, builders, built, commit_app
from tests.flows.conftest import Body as Json
from tests.flows.conftest import Traveller
from tests.flows.previewing import native_app, send, zipped

needs_a_sandbox = pytest.mark.skipif(
    shutil.which("node") is None or not any(each.fit_for_builds for each in candidates()),
    reason="no Node.js, or no sandbox for builds here",
)
pytestmark = pytest.mark.slow


class Flaky(MemoryStorage):
    """A storage that is away for some of the attempts to store what ends in a name."""

    def __init__(self, clock: FrozenClock) -> None:
        """Be there."""
        super().__init__(clock)
        self.away_for: dict[str, int] = {}
        self.tried: list[str] = []

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        """Store it, or be away."""
        name = key.rpartition("/")[2]
        self.tried.append(name)
        if self.away_for.get(name, 0):
            self.away_for[name] -= 1
            raise StorageUnavailable
        return await super().put(key, data, content_type=content_type, sha256=sha256, file_name=file_name)


@pytest.fixture
def settings_env() -> dict[str, str]:
    limits = {f"RATE_LIMIT_{name}": "100000/1m" for name in ("API", "AUTH", "REPOS", "PREVIEWS")}
    return {**limits, "PREVIEW_MAX_TIMEOUT_MS": "60000"}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.create(tmp_path / "upstream.git")


@pytest.fixture
def storage(clock: FrozenClock) -> Flaky:
    return Flaky(clock)


@pytest.fixture
def container(container: Container, storage: Flaky) -> Container:
    """API and workers over the same storage."""
    return dataclasses.replace(container, bundles=storage)


@pytest.fixture
def workers(ann: Traveller, tmp_path: Path) -> Container:
    return builders(ann.workers, tmp_path / "probes")


async def stored(storage: ObjectStorage) -> list[str]:
    """The names of everything that is stored, but logs."""
    names = [info.key.rpartition("/")[2] async for info in storage.list("previews")]
    return sorted(name for name in names if name != "build.log")


def failed(status: Json) -> str:
    assert status["status"] == "failed", status["log"]
    code: str = status["error"]["code"]
    return code


@needs_a_sandbox
@pytest.mark.parametrize("name", ["bundle.zip", "evidence.zip"])
async def test_a_storage_that_stays_away_is_tried_three_times_and_keeps_nothing(
    ann: Traveller, workers: Container, repo: GitRepo, storage: Flaky, name: str
) -> None:
    await commit_app(ann, repo, app_with(GOOD))
    storage.away_for[name] = 3
    status = await built(ann, workers, source="worker")
    assert failed(status) == "STORAGE_UPLOAD_FAILED"
    assert status["error"]["details"]["attempts"] == 3
    assert storage.tried.count(name) == 3
    assert await stored(storage) == []
    assert list((workers.settings.data_dir / "tmp").glob("preview-job-*")) == []
    again = await built(ann, workers, source="worker")
    assert again["status"] == "success", again["log"]


@needs_a_sandbox
@pytest.mark.parametrize("away_for", [1, 2])
async def test_a_storage_that_comes_back_in_time_has_the_whole_bundle(
    ann: Traveller, workers: Container, repo: GitRepo, storage: Flaky, away_for: int
) -> None:
    await commit_app(ann, repo, app_with(GOOD))
    storage.away_for["bundle.zip"] = away_for
    status = await built(ann, workers, source="worker")
    assert status["status"] == "success", status["log"]
    answer = await ann.http.get(f"/preview/download/{status['job_id']}")
    assert len(answer.content) == status["bundle"]["size_bytes"]


@needs_a_sandbox
async def test_a_log_that_cannot_be_stored_fails_no_build(
    ann: Traveller, workers: Container, repo: GitRepo, storage: Flaky
) -> None:
    await commit_app(ann, repo, app_with(GOOD))
    storage.away_for["build.log"] = 1000
    assert (await built(ann, workers, source="worker"))["status"] == "success"


@pytest.mark.parametrize("lacks", [1, 700])
async def test_an_upload_that_ends_before_its_length_is_refused_and_nothing_is_kept(
    ann: Traveller, repo: GitRepo, storage: Flaky, lacks: int
) -> None:
    repo.commit({"a": "1"})
    await ann.connect(repo)
    asked = {"project_id": ann.project_id, "platform": "ios", "source": "upload"}
    session = await ann.post("/preview/sessions", asked)
    whole = zipped(native_app())

    async def cut() -> AsyncIterator[bytes]:
        yield whole[:-lacks]

    answer = await ann.http.post(
        f"/preview/sessions/{session['token']}/bundle", content=cut(), headers={"Content-Length": str(len(whole))}
    )
    error = answer.json()
    assert (answer.status_code, error["code"]) == (422, "INVALID_PROJECT_STRUCTURE")
    told = {"reason": "cut_short", "bytes": len(whole) - lacks, "announced": len(whole)}
    assert told.items() <= error["details"].items()
    assert await stored(storage) == []
    assert (await ann.get(f"/preview/sessions/{session['token']}"))["job_id"] is None
    assert (await send(ann, native_app()))["status"] == "queued"


@pytest.fixture
def tiny_disk(ann: Traveller) -> Iterator[Path]:
    """Working folders on a disk of one MiB."""
    folder = ann.workers.settings.data_dir / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with small_disk(folder) as is_small:
        if not is_small:
            pytest.skip("a small disk cannot be mounted here")
        yield folder


@needs_a_sandbox
async def test_a_full_disk_fails_an_attempt_with_its_code_and_the_build_is_tried_again(
    ann: Traveller, workers: Container, repo: GitRepo, tiny_disk: Path
) -> None:
    large = "x" * 2 * 1024**2
    await commit_app(ann, repo, app_with(GOOD, **{"large.txt": large}))
    status = await built(ann, workers, source="worker")
    assert status["status"] == "queued", status["log"]
    assert status["error"]["code"] == "DISK_FULL"
    assert list(tiny_disk.glob("preview-job-*")) == []


async def test_a_full_disk_fails_the_check_of_an_upload_with_its_code(
    ann: Traveller, repo: GitRepo, tiny_disk: Path
) -> None:
    repo.commit({"a": "1"})
    await ann.connect(repo)
    noise = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(65_536))
    sent = await send(ann, native_app(code=noise))
    status = await ann.get(f"/preview/status/{sent['job_id']}")
    assert status["error"]["code"] == "DISK_FULL"
    assert list(tiny_disk.glob("preview-job-*")) == []
