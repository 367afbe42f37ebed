"""`/repos/{project_id}/sync` over HTTP."""

from httpx import AsyncClient

from app.services.repos.messages import SyncRepo

from tests.fixtures.client import poller
from tests.fixtures.jobs import assert_staged
from tests.fixtures.people import People
from tests.fixtures.synced import Mirrored


async def test_a_sync_is_accepted_and_joined(client: AsyncClient, mirrored: Mirrored) -> None:
    path = f"/repos/{mirrored.project_id}/sync"
    first = await client.post(path, headers=mirrored.owner.headers)
    second = await client.post(path, headers=mirrored.owner.headers)
    assert first.status_code == second.status_code == 202
    job = await assert_staged(mirrored.container, SyncRepo)
    assert first.json()["job_id"] == second.json()["job_id"] == str(job.id)
    assert first.headers["location"].endswith(f"/jobs/{job.id}")


async def test_the_history_tells_attempt_and_success_apart(client: AsyncClient, mirrored: Mirrored) -> None:
    head = mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    mirrored.repo.path.rename(mirrored.repo.path.with_suffix(".gone"))
    await mirrored.sync()
    body = (await client.get(f"/repos/{mirrored.project_id}/sync", headers=mirrored.owner.headers)).json()
    assert (body["head"], body["default_branch"], body["branches"]) == (head, "main", 1)
    assert body["last_success"]["id"] == body["items"][1]["id"]
    assert body["last_attempt"]["id"] == body["items"][0]["id"]
    assert body["last_error"]["code"] == "REPO_UNREACHABLE"


async def test_the_history_comes_in_pages(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    for _ in range(3):
        await mirrored.sync()
    path, headers = f"/repos/{mirrored.project_id}/sync", mirrored.owner.headers
    first = (await client.get(path, params={"limit": 2}, headers=headers)).json()
    rest = (await client.get(path, params={"limit": 2, "cursor": first["next_cursor"]}, headers=headers)).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert not {run["id"] for run in first["items"]} & {run["id"] for run in rest["items"]}


async def test_polling_an_unchanged_history_costs_no_body(client: AsyncClient, mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.sync()
    path = f"/repos/{mirrored.project_id}/sync"
    ask = await poller(client, path, mirrored.owner.headers)
    assert await ask() == 304
    await client.post(path, headers=mirrored.owner.headers)
    assert await ask() == 200


async def test_a_foreign_project_does_not_exist(client: AsyncClient, mirrored: Mirrored, people: People) -> None:
    stranger = await people.user("stranger")
    path = f"/repos/{mirrored.project_id}/sync"
    for answer in (await client.post(path, headers=stranger.headers), await client.get(path, headers=stranger.headers)):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert (await client.get(path)).status_code == 401


async def test_a_viewer_may_read_the_history_but_not_start_a_sync(
    client: AsyncClient, mirrored: Mirrored, people: People
) -> None:
    viewer = await people.user("viewer")
    project = await people.project(owner=mirrored.owner, members={"viewer": viewer})
    path = f"/repos/{project.id}/sync"
    assert (await client.get(path, headers=viewer.headers)).status_code == 200
    refused = await client.post(path, headers=viewer.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


async def test_a_project_without_a_repository_says_what_to_do(
    client: AsyncClient, mirrored: Mirrored, people: People
) -> None:
    project = await people.project(owner=mirrored.owner)
    answer = await client.post(f"/repos/{project.id}/sync", headers=mirrored.owner.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    assert "repo_url" in answer.json()["message"]


async def test_no_answer_holds_credentials(client: AsyncClient, people: People, mirrored: Mirrored) -> None:
    url = "https://git.example.org/team/private.git"
    secret = "glpat-3c0e7a5f9b1d"
    body = {"name": "Private", "repo_url": url, "credentials": {"token": secret}}
    made = (await client.post("/projects", json=body, headers=mirrored.owner.headers)).json()
    answer = await client.get(f"/repos/{made['id']}/sync", headers=mirrored.owner.headers)
    assert answer.json()["remote_url"] == url
    assert secret not in answer.text
