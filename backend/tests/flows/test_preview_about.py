"""What am I running? What a preview is made of, what is in it, and what is new since somebody last looked."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from app.adapters.storage.port import Bucket

from tests.fixtures.bare import GitRepo
from tests.fixtures.people import People
from tests.flows.conftest import Body, Traveller
from tests.flows.previews import built, code_of, log_in_again, move, uploaded

PNG = b"\x89PNG\r\n\x1a\n" + b"not drawn, but called so"
FACTS: dict[str, Any] = {
    "manifest_hash": "f" * 64,
    "lockfile_sha256": "a" * 64,
    "runtime_version": "1.0.0",
    "sdk_version": "57.0.0",
    "hermes": None,
    "tools": {"node": "20.11.0", "expo": "57.0.24"},
    "environment": ["EXPO_PUBLIC_B", "EXPO_PUBLIC_A"],
    "sandbox": "bubblewrap",
}
BOOT = {"started": True, "error": None, "missing_modules": ["ExpoFont"], "missing_views": [], "milliseconds": 61}
SHOP = {"App.tsx": "export default 1;\n", "price.py": "def price(items):\n    return sum(items)\n"}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.create(tmp_path / "upstream.git")


@pytest.fixture
async def first(ann: Traveller, repo: GitRepo) -> str:
    """The first commit of Ann's project."""
    commit = repo.commit(SHOP, message="Open the shop\n\nAt last.")
    await ann.connect(repo)
    return commit


async def second(ann: Traveller, repo: GitRepo) -> str:
    """Another commit, synced."""
    commit = repo.commit({"App.tsx": "export default 22;\n", "new.ts": "1;\n", "price.py": None}, keep=True)
    await ann.sync()
    return commit


async def about(ann: Traveller, preview: Body) -> Body:
    """Ask about a preview."""
    return await ann.get(f"/preview/{preview['job_id']}/about")


async def test_it_says_what_was_made_of_what(ann: Traveller, first: str) -> None:
    preview = await built(ann, first, facts=FACTS, boot=BOOT, content_sha256="c" * 64)
    told = await about(ann, preview)
    assert told["of_commit"] == {
        "id": first,
        "known": True,
        "subject": "Open the shop",
        "author": "Ann",
        "committed_at": "2026-01-01T00:00:00Z",
    }
    manifest = await ann.get(f"/projects/{ann.project_id}/manifest")
    assert told["manifest"] == {"version": manifest["version"], "hash": manifest["hash"]}
    assert (told["tools"], told["environment"]) == (FACTS["tools"], ["EXPO_PUBLIC_A", "EXPO_PUBLIC_B"])
    assert (told["lockfile_sha256"], told["content_sha256"], told["sandbox"]) == ("a" * 64, "c" * 64, "bubblewrap")
    assert told["boot"] == {**BOOT, "milliseconds": 61.0}
    assert (told["changes"], told["proposals"]) == (None, {"contained": [], "missing": []})


async def test_an_upload_says_what_is_not_known_of_it(ann: Traveller, first: str) -> None:
    told = await about(ann, await uploaded(ann))
    unknown = ("commit", "of_commit", "manifest", "proposals", "boot", "changes", "sandbox", "lockfile_sha256")
    assert [told[name] for name in unknown] == [None] * len(unknown)
    assert told["has_picture"] is False


async def test_what_is_new_is_counted_from_the_one_that_was_opened_last(
    ann: Traveller, repo: GitRepo, first: str
) -> None:
    old = await built(ann, first, modules={"App.tsx": 100, "gone.ts": 7, "same.ts": 5})
    await ann.http.get(f"/preview/download/{old['job_id']}")
    move(ann, seconds=5)
    new = await built(ann, await second(ann, repo), modules={"App.tsx": 120, "new.ts": 50, "same.ts": 5})
    changes = (await about(ann, new))["changes"]
    assert (changes["since_job_id"], changes["since_commit"], changes["notes"]) == (old["job_id"], first, [])
    files = [(each["path"], each["change"]) for each in changes["files"]["shown"]]
    assert files == [("App.tsx", "changed"), ("new.ts", "added"), ("price.py", "removed")]
    assert changes["modules"] == {
        "total": 3,
        "shown": [
            {"path": "new.ts", "change": "added", "before": None, "after": 50},
            {"path": "App.tsx", "change": "changed", "before": 100, "after": 120},
            {"path": "gone.ts", "change": "removed", "before": 7, "after": None},
        ],
    }
    assert changes["module_bytes"] == {"before": 112, "after": 175}


async def test_having_opened_it_does_not_make_it_old(ann: Traveller, repo: GitRepo, first: str) -> None:
    old = await built(ann, first)
    await ann.http.get(f"/preview/download/{old['job_id']}")
    move(ann, seconds=5)
    new = await built(ann, await second(ann, repo))
    for _ in range(2):
        # A phone does it by the grant, and its owner is who opened it.
        await ann.http.get(f"/preview/download/{new['job_id']}", headers={"Authorization": f"Bearer {new['grant']}"})
        assert (await about(ann, new))["changes"]["since_job_id"] == old["job_id"]
    assert (await about(ann, old))["changes"] is None


