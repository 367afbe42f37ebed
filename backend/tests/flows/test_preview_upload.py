"""A bundle's way: a desktop opens a session and sends what it built, a phone follows by the token and downloads."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from app.adapters.storage.port import Bucket
from app.core.clock import FrozenClock

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.fixtures.people import PASSWORD
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import zipped
from tests.flows.previews import APP, move, opened, send


@pytest.fixture
async def project(ann: Traveller, tmp_path: Path) -> str:
    """A project of Ann's."""
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({"app.json": '{"expo": {"name": "Shop"}}\n'})
    await ann.connect(repo)
    return ann.project_id


async def log_in_again(ann: Traveller) -> None:
    """Begin a new login, after the old one's time."""
    told = await ann.post("/auth/login", {"email": ann.email, "password": PASSWORD})
    ann.http.headers["Authorization"] = f"Bearer {told['access_token']}"


async def upload(ann: Traveller, token: str, data: bytes, **headers: str) -> Body:
    """Send a bundle, and let the workers work."""
    answer = await ann.http.post(f"/preview/sessions/{token}/bundle", content=data, headers=headers)
    assert answer.status_code == 202, answer.text
    await drain(ann.workers)
    accepted: Body = answer.json()
    return accepted


async def test_a_bundle_goes_from_the_desktop_to_the_phone(ann: Traveller, project: str) -> None:
    session = await opened(ann)
    accepted = await upload(ann, session["token"], zipped(APP))
    del ann.http.headers["Authorization"]  # From here on nobody is logged in: a phone has the token only.
    shown = await ann.get(f"/preview/sessions/{session['token']}")
    assert (shown["job_id"], shown["platform"]) == (accepted["job_id"], "ios")
    headers = {"Authorization": f"Bearer {shown['grant']}"}
    status = (await ann.http.get(f"/preview/status/{accepted['job_id']}", headers=headers)).json()
    assert (status["status"], status["progress"]) == ("success", 1.0), status["why"]
    answer = await ann.http.get(f"/preview/download/{accepted['job_id']}", headers=headers)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["assets/logo.png", "logs.txt", "main.jsbundle", "metadata.json"]
        assert archive.read("main.jsbundle") == APP["main.jsbundle"]
        metadata = json.loads(archive.read("metadata.json"))
    assert (metadata["job_id"], metadata["project_id"]) == (accepted["job_id"], project)
    assert status["bundle"]["size_bytes"] == len(answer.content)


async def test_a_download_that_broke_off_goes_on_where_it_stopped(ann: Traveller, project: str) -> None:
    accepted = await upload(ann, (await opened(ann))["token"], zipped(APP))
    path = f"/preview/download/{accepted['job_id']}"
    whole = await ann.http.get(path)
    part = await ann.http.get(path, headers={"Range": "bytes=0-9"})
    rest = await ann.http.get(path, headers={"Range": "bytes=10-", "If-Range": whole.headers["etag"]})
    assert (part.status_code, rest.status_code) == (206, 206)
    assert part.content + rest.content == whole.content
    assert rest.headers["content-range"] == f"bytes 10-{len(whole.content) - 1}/{len(whole.content)}"
    tail = await ann.http.get(path, headers={"Range": "bytes=-4"})
    assert tail.content == whole.content[-4:]
    other = await ann.http.get(path, headers={"Range": "bytes=10-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)
    beyond = await ann.http.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.content)}")
    same = await ann.http.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert same.status_code == 304


async def test_the_grant_outlives_the_token(ann: Traveller, project: str) -> None:
    session = await opened(ann)
    accepted = await upload(ann, session["token"], zipped(APP))
    clock = ann.container.clock
    assert isinstance(clock, FrozenClock)
    clock.move(seconds=301)
    over = await ann.http.get(f"/preview/sessions/{session['token']}")
    assert (over.status_code, over.json()["code"]) == (401, "TOKEN_EXPIRED")
    headers = {"Authorization": f"Bearer {accepted['grant']}"}
    assert (await ann.http.get(f"/preview/download/{accepted['job_id']}", headers=headers)).status_code == 200
    assert (await ann.http.get(f"/preview/download/{accepted['job_id']}?grant={accepted['grant']}")).status_code == 200


async def test_an_expired_bundle_is_told_of_and_comes_back(ann: Traveller, project: str) -> None:
    session = await opened(ann)
    accepted = await upload(ann, session["token"], zipped(APP))
    clock = ann.container.clock
    assert isinstance(clock, FrozenClock)
    clock.move(seconds=86_401)
    await log_in_again(ann)
    await ann.done(await ann.http.post("/admin/tasks/expire_sessions/run", json={}))
    over = await ann.http.get(f"/preview/download/{accepted['job_id']}")
    assert (over.status_code, over.json()["code"]) == (409, "BUNDLE_EXPIRED")
    back = await ann.post(f"/preview/sessions/{session['session_id']}/restore")
    assert (await ann.http.get(f"/preview/download/{accepted['job_id']}?grant={back['grant']}")).status_code == 200
    listed = await ann.get("/preview/sessions", project_id=project)
    assert [(each["id"], each["status"]) for each in listed["items"]] == [(session["session_id"], "expired")]


