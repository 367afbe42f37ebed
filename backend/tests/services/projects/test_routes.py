"""Projects and their members, over HTTP."""

import asyncio
import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.events.bus import Subscriptions
from app.adapters.scope import Scope
from app.core.events import Event
from app.models.event import EventRecord
from app.services.projects.messages import ProjectCreated, ProjectDeleted, RepoUrlChanged

from tests.fixtures.people import People

URL = "https://git.example.com/team/project.git"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n"


@dataclass
class Heard:
    """A subscriber that keeps what it hears."""

    events: list[Any] = field(default_factory=list)

    async def __call__(self, _scope: Scope, event: Event) -> None:
        self.events.append(event)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def container(container: Container, heard: Heard) -> Container:
    subscriptions: Subscriptions = {kind: [heard] for kind in (ProjectCreated, RepoUrlChanged, ProjectDeleted)}
    return replace(container, subscriptions=subscriptions)


def opened(container: Container, project_id: str, event: Any) -> dict[str, str]:
    sealed = base64.b64decode(event.credential_box_b64).decode()
    found: dict[str, str] = json.loads(container.secret_box.open(sealed, context=f"repo:{project_id}"))
    return found


async def test_a_project_begins_with_its_maker_as_owner(client: AsyncClient, people: People, heard: Heard) -> None:
    ann = await people.user("ann")
    body = {"name": "Docs", "repo_url": URL, "default_branch": "main"}
    answer = await client.post("/projects", json=body, headers=ann.headers)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["role"], made["repo_url"], made["default_branch"]) == ("owner", URL, "main")
    (event,) = heard.events
    assert (event.project_id, event.repo_url, event.user_id) == (UUID(made["id"]), URL, ann.id)
    assert (await client.get(f"/projects/{made['id']}", headers=ann.headers)).json() == made


async def test_credentials_are_sealed_for_the_project_and_recorded_nowhere_else(
    client: AsyncClient, people: People, container: Container, heard: Heard
) -> None:
    ann = await people.user("ann")
    body = {"name": "Docs", "repo_url": URL, "credentials": {"token": "top-secret-token"}}
    made = await client.post("/projects", json=body, headers=ann.headers)
    (event,) = heard.events
    assert opened(container, made.json()["id"], event) == {"username": "oauth2", "password": "top-secret-token"}
    async with container.scope(read_only=True) as scope:
        rows = (await scope.session.execute(select(EventRecord))).scalars().all()
    assert [row.name for row in rows] == ["project.created"]
    assert "credential_box_b64" not in rows[0].body
    assert "top-secret" not in made.text + repr(event)
    assert event.credential_box_b64 not in repr(event)


@pytest.mark.parametrize(
    ("url", "credentials", "kept"),
    [
        (URL, {"username": "ann", "password": "pw "}, {"username": "ann", "password": "pw "}),
        ("git@git.example.com:a/b.git", {"ssh_private_key": KEY.replace("\n", "\r\n")}, {"ssh_private_key": KEY}),
    ],
)
async def test_a_password_or_a_key_is_kept_as_git_needs_it(
    client: AsyncClient, people: People, container: Container, heard: Heard, url: str, credentials: Any, kept: Any
) -> None:
    ann = await people.user("ann")
    body = {"name": "Docs", "repo_url": url, "credentials": credentials}
    made = await client.post("/projects", json=body, headers=ann.headers)
    assert opened(container, made.json()["id"], heard.events[0]) == kept


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"repo_url": "ext::sh -c id"}, "REPO_URL_REFUSED"),
        ({"repo_url": "https://ann:secret@git.example.com/a.git"}, "REPO_URL_REFUSED"),
        ({"repo_url": "http://169.254.169.254/latest"}, "REPO_URL_REFUSED"),
        ({"repo_url": "--upload-pack=x"}, "REPO_URL_REFUSED"),
        ({"default_branch": "--exec=x"}, "VALIDATION_ERROR"),
        ({"credentials": {"token": "x"}}, "VALIDATION_ERROR"),
        ({"repo_url": URL, "credentials": {"token": "x", "password": "y"}}, "VALIDATION_ERROR"),
        ({"repo_url": URL, "credentials": {"username": "ann"}}, "VALIDATION_ERROR"),
        ({"repo_url": URL, "credentials": {"ssh_private_key": KEY}}, "VALIDATION_ERROR"),
        ({"repo_url": URL, "credentials": {"username": "a\nb", "password": "x"}}, "VALIDATION_ERROR"),
        ({"repo_url": "ssh://git@git.example.com/a.git", "credentials": {"token": "x"}}, "VALIDATION_ERROR"),
        ({"repo_url": "ssh://git@git.example.com/a.git", "credentials": {"ssh_private_key": "x"}}, "VALIDATION_ERROR"),
        ({"name": " "}, "VALIDATION_ERROR"),
        ({"owner": "me"}, "VALIDATION_ERROR"),
    ],
)
async def test_a_bad_project_is_refused_with_its_code(
    client: AsyncClient, people: People, fields: dict[str, Any], code: str
) -> None:
    ann = await people.user("ann")
    answer = await client.post("/projects", json={"name": "Docs", **fields}, headers=ann.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await client.get("/projects", headers=ann.headers)).json()["items"] == []