async def test_what_somebody_else_opened_is_not_counted(
    ann: Traveller, repo: GitRepo, first: str, people: People
) -> None:
    bob = await people.user("bob")
    await ann.post(f"/projects/{ann.project_id}/members", {"email": bob.email, "role": "reviewer"})
    old = await built(ann, first)
    await ann.http.get(f"/preview/download/{old['job_id']}", headers=bob.headers)
    new = await built(ann, await second(ann, repo))
    assert (await about(ann, new))["changes"] is None


async def test_without_lists_and_commits_it_says_so(ann: Traveller, first: str) -> None:
    old = await uploaded(ann)
    await ann.http.get(f"/preview/download/{old['job_id']}")
    move(ann, seconds=5)
    changes = (await about(ann, await built(ann, "0" * 40, modules={"a": 1})))["changes"]
    assert (changes["files"], changes["modules"], len(changes["notes"])) == (None, None, 2)
    move(ann, seconds=5)
    lost = await about(ann, await built(ann, "0" * 40))
    assert lost["of_commit"] == {"id": "0" * 40, "known": False, "subject": None, "author": None, "committed_at": None}


async def test_proposals_are_in_what_runs_or_not(ann: Traveller, first: str) -> None:
    proposal = await ann.document("price.py")
    await ann.approve(proposal)
    before = await built(ann, first)
    told = (await about(ann, before))["proposals"]
    assert [each["proposal_id"] for each in told["missing"]] == [proposal["id"]]
    await ann.apply(proposal)
    told = (await about(ann, before))["proposals"]
    assert [(each["proposal_id"], each["status"]) for each in told["missing"]] == [(proposal["id"], "applied")]
    applied = told["missing"][0]["commit"]
    told = (await about(ann, await built(ann, applied)))["proposals"]
    assert [each["proposal_id"] for each in told["contained"]] == [proposal["id"]]
    assert told["missing"] == []


async def test_the_picture_is_sent_and_kept(ann: Traveller, first: str) -> None:
    preview = await built(ann, first, picture=PNG, boot=BOOT)
    path = f"/preview/{preview['job_id']}/picture"
    answer = await ann.http.get(path)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", PNG)
    same = await ann.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    none = await ann.http.get(f"/preview/{(await uploaded(ann))['job_id']}/picture")
    assert code_of(none) == (404, "PREVIEW_PICTURE_MISSING")


@pytest.mark.parametrize("evidence", [b"", b"PK", b"PK\x05\x06" + bytes(18), bytes(200_000), b"<svg/>"])
async def test_evidence_that_is_damaged_is_no_evidence(ann: Traveller, first: str, evidence: bytes) -> None:
    preview = await built(ann, first, picture=PNG, boot=BOOT)
    key = f"previews/{ann.project_id}/{preview['job_id']}/evidence.zip"
    await ann.container.buckets()[Bucket.PREVIEWS].put(key, evidence)
    assert (await ann.http.get(f"/preview/{preview['job_id']}/picture")).status_code == 404
    assert (await ann.http.get(f"/preview/{preview['job_id']}/about.html")).status_code == 200


async def test_what_is_no_picture_is_not_sent_as_one(ann: Traveller, first: str) -> None:
    preview = await built(ann, first, picture=b"<script>alert(1)</script>")
    assert (await ann.http.get(f"/preview/{preview['job_id']}/picture")).status_code == 404