async def test_a_list_of_sessions_says_how_their_previews_and_bundles_stand(ann: Traveller, project: str) -> None:
    async def standing() -> list[tuple[str | None, str | None]]:
        listed = await ann.get("/preview/sessions", project_id=project)
        return [(each["preview_status"], each["bundle_status"]) for each in listed["items"]]

    await opened(ann)
    good = await opened(ann)
    await send(ann, good["token"], zipped(APP))
    bad = await opened(ann)
    await send(ann, bad["token"], b"no zip")
    assert await standing() == [("queued", None), ("queued", None), (None, None)]
    await drain(ann.workers)
    assert await standing() == [("failed", None), ("success", "live"), (None, None)]
    move(ann, seconds=86_401)
    await log_in_again(ann)
    await ann.done(await ann.http.post("/admin/tasks/expire_sessions/run", json={}))
    assert await standing() == [("failed", None), ("success", "expired"), (None, None)]


async def test_a_session_that_was_ended_opens_nothing(ann: Traveller, project: str) -> None:
    session = await opened(ann)
    accepted = await upload(ann, session["token"], zipped(APP))
    await ann.post(f"/preview/sessions/{session['session_id']}/revoke")
    for path in (
        f"/preview/sessions/{session['token']}",
        f"/preview/download/{accepted['job_id']}?grant={accepted['grant']}",
    ):
        login = ann.http.headers.pop("Authorization", None)
        answer = await ann.http.get(path)
        if login:
            ann.http.headers["Authorization"] = login
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), path


async def test_a_grant_opens_its_own_preview_only_and_sends_nothing(ann: Traveller, project: str) -> None:
    one = await upload(ann, (await opened(ann))["token"], zipped(APP))
    other = await upload(ann, (await opened(ann))["token"], zipped(APP | {"b.json": b"1"}))
    headers = {"Authorization": f"Bearer {one['grant']}"}
    assert (await ann.http.get(f"/preview/download/{other['job_id']}", headers=headers)).status_code == 404
    sent = await ann.http.post(f"/preview/sessions/{one['grant']}/bundle", content=zipped(APP))
    assert sent.status_code == 403


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"other.js": b"1"}, "INVALID_PROJECT_STRUCTURE"),
        ({"main.jsbundle": b""}, "INVALID_PROJECT_STRUCTURE"),
        ({"main.jsbundle": b"1", "../evil.js": b"1"}, "BUNDLE_UNSAFE"),
        ({"main.jsbundle": b"1", "metadata.json": b"{"}, "BUNDLE_UNSAFE"),
    ],
)
async def test_what_is_no_bundle_is_refused_and_not_kept(
    ann: Traveller, project: str, files: dict[str, bytes], code: str
) -> None:
    accepted = await upload(ann, (await opened(ann))["token"], zipped(files))
    status = await ann.get(f"/preview/status/{accepted['job_id']}")
    assert (status["status"], status["error"]["code"]) == ("failed", code)
    download = await ann.http.get(f"/preview/download/{accepted['job_id']}")
    assert (download.status_code, download.json()["code"]) == (409, code)
    log = await ann.http.get(f"/preview/logs/{accepted['job_id']}")
    assert code in log.text
    stored = [info.key async for info in ann.container.buckets()[Bucket.PREVIEWS].list("previews")]
    assert not [key for key in stored if key.endswith("bundle.zip")]


async def test_an_upload_with_other_bytes_than_announced_is_not_kept(ann: Traveller, project: str) -> None:
    session = await opened(ann)
    answer = await ann.http.post(
        f"/preview/sessions/{session['token']}/bundle", content=zipped(APP), headers={"X-Content-SHA256": "0" * 64}
    )
    assert answer.status_code == 422
    assert [info async for info in ann.container.buckets()[Bucket.PREVIEWS].list("previews")] == []


async def test_the_same_bytes_sent_twice_are_checked_once(ann: Traveller, project: str) -> None:
    session = await opened(ann)
    sent = [
        (await ann.http.post(f"/preview/sessions/{session['token']}/bundle", content=zipped(APP))).json()
        for _ in range(2)
    ]
    assert sent[0]["job_id"] == sent[1]["job_id"]


async def test_a_development_server_is_shown_and_takes_no_upload(ann: Traveller, project: str) -> None:
    session = await opened(ann, source="dev_url", dev_url="exp://192.168.1.20:8081")
    shown = await ann.get(f"/preview/sessions/{session['token']}")
    assert shown["dev_url"] == "exp://192.168.1.20:8081"
    answer = await ann.http.post(f"/preview/sessions/{session['token']}/bundle", content=zipped(APP))
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


@pytest.mark.parametrize(
    "url", ["", "ftp://a", "http://", "http://u:p@host", "javascript:alert(1)", "http://a:99999", "x"]
)
async def test_other_addresses_are_refused(ann: Traveller, project: str, url: str) -> None:
    body = {"project_id": project, "platform": "ios", "source": "dev_url", "dev_url": url}
    assert (await ann.http.post("/preview/sessions", json=body)).status_code == 422


async def test_a_token_does_not_help_where_its_owner_may_no_longer_look(ann: Traveller, project: str) -> None:
    session = await opened(ann)
    answer = await ann.http.delete(f"/projects/{project}")
    assert answer.is_success
    assert (await ann.http.get(f"/preview/sessions/{session['token']}")).status_code == 404


async def test_a_grant_cannot_be_made_to_live_longer(ann: Traveller, project: str, clock: FrozenClock) -> None:
    accepted = await upload(ann, (await opened(ann))["token"], zipped(APP))
    clock.move(seconds=3600)
    shown = await ann.get(f"/preview/sessions/{accepted['grant']}")
    assert shown["grant"] == accepted["grant"]
