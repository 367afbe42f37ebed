"""`/projects/{id}/files` over HTTP."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient, Response

from app.adapters.git.port import ChangedFile, Signature
from app.services.files.service import LARGEST_FILE

from tests.fixtures.bare import Content
from tests.fixtures.people import People
from tests.fixtures.synced import Mirrored

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
FILES: dict[str, Content] = {
    "README.md": "# Hé\n",
    "bin/run": ("100755", "#!/bin/sh\n"),
    "big.psd": POINTER,
    "data.bin": b"\x00\x01\xff",
    "latin.txt": b"caf\xe9\n",
    "link": ("120000", "/etc/passwd"),
    "src/app.py": "print(1)\n",
    "src/lib/x.ts": "export {};\n",
    "sub": ("160000", "c" * 40),
}
HOSTILE = [
    "../etc/passwd",
    "/etc/passwd",
    "src/../README.md",
    "src//app.py",
    "src/./app.py",
    "src\\app.py",
    ".git/config",
    "src/.GIT/x",
    "a\x00b",
    "a\nb",
    "x" * 4097,
    "e\u0301",
]


@pytest.fixture
async def synced(mirrored: Mirrored) -> Mirrored:
    """The project with its files mirrored."""
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    return mirrored


async def listed(client: AsyncClient, synced: Mirrored, **query: Any) -> Response:
    return await client.get(f"/projects/{synced.project_id}/files", params=query, headers=synced.owner.headers)


async def content(client: AsyncClient, synced: Mirrored, path: str, **query: Any) -> Response:
    url = f"/projects/{synced.project_id}/files/content"
    headers = {**synced.owner.headers, **query.pop("headers", {})}
    return await client.get(url, params={"path": path, **query}, headers=headers)


async def test_a_folder_is_listed_with_kinds_sizes_and_languages(client: AsyncClient, synced: Mirrored) -> None:
    body = (await listed(client, synced)).json()
    found = {each["name"]: (each["kind"], each["size"], each["language"]) for each in body["items"]}
    assert found == {
        "README.md": ("file", 6, "markdown"),
        "big.psd": ("lfs_pointer", len(POINTER), None),
        "bin": ("folder", None, None),
        "data.bin": ("file", 3, None),
        "latin.txt": ("file", 5, "text"),
        "link": ("symlink", 11, None),
        "src": ("folder", None, None),
        "sub": ("submodule", None, None),
    }
    assert (body["ref"], body["commit"]) == ("refs/heads/main", synced.repo.head())


async def test_a_recursive_list_names_every_file(client: AsyncClient, synced: Mirrored) -> None:
    body = (await listed(client, synced, recursive="true", path="src")).json()
    assert [each["path"] for each in body["items"]] == ["src/app.py", "src/lib/x.ts"]


async def test_lists_come_in_pages(client: AsyncClient, synced: Mirrored) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": 3, "recursive": "true"} | ({"cursor": cursor} if cursor else {})
        body = (await listed(client, synced, **query)).json()
        found += [each["path"] for each in body["items"]]
        cursor = body["next_cursor"]
    assert sorted(found) == sorted(FILES)


async def test_text_is_read_as_text(client: AsyncClient, synced: Mirrored) -> None:
    body = (await content(client, synced, "README.md")).json()
    assert (body["content"], body["encoding"], body["size"], body["language"]) == ("# Hé\n", "utf-8", 6, "markdown")
    assert (body["is_binary"], body["truncated"], body["is_lfs_pointer"]) == (False, False, False)
    assert body["blob_id"] == synced.repo.git("rev-parse", "main:README.md").decode().strip()


@pytest.mark.parametrize(("path", "is_binary"), [("data.bin", True), ("latin.txt", False)])
async def test_what_is_no_utf8_comes_as_base64(
    client: AsyncClient, synced: Mirrored, path: str, is_binary: bool
) -> None:
    body = (await content(client, synced, path)).json()
    assert (body["encoding"], body["is_binary"]) == ("base64", is_binary)
    assert base64.b64decode(body["content"]) == FILES[path]


async def test_links_and_pointers_are_shown_not_followed(client: AsyncClient, synced: Mirrored) -> None:
    link = (await content(client, synced, "link")).json()
    assert (link["kind"], link["content"], link["symlink_target"]) == ("symlink", "/etc/passwd", "/etc/passwd")
    pointer = (await content(client, synced, "big.psd")).json()
    assert (pointer["kind"], pointer["is_lfs_pointer"], pointer["content"]) == ("lfs_pointer", True, POINTER)


async def test_the_content_can_be_cut_between_characters(client: AsyncClient, synced: Mirrored) -> None:
    body = (await content(client, synced, "README.md", max_bytes=4)).json()
    assert (body["content"], body["truncated"], body["size"]) == ("# H", True, 6)


async def test_raw_bytes_are_saved_and_never_shown(client: AsyncClient, synced: Mirrored) -> None:
    for answer in (
        await content(client, synced, "data.bin", raw="1"),
        await content(client, synced, "data.bin", headers={"Accept": "application/octet-stream"}),
    ):
        assert answer.content == FILES["data.bin"]
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''data.bin"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_blob_id_is_the_tag_of_raw_bytes(client: AsyncClient, synced: Mirrored) -> None:
    first = await content(client, synced, "data.bin", raw="1")
    blob = synced.repo.git("rev-parse", "main:data.bin").decode().strip()
    assert first.headers["etag"] == f'"{blob}"'
    again = await content(client, synced, "data.bin", raw="1", headers={"If-None-Match": f'"{blob}"'})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_too_large_to_read_is_refused(client: AsyncClient, synced: Mirrored) -> None:
    synced.repo.commit({"most.txt": b"a" * LARGEST_FILE, "more.txt": b"a" * (LARGEST_FILE + 1)})
    await synced.sync()
    assert (await content(client, synced, "most.txt")).status_code == 200
    for query in ({}, {"raw": "1"}):
        answer = await content(client, synced, "more.txt", **query)
        assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_any_ref_can_be_read(client: AsyncClient, synced: Mirrored) -> None:
    old = synced.repo.head()
    synced.repo.git("tag", "v1")
    synced.repo.commit({"README.md": "new\n"})
    await synced.sync()
    for ref in ("v1", "refs/tags/v1", old, old[:8]):
        assert (await content(client, synced, "README.md", ref=ref)).json()["content"] == "# Hé\n"
    assert (await content(client, synced, "README.md", ref="main")).json()["content"] == "new\n"
    assert (await listed(client, synced, ref="nope")).json()["code"] == "REF_NOT_FOUND"


async def test_a_recorded_change_can_be_browsed(client: AsyncClient, synced: Mirrored) -> None:
    ref = "refs/hivesync/changes/0192aaaa-0000-7000-8000-000000000001"
    commit = await synced.container.mirrors.writer().record_change(
        synced.project_id,
        ref,
        base_commit=synced.repo.head(),
        files=[ChangedFile("src/app.py", b"print(2)\n")],
        message="Change",
        author=Signature("Ann", "ann@example.com", datetime(2026, 1, 1, tzinfo=UTC)),
    )
    body = (await content(client, synced, "src/app.py", ref=ref)).json()
    assert (body["content"], body["commit"], body["ref"]) == ("print(2)\n", commit, ref)


@pytest.mark.parametrize("path", ["nope.py", "src/nope.py", "README.md/x", "src", "sub", "sub/x", "link/x"])
async def test_what_is_no_file_is_not_found(client: AsyncClient, synced: Mirrored, path: str) -> None:
    answer = await content(client, synced, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "PATH_NOT_FOUND")


@pytest.mark.parametrize("path", HOSTILE)
async def test_hostile_paths_are_refused(client: AsyncClient, mirrored: Mirrored, path: str) -> None:
    assert (await content(client, mirrored, path)).status_code == 422
    assert (await listed(client, mirrored, path=path)).status_code == 422
    assert (await content(client, mirrored, "")).status_code == 422


async def test_a_list_of_what_is_no_folder_is_not_found(client: AsyncClient, synced: Mirrored) -> None:
    for path in ("README.md", "nope", "link", "sub"):
        answer = await listed(client, synced, path=path)
        assert (answer.status_code, answer.json()["code"]) == (404, "PATH_NOT_FOUND")


async def test_before_the_first_sync_it_says_what_to_do(client: AsyncClient, mirrored: Mirrored) -> None:
    answer = await listed(client, mirrored)
    assert (answer.status_code, answer.json()["code"]) == (409, "MANIFEST_NOT_READY")


async def test_a_foreign_project_does_not_exist(client: AsyncClient, synced: Mirrored, people: People) -> None:
    stranger = await people.user("stranger")
    for path in ("files", "files/content?path=README.md", "files/content?path=README.md&raw=1"):
        answer = await client.get(f"/projects/{synced.project_id}/{path}", headers=stranger.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        assert (await client.get(f"/projects/{synced.project_id}/{path}")).status_code == 401


async def test_names_that_are_no_text_are_listed(client: AsyncClient, synced: Mirrored) -> None:
    synced.repo.commit({b"caf\xe9": "1", "back\\slash": "2"})
    await synced.sync()
    body = (await listed(client, synced)).json()
    assert [each["name"] for each in body["items"]] == ["back\\\\slash", "caf\\xe9"]
