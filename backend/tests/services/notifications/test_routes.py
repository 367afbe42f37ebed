"""Notifications over HTTP: listed, read, one's own."""

from uuid import uuid4

from httpx import AsyncClient

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.services.notifications.service import NotificationService, Told

from tests.fixtures.client import poller
from tests.fixtures.people import People, Person


async def tell(container: Container, person: Person, topic: str) -> None:
    async with container.scope() as scope:
        await NotificationService(scope).tell(person.id, Told("test", topic, f"Title {topic}", "Body."))


async def test_notifications_are_listed_newest_first_page_by_page(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    for topic in "abc":
        await tell(container, ann, topic)
    first = (await client.get("/notifications?limit=2", headers=ann.headers)).json()
    second = (await client.get(f"/notifications?limit=2&cursor={first['next_cursor']}", headers=ann.headers)).json()
    assert [item["title"] for item in first["items"] + second["items"]] == ["Title c", "Title b", "Title a"]
    assert (first["unread"], second["next_cursor"]) == (3, None)


async def test_polling_unchanged_notifications_costs_no_body(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    await tell(container, ann, "a")
    ask = await poller(client, "/notifications?unread=true", ann.headers)
    assert await ask() == 304
    await client.post("/notifications/read-all", headers=ann.headers)
    assert await ask() == 200


async def test_reading_one_takes_it_off_the_unread(client: AsyncClient, container: Container, people: People) -> None:
    ann = await people.user("ann")
    for topic in "ab":
        await tell(container, ann, topic)
    newest = (await client.get("/notifications", headers=ann.headers)).json()["items"][0]
    for _ in range(2):
        answer = await client.post(f"/notifications/{newest['id']}/read", headers=ann.headers)
        assert answer.json() == {"unread": 1}
    unread = (await client.get("/notifications?unread=true", headers=ann.headers)).json()
    assert [item["title"] for item in unread["items"]] == ["Title a"]


async def test_read_stays_at_the_first_time(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    ann = await people.user("ann")
    await tell(container, ann, "a")
    url = f"/notifications/{(await client.get('/notifications', headers=ann.headers)).json()['items'][0]['id']}/read"
    await client.post(url, headers=ann.headers)
    clock.move(seconds=60)
    await client.post(url, headers=ann.headers)
    item = (await client.get("/notifications", headers=ann.headers)).json()["items"][0]
    assert item["read_at"] == "2026-01-01T12:00:00Z"


async def test_all_can_be_read_at_once(client: AsyncClient, container: Container, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    for person in (ann, ann, bob):
        await tell(container, person, str(uuid4()))
    assert (await client.post("/notifications/read-all", headers=ann.headers)).json() == {"unread": 0}
    assert (await client.get("/notifications", headers=bob.headers)).json()["unread"] == 1


async def test_nobody_reads_or_marks_what_others_were_told(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann, bob, root = await people.user("ann"), await people.user("bob"), await people.admin()
    await tell(container, ann, "a")
    item = (await client.get("/notifications", headers=ann.headers)).json()["items"][0]
    for person in (bob, root):
        assert (await client.get("/notifications", headers=person.headers)).json()["items"] == []
        assert (await client.post(f"/notifications/{item['id']}/read", headers=person.headers)).status_code == 404


async def test_one_occasion_is_told_once_to_each(client: AsyncClient, container: Container, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    for person in (ann, ann, bob):
        await tell(container, person, "same")
    counts = [(await client.get("/notifications", headers=person.headers)).json()["unread"] for person in (ann, bob)]
    assert counts == [1, 1]
