"""The page behind a QR code: a phone's camera opens the session's address in a browser."""

import base64
import hashlib
import html
import re
from pathlib import Path
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import update

from app.models.job import Job

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import native_app, zipped
from tests.flows.previews import built, log_in_again, move, opened, send, uploaded

# What Safari and Chrome send.
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PNG = b"\x89PNG\r\n\x1a\n" + b"not drawn, but called so"
EVIL = "<script>alert(1)</script>\u202e\"'&"


@pytest.fixture
def settings_env(settings_env: dict[str, str]) -> dict[str, str]:
    return {**settings_env, "PREVIEW_EXPO_GO_SDK": "57"}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.create(tmp_path / "upstream.git")


@pytest.fixture
async def commit(ann: Traveller, repo: GitRepo) -> str:
    """The commit of Ann's project, which has no app in it."""
    made = repo.commit({"README.md": "No app.\n"})
    await ann.connect(repo)
    return made


async def page_of(ann: Traveller, token: str, path: str = "", method: str = "GET") -> Response:
    """What a browser is answered that nobody is logged in to."""
    login = ann.http.headers.pop("Authorization", None)
    answer = await ann.http.request(method, f"/preview/sessions/{token}{path}", headers=BROWSER)
    if login:
        ann.http.headers["Authorization"] = login
    return answer


async def job_is(ann: Traveller, job_id: str, **values: object) -> None:
    """Bring a job to where a build has come."""
    async with ann.container.scope() as scope:
        await scope.session.execute(update(Job).where(Job.id == UUID(job_id)).values(**values))


def links(page: str) -> dict[str, str]:
    """The links of a page by their words."""
    found = re.findall(r'<a class="[^"]*" href="([^"]*)">([^<]*)</a>', page)
    return {words: html.unescape(address) for address, words in found}


def steps(page: str) -> list[tuple[str, str]]:
    """The steps of a page, each with its state."""
    return re.findall(r"<li class=\"\w+\"[^>]*>([\w ]+) <small>(\w+)</small></li>", page)


async def asked_to_build(ann: Traveller) -> tuple[Body, str]:
    """A session whose build was asked for by the button, and the job."""
    session = await opened(ann, source="worker")
    assert (await page_of(ann, session["token"], "/open", "POST")).status_code == 303
    return session, (await ann.get(f"/preview/sessions/{session['token']}"))["job_id"]


