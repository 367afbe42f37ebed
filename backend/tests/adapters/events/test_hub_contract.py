"""What every hub promises, in memory or over Redis."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.adapters.events.memory import MemoryHub
from app.adapters.events.port import MISSED, Announcement, HubPort, HubUnavailable, Missed, Subscription
from app.adapters.events.redis import CHANNEL, RedisHub, decode, encode
from app.adapters.redis_client import open_async

from tests.fixtures.redis import RedisServer
from tests.waiting import until


def announcement(number: int) -> Announcement:
    return Announcement(number, "job.ended", UUID(int=number), None)


@pytest.fixture
async def over_redis(redis_server: RedisServer) -> AsyncIterator[HubPort]:
    made = RedisHub(redis_server.url)
    yield made
    await made.close()


@pytest.fixture
def in_memory() -> HubPort:
    return MemoryHub()


@pytest.fixture(params=["in_memory", "over_redis"])
def hub(request: pytest.FixtureRequest) -> HubPort:
    found: HubPort = request.getfixturevalue(request.param)
    return found


async def subscribed(hub: HubPort) -> Subscription:
    """Subscribe, and read past the note that Redis has confirmed."""
    subscription = hub.subscribe()
    if isinstance(hub, RedisHub) and hub._readers.listeners == 1:
        assert await anext(subscription) is MISSED
    return subscription


async def read(subscription: Subscription, count: int) -> list[Announcement | Missed]:
    async with asyncio.timeout(5):
        return [await anext(subscription) for _ in range(count)]


async def test_subscriber_hears_announcements_in_order(hub: HubPort) -> None:
    subscription = await subscribed(hub)
    await hub.announce([announcement(1), announcement(2)])
    await hub.announce([announcement(3)])
    assert await read(subscription, 3) == [announcement(n) for n in (1, 2, 3)]


async def test_every_subscriber_hears_everything(hub: HubPort) -> None:
    subscriptions = [await subscribed(hub) for _ in range(3)]
    await hub.announce([announcement(1)])
    assert [await read(each, 1) for each in subscriptions] == [[announcement(1)]] * 3


async def test_ids_and_owners_arrive_as_they_were(hub: HubPort) -> None:
    told = Announcement(UUID(int=5), "proposal.ready", None, UUID(int=9))
    subscription = await subscribed(hub)
    await hub.announce([told])
    assert await read(subscription, 1) == [told]


async def test_closed_subscription_lets_its_reader_go(hub: HubPort) -> None:
    subscription = await subscribed(hub)
    reader = asyncio.create_task(read(subscription, 1))
    await asyncio.sleep(0)
    subscription.close()
    with pytest.raises(StopAsyncIteration):
        await anext(subscription)
    with pytest.raises((StopAsyncIteration, RuntimeError)):
        await reader


async def test_closing_the_hub_ends_every_loop(hub: HubPort) -> None:
    subscription = await subscribed(hub)
    heard = []

    async def follow() -> None:
        async for item in subscription:
            heard.append(item)  # noqa: PERF401 - a comprehension would lose what was heard

    follower = asyncio.create_task(follow())
    await hub.announce([announcement(1)])
    await until(lambda: len(heard) == 1)
    await hub.close()
    await follower
    assert heard == [announcement(1)]


async def test_reader_far_behind_is_told_to_read_rows_instead(hub: HubPort) -> None:
    subscription = await subscribed(hub)
    other = await subscribed(hub)
    await hub.announce([announcement(n) for n in range(1200)])
    await read(other, 1)
    await until(lambda: len(subscription._waiting) == 200)  # type: ignore[attr-defined]
    assert (await read(subscription, 2))[0] is MISSED


async def test_announcing_nothing_or_to_nobody_is_allowed(hub: HubPort) -> None:
    await hub.announce([])
    await hub.announce([announcement(1)])


async def test_two_processes_hear_each_other(redis_server: RedisServer) -> None:
    here, there = RedisHub(redis_server.url), RedisHub(redis_server.url)
    subscription = await subscribed(there)
    await here.announce([announcement(1)])
    assert await read(subscription, 1) == [announcement(1)]
    await asyncio.gather(here.close(), there.close())


async def test_announcing_without_redis_fails_at_once(redis_server: RedisServer) -> None:
    hub = RedisHub(redis_server.url)
    await redis_server.kill()
    async with asyncio.timeout(1):
        with pytest.raises(HubUnavailable):
            await hub.announce([announcement(1)])
    await hub.close()


async def test_reader_is_told_after_redis_was_away_and_hears_again(redis_server: RedisServer) -> None:
    hub = RedisHub(redis_server.url)
    subscription = await subscribed(hub)
    await redis_server.restart()
    assert await read(subscription, 1) == [MISSED]
    await hub.announce([announcement(1)])
    assert await read(subscription, 1) == [announcement(1)]
    await hub.close()


async def test_reader_who_came_while_redis_was_away_is_told_when_it_is_back(redis_server: RedisServer) -> None:
    hub = RedisHub(redis_server.url)
    await redis_server.kill()
    subscription = hub.subscribe()
    await redis_server.start()
    assert await read(subscription, 1) == [MISSED]
    await hub.close()


HOSTILE = [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 4000, b"x" * 5000, b'{"event_id":true,"name":"x"}', "text", None]


@pytest.mark.parametrize("data", HOSTILE)
def test_anything_else_on_the_channel_is_refused(data: object) -> None:
    with pytest.raises(ValueError):
        decode(data)


async def test_garbage_on_the_channel_is_dropped_and_the_next_one_heard(redis_server: RedisServer) -> None:
    hub = RedisHub(redis_server.url)
    subscription = await subscribed(hub)
    stranger = open_async(redis_server.url)
    for data in HOSTILE[:-2]:
        await stranger.publish(CHANNEL, data)  # type: ignore[arg-type]
    await stranger.publish(CHANNEL, encode(announcement(4)))
    assert await read(subscription, 1) == [announcement(4)]
    await asyncio.gather(stranger.aclose(), hub.close())


@pytest.mark.parametrize("steps", range(0, 20, 2))
async def test_closing_while_it_connects_ends_too(redis_server: RedisServer, steps: int) -> None:
    hub = RedisHub(redis_server.url)
    hub.subscribe()
    for _ in range(steps):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await hub.close()
