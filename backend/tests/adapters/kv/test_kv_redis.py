"""Redis away, back, hanging, and calls given up half way."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.adapters.kv.port import KvUnavailable
from app.adapters.kv.redis import RedisKeyValue

from tests.fixtures.redis import RedisServer

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def kv(redis_server: RedisServer) -> AsyncIterator[RedisKeyValue]:
    made = RedisKeyValue(redis_server.url, connections=4)
    yield made
    await made.close()


async def test_every_call_fails_at_once_without_redis(kv: RedisKeyValue, redis_server: RedisServer) -> None:
    await redis_server.kill()
    async with asyncio.timeout(1):
        assert not await kv.ping()
        for call in (
            kv.hit("k", window=MINUTE),
            kv.put("k", b"1", MINUTE),
            kv.add("k", b"1", MINUTE),
            kv.get("k"),
            kv.mget(["k"]),
            kv.delete("k"),
            kv.scan_prefix("k"),
        ):
            with pytest.raises(KvUnavailable):
                await call


async def test_redis_that_hangs_is_given_up_within_a_second(kv: RedisKeyValue, redis_server: RedisServer) -> None:
    await kv.put("k", b"1", MINUTE)
    assert redis_server.daemon.pid is not None
    os.kill(redis_server.daemon.pid, signal.SIGSTOP)
    async with asyncio.timeout(1.5):
        with pytest.raises(KvUnavailable):
            await kv.get("k")
    os.kill(redis_server.daemon.pid, signal.SIGCONT)
    assert await kv.get("k") == b"1"


async def test_store_works_again_once_redis_is_back_empty(kv: RedisKeyValue, redis_server: RedisServer) -> None:
    await kv.hit("limit", window=MINUTE)
    await redis_server.restart()
    assert (await kv.hit("limit", window=MINUTE)).count == 1


async def test_abandoned_calls_never_hand_their_answer_to_somebody_else(kv: RedisKeyValue) -> None:
    """The class of CVE-2023-28858: a cancelled command's connection must not be used again."""
    for n in range(8):
        await kv.put(f"user:{n}", b"%d" % n, MINUTE)
    for turn in range(120):
        abandoned = [asyncio.create_task(kv.get(f"user:{n % 8}")) for n in range(4)]
        for _ in range(turn % 12):  # Give up at another point each time.
            await asyncio.sleep(0)
        for task in abandoned:
            task.cancel()
        await asyncio.gather(*abandoned, return_exceptions=True)
        mine = turn % 8
        assert await kv.get(f"user:{mine}") == b"%d" % mine
        assert await kv.mget([f"user:{mine}", "user:0"]) == [b"%d" % mine, b"0"]


async def test_abandoned_calls_leave_no_connection_taken(kv: RedisKeyValue) -> None:
    for turn in range(200):
        abandoned = [asyncio.create_task(kv.hit("limit", window=MINUTE)) for _ in range(6)]
        for _ in range(turn % 15):
            await asyncio.sleep(0)
        for task in abandoned:
            task.cancel()
        await asyncio.gather(*abandoned, return_exceptions=True)
    answered = await asyncio.gather(*(kv.ping() for _ in range(8)))
    assert answered == [True] * 8


async def test_more_callers_than_connections_take_turns(kv: RedisKeyValue) -> None:
    hits = await asyncio.gather(*(kv.hit("limit", window=MINUTE) for _ in range(64)))
    assert len(hits) == 64


async def test_counter_that_somehow_lost_its_end_gets_one(kv: RedisKeyValue) -> None:
    await kv.hit("limit", window=MINUTE)
    await kv._client.persist("limit")
    assert (await kv.hit("limit", window=MINUTE)).resets_in_seconds == 60
