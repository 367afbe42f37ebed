"""A preview in a browser: an origin of its own, opened by its link, closed when the preview is over."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from httpx import Response

from app.core.clock import FrozenClock

from tests.fixtures.bare import GitRepo
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import LOGO_KEY, native_app, send

SCRIPT = "_expo/static/js/web/entry-262bbb66e985585003024712242c56e4.js"
SITE = {
    "index.html": b"<!doctype html><title>Shop</title>",
    "about.html": b"<!doctype html><title>About</title>",
    "favicon.ico": b"icon",
    SCRIPT: b"document.title = 'Shop';\n" * 50,
}
PAGE = {"accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def settings_env(settings_env: dict[str, str]) -> dict[str, str]:
    return {**settings_env, "PREVIEW_EXPO_GO_SDK": "57"}


@pytest.fixture
async def ann(ann: Traveller, tmp_path: Path) -> Traveller:
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({"app.json": "{}\n"})
    await ann.connect(repo)
    return ann


class Browser:
    """Somebody's browser on one preview's origin: it keeps the cookie, and nobody is logged in."""

    def __init__(self, ann: Traveller, link: str) -> None:
        self.ann, self.link = ann, link
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(link))
        self.cookie = ""

    async def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Response:
        """Ask the origin."""
        login = self.ann.http.headers.pop("Authorization", None)
        told = {**({"cookie": self.cookie} if self.cookie else {}), **(headers or {})}
        answer = await self.ann.http.request(method, self.origin + path, headers=told)
        self.ann.http.cookies.clear()
        if login:
            self.ann.http.headers["Authorization"] = login
        return answer

    async def open(self, headers: Mapping[str, str] | None = None) -> Response:
        """Follow the link, and keep the cookie."""
        answer = await self.get(self.link.removeprefix(self.origin), headers)
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer


async def opened(ann: Traveller, files: Mapping[str, bytes] = SITE, platform: str = "web") -> tuple[Browser, Body]:
    """A preview and a browser that followed its link."""
    sent = await send(ann, files, platform)
    link = await ann.get(f"/preview/{sent['job_id']}/web")
    browser = Browser(ann, link["url"])
    assert (await browser.open()).status_code == 303
    return browser, sent


async def test_the_link_opens_the_app_on_an_origin_of_its_own(ann: Traveller) -> None:
    sent = await send(ann, SITE, "web")
    link = (await ann.get(f"/preview/{sent['job_id']}/web", grant=sent["grant"]))["url"]
    assert re.fullmatch(r"http://[a-z2-7]{52}\.localhost:8000/__open__\?grant=hsp_[\w-]+", link)
    browser = Browser(ann, link)
    assert (await browser.get("/")).status_code == 401, "the name of the host alone opens nothing"
    answer = await browser.open()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    set_cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in set_cookie
    assert "Path=/;" in set_cookie
    assert "Domain" not in set_cookie
    page = await browser.get("/", PAGE)
    assert (page.status_code, page.content) == (200, SITE["index.html"])
    assert page.headers["content-type"] == "text/html; charset=utf-8"


async def test_every_way_that_fits_is_offered(ann: Traveller) -> None:
    _, web = await opened(ann)
    native = await send(ann, native_app())
    (way,) = (await ann.get(f"/preview/{web['job_id']}/links"))["ways"]
    assert (way["kind"], way["url"].count(".localhost:8000/__open__?grant=hsp_")) == ("browser", 1)
    kinds = [each["kind"] for each in (await ann.get(f"/preview/{native['job_id']}/links"))["ways"]]
    assert kinds == ["development_build", "expo_go", "browser"]


async def test_each_preview_has_another_origin(ann: Traveller) -> None:
    (one, _), (other, _) = await opened(ann), await opened(ann)
    assert one.origin != other.origin
    other.cookie = one.cookie
    assert (await other.get("/")).status_code == 404, "the grant to one is none to another"


async def test_files_routes_and_what_is_missing(ann: Traveller) -> None:
    browser, _ = await opened(ann)
    script = await browser.get(f"/{SCRIPT}", {"accept": "*/*", "sec-fetch-dest": "script"})
    assert (script.content, script.headers["content-type"]) == (SITE[SCRIPT], "text/javascript; charset=utf-8")
    assert "immutable" in script.headers["cache-control"]
    assert (await browser.get("/about", PAGE)).content == SITE["about.html"]
    assert (await browser.get("/walks/7", PAGE)).content == SITE["index.html"], "the app finds its way itself"
    assert (await browser.get("/missing.png", {"sec-fetch-dest": "image"})).status_code == 404
    assert (await browser.get("/favicon.ico", method="HEAD")).headers["content-length"] == "4"


async def test_a_page_is_asked_for_each_time_and_sent_when_it_changed(ann: Traveller) -> None:
    browser, _ = await opened(ann)
    page = await browser.get("/", PAGE)
    assert page.headers["cache-control"] == "private, no-cache"
    same = await browser.get("/", {**PAGE, "if-none-match": page.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_nobody_but_the_workbench_frames_it_and_no_other_site_reads_it(ann: Traveller) -> None:
    browser, _ = await opened(ann)
    for answer in (await browser.get("/", PAGE), await browser.open()):
        assert "frame-ancestors 'self' http://127.0.0.1:8000" in answer.headers["content-security-policy"]
        assert "x-frame-options" not in answer.headers, "it knows no list, and would contradict"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_in_a_frame_the_cookie_is_for_that_frame_alone(ann: Traveller) -> None:
    browser, _ = await opened(ann)
    framed = await browser.open({"sec-fetch-dest": "iframe"})
    assert framed.headers["set-cookie"].startswith("__Host-preview=")
    assert framed.headers["set-cookie"].endswith("; HttpOnly; Secure; SameSite=None; Partitioned")
    assert (await browser.get("/", PAGE)).status_code == 200


async def test_a_session_that_was_ended_and_a_preview_that_is_over_stop_at_once(ann: Traveller) -> None:
    (ended, sent), (over, _) = await opened(ann), await opened(ann)
    await ann.post(f"/preview/sessions/{sent['session_id']}/revoke")
    gone = await ended.get("/", PAGE)
    assert (gone.status_code, gone.headers["clear-site-data"]) == (403, '"cache", "storage"')
    assert (await ann.http.get(f"/preview/{sent['job_id']}/web")).status_code == 403
    clock = ann.container.clock
    assert isinstance(clock, FrozenClock)
    clock.move(seconds=86_400)
    assert (await over.get(f"/{SCRIPT}")).status_code == 401
    assert (await over.open()).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fbundle.zip", "/%00", "/index.html%00.png", "//a.org"],
)
async def test_no_path_leads_out(ann: Traveller, path: str) -> None:
    browser, _ = await opened(ann)
    assert (await browser.get(path, {"sec-fetch-dest": "image"})).status_code == 404


async def test_hosts_that_are_nobodys_have_nothing(ann: Traveller) -> None:
    browser, _ = await opened(ann)
    name = urlsplit(browser.origin).netloc
    for host in (f"b{name[1:]}", f"x.{name}", ".localhost:8000", f"{'a' * 52}.localhost", "api.localhost", f"-{name}"):
        for path in ("/", "/docs", "/api/v1/projects", "/livez"):
            answer = await ann.http.get(f"http://hivesync.test{path}", headers={"host": host, "cookie": browser.cookie})
            assert (answer.status_code, "Preview" in answer.text) == (404, True), (host, path)


async def test_a_request_of_two_hosts_is_of_none(ann: Traveller, app: FastAPI) -> None:
    browser, _ = await opened(ann)
    name = urlsplit(browser.origin).netloc
    for hosts in (("hivesync.test", name), (name, "hivesync.test"), (name, name)):
        headers = [("host", host) for host in hosts] + [("cookie", browser.cookie)]
        answer = await ann.http.get("http://hivesync.test/api/v1/projects", headers=headers)
        assert answer.status_code == 404, hosts


async def test_a_bundle_is_never_served_on_another_host(ann: Traveller) -> None:
    browser, _ = await opened(ann)
    label = urlsplit(browser.origin).netloc.partition(".")[0]
    for host in ("hivesync.test", "localhost:8000", f"{label}.evil.org", f"{label}.localhost.evil.org"):
        for path in (f"/{SCRIPT}", "/about.html", "/__open__"):
            answer = await ann.http.get(f"http://hivesync.test{path}", headers={"host": host, "cookie": browser.cookie})
            assert answer.status_code == 404, (host, path)


async def test_its_pages_cannot_use_the_api(ann: Traveller) -> None:
    browser, _ = await opened(ann)
    for origin in (browser.origin, "http://anything.localhost:8000"):
        answer = await ann.http.get("/projects", headers={"origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
        assert "access-control-allow-origin" not in answer.headers
    assert (await ann.http.get("/projects", headers={"origin": "http://[bad"})).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_it_is_looked_at_and_nothing_else(ann: Traveller, method: str) -> None:
    browser, _ = await opened(ann)
    assert (await browser.get("/", method=method)).status_code == 405


async def test_no_service_worker_answers_when_the_preview_is_over(ann: Traveller) -> None:
    browser, _ = await opened(ann, {**SITE, "sw.js": b"1"})
    assert (await browser.get("/sw.js")).status_code == 200
    assert (await browser.get("/sw.js", {"service-worker": "script"})).status_code == 404


@pytest.mark.parametrize("grant", ["", "hsp_", "x" * 200, "hsp_" + "A" * 156])
async def test_a_grant_that_is_none_opens_nothing(ann: Traveller, grant: str) -> None:
    browser, _ = await opened(ann)
    browser.link = f"{browser.origin}/__open__?grant={grant}"
    answer = await browser.open()
    assert (answer.status_code, answer.headers.get("set-cookie")) == (401, None)


async def test_a_native_bundle_leads_to_the_page_that_draws_it_and_gives_it_its_files(ann: Traveller) -> None:
    browser, _ = await opened(ann, native_app(), "ios")
    assert (await browser.get("/")).headers["location"] == "/__native__/"
    assert "<iframe" in (await browser.get("/__native__/")).text
    assert "files/main.jsbundle" in (await browser.get("/__native__/app/")).text
    stand_in = await browser.get("/__native__/app/stand-in.js")
    assert stand_in.headers["content-type"] == "text/javascript; charset=utf-8"
    assert LOGO_KEY in stand_in.text
    code = await browser.get("/__native__/app/files/main.jsbundle")
    assert (code.content, code.headers["content-type"]) == (
        native_app()["main.jsbundle"],
        "text/javascript; charset=utf-8",
    )
    hidden = ("/main.jsbundle", "/__native__/app/files/../x", "/__native__/../serving.py", "/__native__/%2e%2e/x")
    for path in hidden:
        assert (await browser.get(path)).status_code == 404, path
