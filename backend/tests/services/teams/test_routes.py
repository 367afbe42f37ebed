"""Teams and their members, over HTTP."""

import asyncio

import pytest
from httpx import AsyncClient

from tests.fixtures.people import People, Person


async def found_team(client: AsyncClient, owner: Person, name: str = "Team") -> str:
    answer = await client.post("/teams", json={"name": name}, headers=owner.headers)
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def test_the_founder_owns_the_team(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    team_id = await found_team(client, ann)
    assert (await client.get(f"/teams/{team_id}", headers=ann.headers)).json()["role"] == "owner"


async def test_teams_are_listed_page_by_page_and_only_mine(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    await found_team(client, bob, "Other")
    for number in range(3):
        await found_team(client, ann, f"Team {number}")
    first = (await client.get("/teams?limit=2", headers=ann.headers)).json()
    second = (await client.get(f"/teams?limit=2&cursor={first['next_cursor']}", headers=ann.headers)).json()
    assert [team["name"] for team in first["items"] + second["items"]] == ["Team 2", "Team 1", "Team 0"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["!", "AAAA", "é" * 10])
async def test_a_foreign_cursor_is_refused(client: AsyncClient, people: People, cursor: str) -> None:
    ann = await people.user("ann")
    answer = await client.get("/teams", params={"cursor": cursor}, headers=ann.headers)
    assert answer.status_code == 422


async def test_strangers_do_not_see_a_team(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    url = f"/teams/{await found_team(client, ann)}"
    answers = [
        await client.get(url, headers=bob.headers),
        await client.patch(url, json={"name": "x"}, headers=bob.headers),
        await client.delete(url, headers=bob.headers),
        await client.get(f"{url}/members", headers=bob.headers),
        await client.post(f"{url}/members", json={"email": bob.email, "role": "owner"}, headers=bob.headers),
        await client.delete(f"{url}/members/{bob.id}", headers=bob.headers),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6


async def test_members_see_and_owners_change(client: AsyncClient, people: People) -> None:
    ann, bob, cat = await people.user("ann"), await people.user("bob"), await people.user("cat")
    team = await people.team(owner=ann, members={"maintainer": bob})
    url = f"/teams/{team.id}"
    assert (await client.get(url, headers=bob.headers)).json()["role"] == "maintainer"
    member = {"email": cat.email, "role": "viewer"}
    refused = await client.post(f"{url}/members", json=member, headers=bob.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
    assert (await client.post(f"{url}/members", json=member, headers=ann.headers)).status_code == 201
    listed = (await client.get(f"{url}/members", headers=bob.headers)).json()["items"]
    assert [each["role"] for each in listed] == ["owner", "maintainer", "viewer"]


async def test_members_are_listed_page_by_page_and_strongest_first(client: AsyncClient, people: People) -> None:
    ann, bob, cat, dan = [await people.user(name) for name in ("ann", "bob", "cat", "dan")]
    team = await people.team(owner=dan, members={"viewer": ann, "maintainer": cat})
    project = await people.project(owner=dan, members={"viewer": ann, "maintainer": cat})
    for url in (f"/teams/{team.id}/members", f"/projects/{project.id}/members"):
        await client.post(url, json={"email": bob.email, "role": "viewer"}, headers=dan.headers)
        first = (await client.get(f"{url}?limit=3", headers=dan.headers)).json()
        second = (await client.get(f"{url}?limit=3&cursor={first['next_cursor']}", headers=dan.headers)).json()
        assert [each["display_name"] for each in first["items"]] == ["Dan", "Cat", "Ann"]
        assert ([each["display_name"] for each in second["items"]], second["next_cursor"]) == (["Bob"], None)
        foreign = await client.get(url, params={"cursor": "AAAA"}, headers=dan.headers)
        assert (foreign.status_code, foreign.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_a_member_is_taken_in_once_and_must_have_an_account(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    team = await people.team(owner=ann, members={"viewer": bob})
    url = f"/teams/{team.id}/members"
    again = await client.post(url, json={"email": bob.email.upper(), "role": "owner"}, headers=ann.headers)
    nobody = await client.post(url, json={"email": "no@example.com", "role": "owner"}, headers=ann.headers)
    assert (again.status_code, nobody.status_code) == (409, 404)


async def test_a_role_can_be_changed(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    team = await people.team(owner=ann, members={"viewer": bob})
    url = f"/teams/{team.id}/members/{bob.id}"
    assert (await client.patch(url, json={"role": "owner"}, headers=ann.headers)).json()["role"] == "owner"
    assert (await client.get(f"/teams/{team.id}", headers=bob.headers)).json()["role"] == "owner"


async def test_the_last_owner_cannot_leave_or_step_down(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    team = await people.team(owner=ann, members={"maintainer": bob})
    url = f"/teams/{team.id}/members/{ann.id}"
    left = await client.delete(url, headers=ann.headers)
    stepped_down = await client.patch(url, json={"role": "viewer"}, headers=ann.headers)
    assert [left.json()["code"], stepped_down.json()["code"]] == ["CONFLICT", "CONFLICT"]


async def test_of_two_owners_that_leave_at_once_one_stays(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    team = await people.team(owner=ann)
    url = f"/teams/{team.id}/members"
    await client.post(url, json={"email": bob.email, "role": "owner"}, headers=ann.headers)
    answers = await asyncio.gather(
        client.delete(f"{url}/{ann.id}", headers=ann.headers), client.delete(f"{url}/{bob.id}", headers=bob.headers)
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_a_member_may_leave(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    team = await people.team(owner=ann, members={"viewer": bob})
    assert (await client.delete(f"/teams/{team.id}/members/{bob.id}", headers=bob.headers)).status_code == 204
    assert (await client.get(f"/teams/{team.id}", headers=bob.headers)).status_code == 404


async def test_a_team_with_projects_stays_and_one_without_can_be_dissolved(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    team = await people.team(owner=ann)
    project = await people.project(owner=ann, team=team)
    assert (await client.delete(f"/teams/{team.id}", headers=ann.headers)).status_code == 409
    await client.delete(f"/projects/{project.id}", headers=ann.headers)
    assert (await client.delete(f"/teams/{team.id}", headers=ann.headers)).status_code == 204
    assert (await client.get(f"/teams/{team.id}", headers=ann.headers)).status_code == 404


async def test_an_administrator_sees_and_changes_every_team(client: AsyncClient, people: People) -> None:
    ann, root = await people.user("ann"), await people.admin()
    team = await people.team(owner=ann)
    renamed = await client.patch(f"/teams/{team.id}", json={"name": "New"}, headers=root.headers)
    assert (renamed.json()["name"], renamed.json()["role"]) == ("New", None)
    assert len((await client.get("/teams", headers=root.headers)).json()["items"]) == 1