async def test_a_browser_gets_a_page_and_everybody_else_json(ann: Traveller, commit: str) -> None:
    path = f"/preview/sessions/{(await opened(ann))['token']}"
    for accept, kind in (
        (BROWSER["Accept"], "text/html"),
        ("text/html", "text/html"),
        ("text/html, application/json", "text/html"),
        ("application/json, text/html", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("text/html;q=0", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ):
        answer = await ann.http.get(path, headers={"Accept": accept})
        assert (accept, answer.headers["content-type"].partition(";")[0]) == (accept, kind)
        assert answer.headers["vary"] == "Accept"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_what_was_never_built_is_built_by_one_button(ann: Traveller, commit: str) -> None:
    session = await opened(ann, source="worker", git_ref="main")
    page = (await page_of(ann, session["token"])).text
    (action,) = re.findall(r'<form method="post" action="([^"]*)">', page)
    assert action == f"/api/v1/preview/sessions/{session['token']}/open"
    assert "http-equiv" not in page, "nothing is under way"
    answer = await page_of(ann, session["token"], "/open", "POST")
    assert (answer.status_code, answer.headers["location"]) == (303, action.removesuffix("/open"))
    page = (await page_of(ann, session["token"])).text
    assert "<form" not in page
    assert {state for _, state in steps(page)} == {"waiting"}
    assert "<code>main</code>" in page
    assert f"<code>{commit}</code>" in page


async def test_while_it_is_built_the_page_looks_again_by_a_grant_that_lasts(ann: Traveller, commit: str) -> None:
    session, job_id = await asked_to_build(ann)
    await job_is(ann, job_id, status="running", progress=0.5, phase="bundling")
    page = (await page_of(ann, session["token"])).text
    assert steps(page) == [
        ("Check out", "done"), ("Dependencies", "done"), ("Bundle", "now"), ("Packaging", "waiting"),
        ("Ready", "waiting"),
    ]  # fmt: skip
    (after,) = re.findall(r'<meta http-equiv="refresh" content="2; url=/api/v1/preview/sessions/([^"]*)">', page)
    move(ann, seconds=301)
    assert (await page_of(ann, session["token"])).status_code == 401
    later = await page_of(ann, after)
    assert (later.status_code, steps(later.text)) == (200, steps(page))


async def test_a_failure_is_shown_with_its_place(ann: Traveller, commit: str) -> None:
    session, job_id = await asked_to_build(ann)
    details = {"file": "src/App.tsx", "line": 7, "column": 3, "excerpt": f"> 7 | {EVIL}", "reason": "syntax"}
    told = {"error_code": "PREVIEW_BUILD_FAILED", "error_message": f"src/App.tsx: {EVIL}", "error_details": details}
    await job_is(ann, job_id, status="running", progress=0.5)
    await job_is(ann, job_id, status="failed", **told)
    page = (await page_of(ann, session["token"])).text
    assert "<code>src/App.tsx:7:3</code>" in page
    assert "<code>PREVIEW_BUILD_FAILED</code>" in page
    assert "&gt; 7 | &lt;script&gt;" in page
    assert ("<script" in page, "\u202e" in page, "http-equiv" in page) == (False, False, False)
    assert dict(steps(page))["Bundle"] == "failed"
    assert "Build it again</button>" in page
    log = await ann.http.get(links(page)["Read the log"].removeprefix("/api/v1"))
    assert "PREVIEW_BUILD_FAILED" in log.text


async def test_a_build_without_an_app_says_what_is_missing(ann: Traveller, commit: str) -> None:
    session, _ = await asked_to_build(ann)
    await drain(ann.workers)
    page = (await page_of(ann, session["token"])).text
    assert "It failed" in page


async def test_a_finished_preview_can_be_opened_in_every_way(ann: Traveller, commit: str) -> None:
    preview = await uploaded(ann, native_app())
    page = (await page_of(ann, preview["token"])).text
    found = links(page)
    ways = {way["kind"]: way["url"] for way in (await ann.get(f"/preview/{preview['job_id']}/links"))["ways"]}
    assert "<h1>Shop</h1>" in page
    assert found["Open in the development build"].startswith("exp+shop://expo-development-client/?url=")
    assert found["Open in Expo Go"].partition("?")[0] == ways["expo_go"].partition("?")[0]
    assert found["Open in the browser"].partition("?")[0] == ways["browser"].partition("?")[0]
    for words, kind in (("What am I running?", "text/html"), ("Download the bundle", "application/zip")):
        login = ann.http.headers.pop("Authorization")
        answer = await ann.http.get(found[words].removeprefix("/api/v1"))
        ann.http.headers["Authorization"] = login
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
    assert "http-equiv" not in page
    move(ann, seconds=301)
    lasting = await page_of(ann, found["This page"].rpartition("/")[2])
    assert lasting.status_code == 200
    assert "<form" not in lasting.text


async def test_the_picture_is_inside_the_page(ann: Traveller, commit: str) -> None:
    preview = await built(ann, commit, picture=PNG)
    page = (await page_of(ann, preview["token"])).text
    assert f'src="data:image/png;base64,{base64.b64encode(PNG).decode()}"' in page


async def test_the_page_obeys_nothing_that_others_wrote(ann: Traveller, commit: str) -> None:
    app = native_app(name=EVIL, slug='x"><script>', scheme="javascript")
    preview = await uploaded(ann, app, git_ref=EVIL)
    answer = await page_of(ann, preview["token"])
    assert ("<script" in answer.text, "\u202e" in answer.text) == (False, False)
    policy = answer.headers["content-security-policy"]
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert f"style-src 'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "form-action 'self'" in policy
    allowed = ("/api/v1/preview/", "exp+", "exp://", "http://")
    assert [each for each in links(answer.text).values() if not each.startswith(allowed)] == []


async def test_a_bundle_that_expo_cannot_open_says_why(ann: Traveller, commit: str) -> None:
    preview = await uploaded(ann, native_app())
    storage = ann.container.buckets()
    for bucket in storage.values():
        await bucket.delete(f"previews/{ann.project_id}/{preview['job_id']}/bundle.zip")
    answer = await page_of(ann, preview["token"])
    assert (answer.status_code, "It cannot be opened" in answer.text) == (200, True)


async def test_an_upload_is_waited_for(ann: Traveller, commit: str) -> None:
    session = await opened(ann)
    page = (await page_of(ann, session["token"])).text
    assert 'http-equiv="refresh" content="2"' in page
    assert "<form" not in page
    await send(ann, session["token"], zipped({"nothing.js": b"1"}))
    await drain(ann.workers)
    page = (await page_of(ann, session["token"])).text
    assert "<code>INVALID_PROJECT_STRUCTURE</code>" in page
    assert [name for name, _ in steps(page)] == ["Check", "Packaging", "Ready"]


async def test_a_development_server_is_a_link_and_said_to_be_somebodys(ann: Traveller, commit: str) -> None:
    session = await opened(ann, source="dev_url", dev_url="exp://192.168.1.20:8081")
    page = (await page_of(ann, session["token"])).text
    assert links(page) == {"exp://192.168.1.20:8081": "exp://192.168.1.20:8081"}
    assert "somebody&#x27;s development server" in page
    answer = await page_of(ann, session["token"], "/open", "POST")
    assert (answer.status_code, "<h1>No preview here</h1>" in answer.text) == (409, True)


async def test_what_is_over_says_so_and_how_to_get_a_new_one(ann: Traveller, commit: str) -> None:
    preview = await uploaded(ann)
    ended = await opened(ann)
    await ann.post(f"/preview/sessions/{ended['session_id']}/revoke")
    expired = await opened(ann)
    move(ann, seconds=301)
    for token, status in ((ended["token"], 401), (expired["token"], 401), ("hsp_nonsense", 401)):
        answer = await page_of(ann, token)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "hivesync preview build" in answer.text
    move(ann, seconds=86_400 - 302)
    grant = await page_of(ann, preview["grant"])
    assert grant.status_code == 200
    await log_in_again(ann)
    await ann.http.delete(f"/preview/bundles/{preview['job_id']}")
    gone = await page_of(ann, preview["grant"])
    assert "<code>BUNDLE_EXPIRED</code>" in gone.text


async def test_an_ended_session_is_over_at_once(ann: Traveller, commit: str) -> None:
    session = await opened(ann, source="worker")
    await ann.post(f"/preview/sessions/{session['session_id']}/revoke")
    for path, method in (("", "GET"), ("/open", "POST")):
        answer = await page_of(ann, session["token"], path, method)
        assert (answer.status_code, "was ended" in answer.text) == (403, True)


async def test_a_grant_may_look_and_not_build(ann: Traveller, commit: str) -> None:
    preview = await uploaded(ann)
    answer = await page_of(ann, preview["grant"], "/open", "POST")
    assert answer.status_code == 403
    told = await ann.http.post(f"/preview/sessions/{preview['grant']}/open")
    assert told.json()["code"] == "FORBIDDEN"


class TestWithoutASandbox:
    """PREVIEW_SANDBOX=off is said on every page."""

    @pytest.fixture
    def settings_env(self, settings_env: dict[str, str]) -> dict[str, str]:
        return {**settings_env, "PREVIEW_SANDBOX": "off"}

    async def test_every_page_says_so(self, ann: Traveller, commit: str) -> None:
        one, other = await built(ann, commit), await built(ann, commit)
        paths = [f"/preview/{one['job_id']}/about.html", f"/preview/sessions/{one['token']}", "/preview/sessions/hsp_x"]
        paths.append(f"/preview/compare.html?left={one['job_id']}&right={other['job_id']}")
        for path in [*paths, "http://hivesync.test/", "http://hivesync.test/docs"]:
            answer = await ann.http.get(path, headers=BROWSER)
            assert "Builds run without a sandbox on this server" in answer.text, path


async def test_with_a_sandbox_no_page_warns(ann: Traveller, commit: str) -> None:
    session = await opened(ann)
    for path in (f"/preview/sessions/{session['token']}", "http://hivesync.test/"):
        assert "without a sandbox" not in (await ann.http.get(path, headers=BROWSER)).text
