"""The live stream: resumable, without gaps, only what one may see, and over when the session is."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import ClassVar

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import delete, text, update

from app.adapters.container import Container
from app.adapters.http.sse import Beat, StreamSlots
from app.core.clock import FrozenClock
from app.core.events import Event
from app.models.event import EventRecord
from app.models.user import User
from app.services.notifications.feed import EventFeed
from app.services.notifications.live import LiveEvents, Pace

from tests.fixtures.client import Stream, open_stream
from tests.fixtures.people import People, Person


class Rang(Event):
    """A bell rang."""

    name: ClassVar[str] = "test.rang"

    number: int = 0


async def ring(container: Container, *events: Event) -> None:
    async with container.scope() as scope:
        for event in events:
            scope.publish(event)


@asynccontextmanager
async def listening(app: FastAPI, person: Person, last_event_id: str | None = None) -> AsyncIterator[Stream]:
    headers = dict(person.headers)
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    async with open_stream(app, "/events", headers=headers) as stream:
        yield stream


async def numbers(stream: Stream, count: int) -> list[int]:
    events = [await stream.event() for _ in range(count)]
    return [json.loads(event["data"])["body"]["number"] for event in events if event]


async def test_a_new_client_hears_what_happens_from_now_on(app: FastAPI, container: Container, people: People) -> None:
    ann = await people.user("ann")
    project = await people.project(owner=ann)
    await ring(container, Rang(project_id=project.id, number=1))
    async with listening(app, ann) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert await stream.event() == {"retry": "2000", "id": "1", "event": "ready", "data": "{}"}
        await ring(container, Rang(project_id=project.id, user_id=ann.id, number=2))
        event = await stream.event()
    assert event is not None
    assert (event["event"], event["id"]) == ("test.rang", "2")
    assert json.loads(event["data"]) == {
        "id": 2,
        "name": "test.rang",
        "project_id": str(project.id),
        "user_id": str(ann.id),
        "at": "2026-01-01T12:00:00Z",
        "body": {"number": 2},
    }


async def test_a_client_that_comes_back_misses_nothing_and_hears_nothing_twice(
    app: FastAPI, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    await ring(container, *(Rang(user_id=ann.id, number=number) for number in range(1, 4)))
    async with listening(app, ann, "1") as stream:
        ready = await stream.event()
        assert ready is not None
        assert (ready["event"], ready["id"]) == ("ready", "1")
        assert await numbers(stream, 2) == [2, 3]
        await ring(container, Rang(user_id=ann.id, number=4))
        assert await numbers(stream, 1) == [4]


@pytest.mark.parametrize("place", ["1", "99", "nonsense", "-1", "9" * 30, "²"])
async def test_a_place_that_is_gone_or_never_was_is_reset(
    app: FastAPI, container: Container, people: People, place: str
) -> None:
    ann = await people.user("ann")
    await ring(container, *(Rang(user_id=ann.id, number=number) for number in range(1, 6)))
    async with container.scope() as scope:
        await scope.session.execute(delete(EventRecord).where(EventRecord.seq <= 3))
    async with listening(app, ann, place.encode("ascii", "replace").decode()) as stream:
        reset = await stream.event()
        assert reset is not None
        assert (reset["event"], reset["id"]) == ("reset", "5")
        await ring(container, Rang(user_id=ann.id, number=6))
        assert await numbers(stream, 1) == [6]


async def test_numbers_are_never_given_twice(container: Container, people: People) -> None:
    ann = await people.user("ann")
    await ring(container, Rang(user_id=ann.id), Rang(user_id=ann.id))
    async with container.scope() as scope:
        await scope.session.execute(delete(EventRecord))
    await ring(container, Rang(user_id=ann.id))
    async with container.scope(ann.actor, read_only=True) as scope:
        assert [event.id for event in (await EventFeed(scope).read(0)).events] == [3]


async def test_one_hears_only_ones_own_and_ones_projects(app: FastAPI, container: Container, people: People) -> None:
    ann, bob, root = await people.user("ann"), await people.user("bob"), await people.admin()
    team = await people.team(owner=ann, members={"viewer": bob})
    shared, private = await people.project(owner=ann, team=team), await people.project(owner=ann)
    events = [
        Rang(project_id=shared.id, number=1),
        Rang(project_id=private.id, number=2),
        Rang(user_id=ann.id, number=3),
        Rang(user_id=bob.id, number=4),
        Rang(number=5),
    ]
    await ring(container, *events)
    heard = {}
    for person in (ann, bob, root):
        async with container.scope(person.actor, read_only=True) as scope:
            batch = await EventFeed(scope).read(0)
            heard[person.display_name] = [event.body["number"] for event in batch.events]
            # The fifth was for nobody, and is not kept.
            assert batch.position == 4
    assert heard == {"Ann": [1, 2, 3], "Bob": [1, 4], "Root": [1, 2]}


async def test_a_client_far_behind_catches_up_in_steps(container: Container, people: People) -> None:
    ann = await people.user("ann")
    await ring(container, *(Rang(user_id=ann.id, number=number) for number in range(1100)))
    position, sizes = 0, []
    while True:
        async with container.scope(ann.actor, read_only=True) as scope:
            batch = await EventFeed(scope).read(position)
        position = batch.position
        sizes.append(len(batch.events))
        if not batch.more:
            break
    assert sizes == [500, 500, 100]


async def test_an_event_committed_late_is_not_passed_over(container: Container, people: People) -> None:
    if not container.database.is_postgres:
        pytest.skip("SQLite's writers come one by one")
    ann = await people.user("ann")
    insert = text("insert into events (name, user_id, body, created_at) values ('late', :user, '{}', now())")
    async with container.database.writers() as early:
        await early.execute(insert, {"user": ann.id})
        await ring(container, Rang(user_id=ann.id, number=2))
        async with container.scope(ann.actor, read_only=True) as scope:
            with pytest.raises(Exception, match="lock timeout"):
                await EventFeed(scope).read(0)
        await early.commit()
    async with container.scope(ann.actor, read_only=True) as scope:
        assert [event.name for event in (await EventFeed(scope).read(0)).events] == ["late", "test.rang"]


async def test_an_event_that_was_taken_back_holds_nobody_up(container: Container, people: People) -> None:
    ann = await people.user("ann")
    await ring(container, Rang(user_id=ann.id, number=1))
    async with container.scope() as scope:
        scope.session.add(EventRecord(name="gone", user_id=ann.id, body={}, created_at=scope.clock.now()))
        await scope.session.flush()
        await scope.uow.rollback()
    await ring(container, Rang(user_id=ann.id, number=2))
    read: list[int] = []
    position, more = 0, True
    while more:
        async with container.scope(ann.actor, read_only=True) as scope:
            batch = await EventFeed(scope).read(position)
        read += [event.body["number"] for event in batch.events]
        position, more = batch.position, batch.more
    assert read == [1, 2]


async def test_without_announcements_events_still_arrive(app: FastAPI, container: Container, people: People) -> None:
    ann = await people.user("ann")
    async with listening(app, ann) as stream:
        await stream.event()
        async with container.scope() as scope:
            row = EventRecord(name="quiet", user_id=ann.id, body={}, created_at=scope.clock.now())
            scope.session.add(row)
        event = await stream.event()
    assert event is not None
    assert event["event"] == "quiet"


async def test_a_quiet_stream_beats_and_moves_the_place_to_resume(container: Container, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    claims = container.access_tokens.check(ann.headers["Authorization"].removeprefix("Bearer "))
    live = LiveEvents(container, claims, StreamSlots(), Pace(poll=0.01, beat=0.02))
    async with aclosing(live.follow(None)) as events:
        await anext(events)
        await ring(container, Rang(user_id=bob.id))
        beat = await anext(events)
        while beat == Beat("0"):
            beat = await anext(events)
    assert beat == Beat("1")
    assert beat.encode() == b": beat\nid: 1\n\n"


async def test_the_stream_ends_with_the_session(
    app: FastAPI, client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    async with listening(app, ann) as stream:
        await stream.event()
        async with container.scope() as scope:
            await scope.session.execute(update(User).where(User.id == ann.id).values(token_epoch=1))
        await ring(container, Rang(user_id=ann.id, number=1))
        assert await stream.event() is None
    assert (await client.get("/events", headers=ann.headers)).status_code == 401


async def test_the_stream_ends_with_the_token(
    app: FastAPI, container: Container, people: People, clock: FrozenClock
) -> None:
    ann = await people.user("ann")
    async with listening(app, ann) as stream:
        await stream.event()
        clock.move(seconds=901)
        assert await stream.event() is None


async def test_a_client_that_hangs_up_is_forgotten(app: FastAPI, container: Container, people: People) -> None:
    ann = await people.user("ann")
    async with listening(app, ann) as stream:
        await stream.event()
    assert getattr(container.hub, "listeners", 0) == 0


async def test_nobody_listens_without_logging_in(client: AsyncClient) -> None:
    answer = await client.get("/events")
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_a_user_has_a_bounded_number_of_streams(app: FastAPI, client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    app.state.stream_slots = StreamSlots(most=1)
    async with listening(app, ann) as stream:
        await stream.event()
        refused = await client.get("/events", headers=ann.headers)
        assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMITED")
        async with listening(app, bob) as other:
            assert other.status == 200
    async with listening(app, ann) as again:
        assert again.status == 200