async def test_the_page_shows_hostile_words_and_obeys_none(ann: Traveller, repo: GitRepo) -> None:
    evil = "<script>alert(1)</script>\u202e\"'&"
    commit = repo.commit({f"{evil.replace('/', '')}.ts": "1"}, message=evil)
    await ann.connect(repo)
    facts = {**FACTS, "tools": {evil: evil}, "environment": [evil], "sandbox": evil, "runtime_version": evil}
    boot = {"started": False, "error": {"message": evil, "frames": [{"file": evil, "line": 1, "function": evil}]}}
    old = await built(ann, None)
    await ann.http.get(f"/preview/download/{old['job_id']}")
    move(ann, seconds=5)
    preview = await built(ann, commit, facts=facts, boot=boot, modules={evil: 1}, picture=PNG)
    answer = await ann.http.get(f"/preview/{preview['job_id']}/about.html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in answer.text
    assert "\u202e" not in answer.text
    assert "&lt;script&gt;" in answer.text
    compared = await ann.http.get(f"/preview/compare.html?left={old['job_id']}&right={preview['job_id']}")
    assert (compared.status_code, "<script" in compared.text) == (200, False)


async def test_the_page_is_one_a_keyboard_and_a_screen_reader_can_use(
    ann: Traveller, repo: GitRepo, first: str
) -> None:
    old = await built(ann, first, modules={"App.tsx": 100})
    await ann.http.get(f"/preview/download/{old['job_id']}")
    move(ann, seconds=5)
    new = await built(ann, await second(ann, repo), modules={"App.tsx": 120}, picture=PNG, boot=BOOT, facts=FACTS)
    answer = await ann.http.get(f"/preview/{new['job_id']}/about.html")
    page = answer.text
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert len(re.findall("<h1>", page)) == 1
    assert all('alt="' in each for each in re.findall("<img[^>]*>", page))
    assert all('scope="' in each for each in re.findall("<th[ >][^>]*", page))
    assert 'tabindex="0" role="region" aria-label="Files changed: 3"' in page
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "href=" not in page
    assert not re.findall('src="(?!data:image/png;base64,)', page)


async def test_two_previews_are_compared(ann: Traveller, repo: GitRepo, first: str) -> None:
    left = await built(ann, first, facts=FACTS, boot=BOOT, modules={"a": 1})
    facts = {**FACTS, "tools": {"node": "22.0.0", "expo": "57.0.24"}}
    right = await built(ann, await second(ann, repo), facts=facts, boot={**BOOT, "started": False}, modules={"a": 2})
    found = await ann.get("/preview/compare", left=left["job_id"], right=right["job_id"])
    differs = {each["name"]: (each["left"], each["right"]) for each in found["differences"]}
    assert differs["tools.node"] == ("20.11.0", "22.0.0")
    assert differs["started"] == ("yes", "no")
    # Sizes may differ by some bytes: every bundle's metadata names its own job.
    assert set(differs) - {"size_bytes"} == {"commit", "tools.node", "started"}
    assert [each["path"] for each in found["changes"]["modules"]["shown"]] == ["a"]
    page = await ann.http.get(f"/preview/compare.html?left={left['job_id']}&right={right['job_id']}")
    assert "tools.node" in page.text


async def test_two_of_different_projects_are_not(ann: Traveller, first: str) -> None:
    left = await built(ann, first)
    ann.project_id = (await ann.post("/projects", {"name": "Other"}))["id"]
    right = await built(ann, None)
    answer = await ann.http.get(f"/preview/compare?left={left['job_id']}&right={right['job_id']}")
    assert code_of(answer) == (422, "PREVIEW_NOT_COMPARABLE")


async def test_a_stranger_learns_nothing(ann: Traveller, first: str, people: People) -> None:
    preview, other = await built(ann, first, picture=PNG), await built(ann, first)
    stranger = await people.user("eve")
    paths = [f"/preview/{preview['job_id']}/{name}" for name in ("about", "about.html", "picture")]
    paths += [f"/preview/compare{end}?left={preview['job_id']}&right={other['job_id']}" for end in ("", ".html")]
    for path in paths:
        assert (await ann.http.get(path, headers=stranger.headers)).status_code == 404, path
    del ann.http.headers["Authorization"]
    for path in paths[:3]:
        assert (await ann.http.get(path)).status_code == 401, path
        assert (await ann.http.get(f"{path}?grant={preview['grant']}")).status_code == 200, path
        assert (await ann.http.get(f"{path}?grant={other['grant']}")).status_code == 404, path


async def test_what_is_not_there_yet_says_why(ann: Traveller, first: str) -> None:
    failed = await uploaded(ann, {"nothing.js": b"1"})
    answer = await ann.http.get(f"/preview/{failed['job_id']}/about")
    assert code_of(answer) == (409, "INVALID_PROJECT_STRUCTURE")


async def test_the_manifest_names_the_previews_of_its_commit(ann: Traveller, repo: GitRepo, first: str) -> None:
    plain = await ann.http.get(f"/projects/{ann.project_id}/manifest")
    preview = await built(ann, first)
    told = await ann.http.get(f"/projects/{ann.project_id}/manifest", headers={"If-None-Match": plain.headers["etag"]})
    assert told.status_code == 200
    overlay = told.json()["overlay"]
    assert [(each["job_id"], each["platform"], each["source"]) for each in overlay["active_previews"]] == [
        (preview["job_id"], "ios", "worker")
    ]
    assert overlay["version"] != plain.json()["overlay"]["version"]
    assert told.json()["hash"] == plain.json()["hash"], "outside the hash"
    await ann.http.delete(f"/preview/bundles/{preview['job_id']}")
    after = (await ann.get(f"/projects/{ann.project_id}/manifest"))["overlay"]
    assert after == plain.json()["overlay"]


async def test_the_manifest_forgets_a_preview_when_it_expires(ann: Traveller, first: str) -> None:
    await built(ann, first)
    move(ann, seconds=86_401)
    await log_in_again(ann)
    assert (await ann.get(f"/projects/{ann.project_id}/manifest"))["overlay"]["active_previews"] == []
