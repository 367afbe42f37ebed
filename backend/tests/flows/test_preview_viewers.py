"""Somebody who may only look: he gets links in his own name, and they end when he goes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.bare import GitRepo
from tests.fixtures.people import PASSWORD
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import native_app, send

IOS = {"expo-platform": "ios", "expo-protocol-version": "1", "accept": "application/json"}


@pytest.fixture
async def preview(ann: Traveller, tmp_path: Path) -> Body:
    """A preview of Ann's."""
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({"app.json": "{}\n"})
    await ann.connect(repo)
    return await send(ann, native_app())


@pytest.fixture
async def ben(ann: Traveller, preview: Body) -> AsyncIterator[Traveller]:
    """Somebody whom Ann lets look at her project, and nothing else; he has a client of his own account."""
    ann_is = ann.http.headers["Authorization"]
    ben = replace(ann, email="ben@example.org")
    del ann.http.headers["Authorization"]
    await ben.register()
    ben_is = ann.http.headers["Authorization"]
    ann.http.headers["Authorization"] = ann_is
    await ann.post(f"/projects/{ann.project_id}/members", {"email": ben.email, "role": "viewer"})
    ann.http.headers["Authorization"] = ben_is
    yield ben
    ann.http.headers["Authorization"] = ann_is


async def grant_of(somebody: Traveller, preview: Body) -> str:
    """Read a preview's manifest with a log-in; the grant that its files are fetched with."""
    manifest = await somebody.http.get(f"/preview/{preview['job_id']}/expo/manifest", headers=IOS)
    assert manifest.status_code == 200, manifest.text
    url: str = manifest.json()["launchAsset"]["url"]
    return url.partition("?grant=")[2]


async def test_a_viewers_link_opens_the_preview(ben: Traveller, preview: Body) -> None:
    grant = await grant_of(ben, preview)
    del ben.http.headers["Authorization"]
    for path in ("status/{}", "download/{}", "logs/{}", "{}/about", "{}/links"):
        answer = await ben.http.get("/preview/" + path.format(preview["job_id"]), params={"grant": grant})
        assert answer.status_code == 200, (path, answer.text)


async def test_a_viewers_link_ends_when_he_is_removed(ann: Traveller, ben: Traveller, preview: Body) -> None:
    grant = await grant_of(ben, preview)
    me = await ben.get("/users/me")
    await ben.http.delete(f"/projects/{ann.project_id}/members/{me['id']}")
    del ben.http.headers["Authorization"]
    answer = await ben.http.get(f"/preview/download/{preview['job_id']}", params={"grant": grant})
    assert answer.status_code == 404


async def test_a_viewers_link_ends_with_the_session(ann: Traveller, ben: Traveller, preview: Body) -> None:
    grant = await grant_of(ben, preview)
    ann.http.headers["Authorization"] = f"Bearer {await login(ann)}"
    await ann.post(f"/preview/sessions/{preview['session_id']}/revoke")
    del ben.http.headers["Authorization"]
    answer = await ben.http.get(f"/preview/download/{preview['job_id']}", params={"grant": grant})
    assert answer.status_code in (401, 403), answer.text


async def test_a_viewers_link_writes_nothing(ben: Traveller, preview: Body) -> None:
    grant = await grant_of(ben, preview)
    for path, body in ((f"/preview/sessions/{grant}/bundle", None), ("/preview/build", {"token": grant})):
        answer = await ben.http.post(path, json=body)
        assert answer.status_code == 403, answer.text
    opened = {"project_id": ben.project_id, "platform": "ios"}
    for path, body in (("/preview/token", opened), (f"/preview/sessions/{preview['session_id']}/revoke", {})):
        assert (await ben.http.post(path, json=body)).status_code == 403
    assert (await ben.http.delete(f"/preview/bundles/{preview['job_id']}")).status_code == 403


async def login(somebody: Traveller) -> str:
    """Log in again."""
    session = await somebody.post("/auth/login", {"email": somebody.email, "password": PASSWORD})
    return str(session["access_token"])
