"""`/projects/{id}/manifest` over HTTP."""

from typing import Any

from httpx import AsyncClient, Response

from app.adapters.git.urls import parse_remote_url
from app.services.manifest.build import build_manifest
from app.services.manifest.messages import BuildManifest

from tests.fixtures.jobs import assert_staged, staged
from tests.fixtures.people import People
from tests.fixtures.synced import Mirrored

FILES = {"README.md": "# x\n", "src/a.py": "a = 1\n", "src/deep/b.py": "b = 1\n"}


async def get(client: AsyncClient, mirrored: Mirrored, path: str = "", **query: Any) -> Response:
    url = f"/projects/{mirrored.project_id}/manifest{path}"
    return await client.get(url, params=query, headers=mirrored.owner.headers)


async def test_core_files_and_overlay_are_read(client: AsyncClient, mirrored: Mirrored) -> None:
    head = mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    body = (await get(client, mirrored)).json()
    assert (body["version"], body["ref"], body["commit"], body["file_count"]) == (1, "refs/heads/main", head, 3)
    assert [file["path"] for file in body["files"]["items"]] == ["README.md", "src/a.py", "src/deep/b.py"]
    assert [(entry["name"], entry["kind"]) for entry in body["tree"]] == [("README.md", "file"), ("src", "folder")]
    assert body["languages"]["python"] == {"files": 2, "bytes": 12}
    assert (body["overlay"]["active_previews"], body["overlay"]["ai_contexts"]) == ([], [])
    assert body["up_to_date"] is True