async def test_a_refused_address_gives_no_secret_back(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    url = "https://ann:hunter2secret@git.example.com/a.git"
    answer = await client.post("/projects", json={"name": "Docs", "repo_url": url}, headers=ann.headers)
    assert "hunter2secret" not in answer.text


async def test_projects_go_only_to_teams_that_one_maintains(client: AsyncClient, people: People) -> None:
    ann, bob, cat = await people.user("ann"), await people.user("bob"), await people.user("cat")
    team = await people.team(owner=ann, members={"reviewer": bob})
    body = {"name": "Docs", "team_id": str(team.id)}
    answers = [await client.post("/projects", json=body, headers=person.headers) for person in (ann, bob, cat)]
    assert [answer.status_code for answer in answers] == [201, 403, 404]


async def test_the_list_shows_mine_newest_first_page_by_page(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    await people.project(owner=bob, name="Other")
    for number in range(3):
        await people.project(owner=ann, name=f"Project {number}")
    first = (await client.get("/projects?limit=2", headers=ann.headers)).json()
    second = (await client.get(f"/projects?limit=2&cursor={first['next_cursor']}", headers=ann.headers)).json()
    names = [project["name"] for project in first["items"] + second["items"]]
    assert names == ["Project 2", "Project 1", "Project 0"]
    assert second["next_cursor"] is None


async def test_strangers_find_nothing_and_viewers_change_nothing(client: AsyncClient, people: People) -> None:
    ann, bob, cat = await people.user("ann"), await people.user("bob"), await people.user("cat")
    project = await people.project(owner=ann, members={"viewer": bob})
    url = f"/projects/{project.id}"
    member = {"email": cat.email, "role": "owner"}
    for person, status in ((bob, 403), (cat, 404)):
        answers = [
            await client.patch(url, json={"name": "x"}, headers=person.headers),
            await client.delete(url, headers=person.headers),
            await client.post(f"{url}/members", json=member, headers=person.headers),
            await client.patch(f"{url}/members/{ann.id}", json={"role": "viewer"}, headers=person.headers),
            await client.delete(f"{url}/members/{ann.id}", headers=person.headers),
        ]
        assert [answer.status_code for answer in answers] == [status] * 5


async def test_a_change_of_path_keeps_credentials_and_a_change_of_server_drops_them(
    client: AsyncClient, people: People, heard: Heard
) -> None:
    ann = await people.user("ann")
    project = await people.project(owner=ann, repo_url=URL)
    url = f"/projects/{project.id}"
    await client.patch(url, json={"repo_url": "https://git.example.com/other.git"}, headers=ann.headers)
    await client.patch(url, json={"repo_url": "https://evil.example.net/other.git"}, headers=ann.headers)
    assert [event.keep_credentials for event in heard.events] == [True, False]
    assert [event.credential_box_b64 for event in heard.events] == [None, None]


async def test_new_credentials_alone_are_announced(
    client: AsyncClient, people: People, container: Container, heard: Heard
) -> None:
    ann = await people.user("ann")
    project = await people.project(owner=ann, repo_url=URL)
    body = {"credentials": {"token": "new"}}
    assert (await client.patch(f"/projects/{project.id}", json=body, headers=ann.headers)).status_code == 200
    (event,) = heard.events
    assert (event.repo_url, event.keep_credentials) == (URL, False)
    assert opened(container, str(project.id), event)["password"] == "new"


async def test_what_is_not_sent_stays(client: AsyncClient, people: People, heard: Heard) -> None:
    ann = await people.user("ann")
    team = await people.team(owner=ann)
    project = await people.project(owner=ann, repo_url=URL, team=team)
    url = f"/projects/{project.id}"
    renamed = (await client.patch(url, json={"name": "New"}, headers=ann.headers)).json()
    assert (renamed["name"], renamed["repo_url"], renamed["team_id"]) == ("New", URL, str(team.id))
    alone = (await client.patch(url, json={"team_id": None}, headers=ann.headers)).json()
    assert (alone["name"], alone["team_id"]) == ("New", None)
    assert heard.events == []


async def test_a_deleted_project_is_gone_for_everybody(client: AsyncClient, people: People, heard: Heard) -> None:
    ann, root = await people.user("ann"), await people.admin()
    project = await people.project(owner=ann)
    assert (await client.delete(f"/projects/{project.id}", headers=ann.headers)).status_code == 204
    for person in (ann, root):
        assert (await client.get(f"/projects/{project.id}", headers=person.headers)).status_code == 404
        assert (await client.get("/projects", headers=person.headers)).json()["items"] == []
    assert [event.project_id for event in heard.events] == [project.id]


async def test_members_are_let_in_changed_and_taken_out(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    project = await people.project(owner=ann)
    url = f"/projects/{project.id}/members"
    added = await client.post(url, json={"email": bob.email, "role": "viewer"}, headers=ann.headers)
    assert added.status_code == 201
    again = await client.post(url, json={"email": bob.email, "role": "viewer"}, headers=ann.headers)
    assert again.status_code == 409
    await client.patch(f"{url}/{bob.id}", json={"role": "maintainer"}, headers=ann.headers)
    listed = (await client.get(url, headers=bob.headers)).json()["items"]
    assert [(each["display_name"], each["role"]) for each in listed] == [("Ann", "owner"), ("Bob", "maintainer")]
    assert (await client.delete(f"{url}/{bob.id}", headers=bob.headers)).status_code == 204
    assert (await client.get(url, headers=bob.headers)).status_code == 404


async def test_one_owner_stays_whatever_owners_do_at_once(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    project = await people.project(owner=ann)
    url = f"/projects/{project.id}/members"
    await client.post(url, json={"email": bob.email, "role": "owner"}, headers=ann.headers)
    answers = await asyncio.gather(
        client.delete(f"{url}/{ann.id}", headers=ann.headers),
        client.patch(f"{url}/{bob.id}", json={"role": "viewer"}, headers=bob.headers),
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [204, 409])
