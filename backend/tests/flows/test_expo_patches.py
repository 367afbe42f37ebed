"""Binary differences, as Expo's clients ask for them: the exact bytes, never a wait, never of what one may not see."""

from pathlib import Path
from uuid import UUID

import bsdiff4
import pytest
from httpx import Response

from app.adapters.storage.port import Bucket

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.fixtures.people import People
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import native_app, send

IPHONE = {"expo-platform": "ios", "expo-runtime-version": "1.2.0", "accept": "application/json"}
OLD = b"".join(b"function f%d() { return %d; }\n" % (number, number * 7919) for number in range(3000))
NEW = OLD.replace(b"f17()", b"another()")


@pytest.fixture
def settings_env(settings_env: dict[str, str]) -> dict[str, str]:
    return {**settings_env, "HIVESYNC_BASE_URL": "http://hivesync.test"}


@pytest.fixture
async def ann(ann: Traveller, tmp_path: Path) -> Traveller:
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({"app.json": "{}\n"})
    await ann.connect(repo)
    return ann


async def released(ann: Traveller, code: bytes) -> Body:
    """A preview that a phone has looked at, and its manifest."""
    sent = await send(ann, native_app(code))
    told = await ann.http.get(f"/preview/{sent['job_id']}/expo/manifest?grant={sent['grant']}", headers=IPHONE)
    return {**sent, "manifest": told.json()}


async def fetch(ann: Traveller, target: Body, base_id: str, **headers: str) -> Response:
    """What a phone does that runs the base: it has the target's link, and nobody is logged in."""
    asked = {
        "A-IM": "bsdiff",
        "Expo-Current-Update-ID": base_id,
        "Expo-Requested-Update-ID": target["manifest"]["id"],
        "accept-encoding": "identity",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    login = ann.http.headers.pop("Authorization")
    answer = await ann.http.get(target["manifest"]["launchAsset"]["url"], headers=asked)
    ann.http.headers["Authorization"] = login
    return answer


async def test_the_first_phone_gets_all_and_the_next_one_what_changed(ann: Traveller) -> None:
    base, target = await released(ann, OLD), await released(ann, NEW)
    first = await fetch(ann, target, base["manifest"]["id"])
    assert (first.status_code, first.content) == (200, NEW), "nobody waits for a patch"
    await drain(ann.workers)
    answer = await fetch(ann, target, base["manifest"]["id"])
    assert (answer.status_code, answer.headers["im"]) == (226, "bsdiff")
    assert answer.headers["expo-base-update-id"] == base["manifest"]["id"]
    assert "no-store" in answer.headers["cache-control"]
    assert len(answer.content) < 1000
    assert bsdiff4.patch(OLD, answer.content) == NEW


async def test_a_patch_is_made_once_however_many_ask(ann: Traveller) -> None:
    base, target = await released(ann, OLD), await released(ann, NEW)
    for _ in range(3):
        await fetch(ann, target, base["manifest"]["id"])
    assert [ran.kind for ran in await drain(ann.workers)] == ["preview.patch"]
    await fetch(ann, target, base["manifest"]["id"])
    assert await drain(ann.workers) == []


async def test_who_does_not_ask_for_a_patch_gets_none(ann: Traveller) -> None:
    base, target = await released(ann, OLD), await released(ann, NEW)
    await fetch(ann, target, base["manifest"]["id"])
    await drain(ann.workers)
    base_id = base["manifest"]["id"]
    others: list[dict[str, str]] = [{"Expo_Requested_Update_ID": each} for each in (base_id, "")]
    for headers in ({"A_IM": "gzip"}, {"A_IM": ""}, *others):
        answer = await fetch(ann, target, base_id, **headers)
        assert (answer.status_code, answer.content) == (200, NEW), headers


@pytest.mark.parametrize("base_id", ["", "7", str(UUID(int=7)), "../../x"])
async def test_a_base_that_nobody_knows_is_no_error(ann: Traveller, base_id: str) -> None:
    target = await released(ann, NEW)
    assert (await fetch(ann, target, base_id)).status_code == 200
    assert (await fetch(ann, target, target["manifest"]["id"])).status_code == 200
    assert await drain(ann.workers) == []


async def test_code_that_has_nothing_in_common_is_sent_whole_and_not_tried_again(ann: Traveller) -> None:
    base, target = await released(ann, bytes(range(256)) * 40), await released(ann, b"var app = 1;")
    for _ in range(2):
        answer = await fetch(ann, target, base["manifest"]["id"])
        assert (answer.status_code, answer.content) == (200, b"var app = 1;")
        await drain(ann.workers)
    stored = [info async for info in ann.container.buckets()[Bucket.PREVIEWS].list("previews")]
    assert [info.size for info in stored if info.key.endswith(".bsdiff")] == [0]


async def test_a_base_of_another_project_is_never_used(ann: Traveller, tmp_path: Path, people: People) -> None:
    base, first_project = await released(ann, OLD), ann.project_id
    repo = GitRepo.create(tmp_path / "other.git")
    repo.commit({"app.json": "{}\n"})
    await ann.connect(repo)
    assert ann.project_id != first_project
    target = await released(ann, NEW)
    assert (await fetch(ann, target, base["manifest"]["id"])).status_code == 200
    assert await drain(ann.workers) == []


async def test_a_base_that_is_over_is_not_used(ann: Traveller) -> None:
    base, target = await released(ann, OLD), await released(ann, NEW)
    answer = await ann.http.delete(f"/projects/{ann.project_id}")
    assert answer.is_success
    assert (await fetch(ann, target, base["manifest"]["id"])).status_code == 404


class TestWithSmallBounds:
    """An installation that makes patches of small code only."""

    @pytest.fixture
    def settings_env(self) -> dict[str, str]:
        """The bound."""
        return {"HIVESYNC_BASE_URL": "http://hivesync.test", "PREVIEW_PATCH_MAX_BYTES": "1000"}

    async def test_larger_code_is_sent_whole(self, ann: Traveller) -> None:
        base, target = await released(ann, OLD), await released(ann, NEW)
        assert (await fetch(ann, target, base["manifest"]["id"])).status_code == 200
        assert await drain(ann.workers) == []