async def test_files_come_in_pages_without_gaps(client: AsyncClient, mirrored: Mirrored) -> None:
    paths = [f"{folder}/{name}" for folder in ("a", "a-b", "b", "b/c/d") for name in ("x.py", "y.py", "z.py")]
    mirrored.repo.commit({**dict.fromkeys(paths, "1"), "b.txt": "1", "B": "1"})
    await mirrored.run_jobs()
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query: dict[str, Any] = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = (await get(client, mirrored, **query)).json()["files"]
        found += [file["path"] for file in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(found) == sorted([*paths, "b.txt", "B"])
    assert len(set(found)) == len(found)


async def test_an_unchanged_manifest_costs_no_bytes(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    first = await get(client, mirrored)
    headers = {**mirrored.owner.headers, "If-None-Match": first.headers["etag"]}
    url = f"/projects/{mirrored.project_id}/manifest"
    again = await client.get(url, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    assert first.json()["hash"] in first.headers["etag"]
    mirrored.repo.commit({"new.py": "1"}, keep=True)
    await mirrored.sync()
    assert (await client.get(url, headers=headers)).status_code == 200


async def test_before_the_first_sync_it_says_what_to_do(client: AsyncClient, mirrored: Mirrored) -> None:
    answer = await get(client, mirrored)
    assert (answer.status_code, answer.json()["code"]) == (409, "MANIFEST_NOT_READY")
    assert "sync" in answer.json()["message"]


async def test_an_empty_repository_says_so(client: AsyncClient, mirrored: Mirrored) -> None:
    await mirrored.run_jobs()
    answer = await get(client, mirrored)
    assert (answer.status_code, answer.json()["code"]) == (409, "MANIFEST_NOT_READY")
    assert "no commits" in answer.json()["message"]


async def test_a_ref_that_nobody_described_is_described_on_demand(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit(FILES)
    mirrored.repo.git("branch", "other")
    await mirrored.run_jobs()
    answer = await get(client, mirrored, ref="other")
    assert (answer.status_code, answer.json()["code"]) == (409, "MANIFEST_NOT_READY")
    job = await assert_staged(mirrored.container, BuildManifest, ref="refs/heads/other")
    assert answer.json()["details"]["job_id"] == str(job.id)
    assert (await get(client, mirrored, ref="other")).json()["details"]["job_id"] == str(job.id)
    await mirrored.run_jobs()
    assert (await get(client, mirrored, ref="other")).json()["ref"] == "refs/heads/other"


async def test_while_a_ref_moves_on_the_manifest_before_answers(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    first = (await get(client, mirrored)).json()
    new = mirrored.repo.commit({"new.py": "1"}, keep=True)
    remote = parse_remote_url(str(mirrored.repo.path), allow_local=True)
    await mirrored.container.mirrors.writer().sync(mirrored.project_id, remote)
    between = (await get(client, mirrored)).json()
    assert (between["hash"], between["up_to_date"]) == (first["hash"], False)
    assert new != between["commit"]


async def test_an_unknown_ref_is_not_found(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    answer = await get(client, mirrored, ref="nope")
    assert (answer.status_code, answer.json()["code"]) == (404, "REF_NOT_FOUND")
    assert len(await staged(mirrored.container, BuildManifest)) == 1


async def test_versions_are_listed_newest_first(client: AsyncClient, mirrored: Mirrored) -> None:
    for text in ("1", "2", "3"):
        mirrored.repo.commit({"a.py": text})
        await mirrored.sync()
    first = (await get(client, mirrored, "/versions", limit=2)).json()
    rest = (await get(client, mirrored, "/versions", limit=2, cursor=first["next_cursor"])).json()
    assert [each["version"] for each in [*first["items"], *rest["items"]]] == [3, 2, 1]
    assert rest["next_cursor"] is None


async def test_two_versions_are_compared_by_number_or_hash(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1", "old/m.py": "moved", "c.ts": "2"})
    await mirrored.run_jobs()
    mirrored.repo.commit({"a.py": "22", "new/m.py": "moved", "d.md": "1"})
    await mirrored.sync()
    body = (await get(client, mirrored, "/diff", **{"from": "1", "to": "2"})).json()
    assert [(each["change"], each["path"], each["old_path"]) for each in body["items"]] == [
        ("modified", "a.py", None),
        ("removed", "c.ts", None),
        ("added", "d.md", None),
        ("renamed", "new/m.py", "old/m.py"),
    ]
    assert body["counts"] == {"added": 1, "removed": 1, "modified": 1, "renamed": 1}
    assert body["languages"]["python"] == {"files": 0, "bytes": 1}
    assert (body["file_count_change"], body["total_bytes_change"]) == (0, 1)
    hashes = {"from": body["from"]["hash"], "to": body["to"]["hash"][:12]}
    assert (await get(client, mirrored, "/diff", **hashes)).json() == body
    assert (await get(client, mirrored, "/diff")).json() == body


async def test_a_version_is_compared_with_the_one_before_it_of_the_same_ref(
    client: AsyncClient, mirrored: Mirrored
) -> None:
    container = mirrored.container
    mirrored.repo.commit({"a.py": "1"})
    await mirrored.run_jobs()
    other = mirrored.repo.commit({"other.py": "1"}, branch="other")
    await mirrored.sync()
    await build_manifest(container.mirrors.reader(mirrored.project_id), container.scopes(), mirrored.project_id, other)
    mirrored.repo.commit({"a.py": "2"})
    await mirrored.sync()
    newest = (await get(client, mirrored, "/diff")).json()
    assert (newest["from"]["version"], newest["to"]["version"]) == (1, 3)
    assert [each["path"] for each in newest["items"]] == ["a.py"]
    # Of the other ref there is only one, and nothing comes before the first.
    for to, before in (("3", 1), ("2", 1), ("1", 1)):
        assert (await get(client, mirrored, "/diff", to=to)).json()["from"]["version"] == before


async def test_a_long_diff_comes_in_pages(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1"})
    await mirrored.run_jobs()
    mirrored.repo.commit({f"{index}.py": f"{index}" for index in range(5)})
    await mirrored.sync()
    first = (await get(client, mirrored, "/diff", limit=4)).json()
    rest = (await get(client, mirrored, "/diff", limit=4, cursor=first["next_cursor"])).json()
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [4, 1, None]
    assert first["counts"] == rest["counts"]


async def test_a_version_that_is_not_there_is_not_found(client: AsyncClient, mirrored: Mirrored) -> None:
    assert (await get(client, mirrored, "/diff")).json()["code"] == "MANIFEST_NOT_READY"
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    for selector in ("7", "99999999999", "abcdef12", "x" * 64, "%", "-1", "²"):
        answer = await get(client, mirrored, "/diff", to=selector)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    for cursor in ("!", "eA", "LTE"):
        assert (await get(client, mirrored, "/diff", cursor=cursor)).status_code == 422


async def test_a_foreign_project_does_not_exist(client: AsyncClient, mirrored: Mirrored, people: People) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    stranger = await people.user("stranger")
    for path in ("", "/versions", "/diff", "?ref=other"):
        answer = await client.get(f"/projects/{mirrored.project_id}/manifest{path}", headers=stranger.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        assert (await client.get(f"/projects/{mirrored.project_id}/manifest{path}")).status_code == 401


async def test_names_that_are_no_text_can_be_read(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit({b"caf\xe9.py": "1", "a\nb": "2", "ok.py": "3"})
    await mirrored.run_jobs()
    body = (await get(client, mirrored)).json()
    assert [file["path"] for file in body["files"]["items"]] == ["a\nb", "caf\\xe9.py", "ok.py"]
