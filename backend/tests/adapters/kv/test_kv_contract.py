"""What every store of short-lived facts promises, in memory or over Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from app.adapters.kv.memory import MemoryKeyValue
from app.adapters.kv.port import Hits, KeyValue, KvUnavailable, tagged
from app.adapters.kv.redis import RedisKeyValue
from app.core.clock import FrozenClock

from tests.fixtures.redis import RedisServer

MINUTE = timedelta(minutes=1)
Wait = Callable[[timedelta], Awaitable[None]]


@pytest.fixture
async def over_redis(redis_server: RedisServer) -> AsyncIterator[KeyValue]:
    made = RedisKeyValue(redis_server.url)
    yield made
    await made.close()


@pytest.fixture
def in_memory(clock: FrozenClock) -> KeyValue:
    return MemoryKeyValue(clock)


@pytest.fixture(params=["in_memory", "over_redis"])
def kv(request: pytest.FixtureRequest) -> KeyValue:
    found: KeyValue = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def wait(kv: KeyValue, clock: FrozenClock) -> Wait:
    """Let time pass: by hand in memory, really in Redis."""

    async def let_pass(span: timedelta) -> None:
        clock.move(seconds=span.total_seconds())
        if isinstance(kv, RedisKeyValue):
            await asyncio.sleep(span.total_seconds())

    return let_pass


async def test_value_comes_back_as_it_was_put(kv: KeyValue) -> None:
    await kv.put("key", b"\x00\xff value", MINUTE)
    assert await kv.get("key") == b"\x00\xff value"


async def test_value_is_gone_after_its_time(kv: KeyValue, wait: Wait) -> None:
    await kv.put("key", b"1", timedelta(milliseconds=30))
    await wait(timedelta(milliseconds=60))
    assert await kv.get("key") is None


async def test_putting_again_replaces_value_and_time(kv: KeyValue, wait: Wait) -> None:
    await kv.put("key", b"1", timedelta(milliseconds=30))
    await kv.put("key", b"2", MINUTE)
    await wait(timedelta(milliseconds=60))
    assert await kv.get("key") == b"2"


async def test_only_the_first_may_add(kv: KeyValue) -> None:
    assert await kv.add("lock", b"a", MINUTE)
    assert not await kv.add("lock", b"b", MINUTE)
    assert await kv.get("lock") == b"a"


async def test_one_of_many_at_once_may_add(kv: KeyValue) -> None:
    added = await asyncio.gather(*(kv.add("lock", b"%d" % n, MINUTE) for n in range(40)))
    assert added.count(True) == 1


async def test_key_may_be_added_again_after_its_time(kv: KeyValue, wait: Wait) -> None:
    await kv.add("lock", b"a", timedelta(milliseconds=30))
    await wait(timedelta(milliseconds=60))
    assert await kv.add("lock", b"b", MINUTE)


async def test_deleted_key_is_gone_and_may_be_deleted_again(kv: KeyValue) -> None:
    await kv.put("key", b"1", MINUTE)
    await kv.delete("key")
    await kv.delete("key")
    assert await kv.get("key") is None


async def test_several_values_come_in_the_order_of_the_keys(kv: KeyValue) -> None:
    await kv.put("a", b"1", MINUTE)
    await kv.put("b", b"2", MINUTE)
    assert await kv.mget(["b", "missing", "a"]) == [b"2", None, b"1"]
    assert await kv.mget([]) == []


async def test_hits_are_counted_within_the_window(kv: KeyValue) -> None:
    counts = [(await kv.hit("limit", window=MINUTE)).count for _ in range(3)]
    assert counts == [1, 2, 3]


async def test_several_hits_are_counted_in_one_step(kv: KeyValue) -> None:
    assert (await kv.hit("limit", window=MINUTE, times=20)).count == 20
    assert (await kv.hit("limit", window=MINUTE, times=3)).count == 23


async def test_hits_at_once_are_all_counted(kv: KeyValue) -> None:
    counts = await asyncio.gather(*(kv.hit("limit", window=MINUTE) for _ in range(50)))
    assert sorted(hits.count for hits in counts) == list(range(1, 51))


async def test_window_ends_by_its_first_hit_not_its_last(kv: KeyValue, wait: Wait) -> None:
    window = timedelta(seconds=2)
    await kv.hit("limit", window=window)
    await wait(timedelta(seconds=1.1))
    assert await kv.hit("limit", window=window) == Hits(2, 1)


async def test_count_is_forgotten_when_the_window_ends(kv: KeyValue, wait: Wait) -> None:
    await kv.hit("limit", window=timedelta(milliseconds=30))
    await wait(timedelta(milliseconds=60))
    assert (await kv.hit("limit", window=MINUTE)).count == 1


async def test_hit_says_when_the_window_ends(kv: KeyValue) -> None:
    assert await kv.hit("limit", window=MINUTE) == Hits(1, 60)
    assert await kv.hit("brief", window=timedelta(milliseconds=200)) == Hits(1, 1)


async def test_counters_of_different_keys_are_apart(kv: KeyValue) -> None:
    await kv.hit("limit:a", window=MINUTE)
    assert (await kv.hit("limit:b", window=MINUTE)).count == 1


async def test_keys_are_found_by_their_beginning(kv: KeyValue) -> None:
    for key in ("worker:b:type", "worker:a:type", "other", "worker"):
        await kv.put(key, b"1", MINUTE)
    assert await kv.scan_prefix("worker:") == ["worker:a:type", "worker:b:type"]


@pytest.mark.parametrize("prefix", ["*", "w?", "[w]", "\\w", "w*"])
async def test_prefix_is_taken_literally(kv: KeyValue, prefix: str) -> None:
    await kv.put("worker", b"1", MINUTE)
    await kv.put(f"{prefix}here", b"1", MINUTE)
    assert await kv.scan_prefix(prefix) == [f"{prefix}here"]


async def test_thousands_of_keys_are_all_found(kv: KeyValue) -> None:
    # In batches: whoever finds every connection busy waits for one, but not for ever.
    for start in range(0, 1500, 30):
        await asyncio.gather(*(kv.put(f"n:{n:04}", b"1", MINUTE) for n in range(start, start + 30)))
    assert len(await kv.scan_prefix("n:")) == 1500


async def test_expired_keys_are_not_found(kv: KeyValue, wait: Wait) -> None:
    await kv.put("n:1", b"1", timedelta(milliseconds=30))
    await wait(timedelta(milliseconds=60))
    assert await kv.scan_prefix("n:") == []


@pytest.mark.parametrize("key", ["", "k" * 1025, "é" * 513])
async def test_key_without_measure_is_refused(kv: KeyValue, key: str) -> None:
    with pytest.raises(ValueError, match=r"1,024 bytes"):
        await kv.get(key)


async def test_key_may_hold_any_text(kv: KeyValue) -> None:
    hostile = "a\r\nFLUSHALL\r\n\x00 é {x}"
    await kv.put(hostile, b"1", MINUTE)
    assert await kv.get(hostile) == b"1"


async def test_ping_answers(kv: KeyValue) -> None:
    assert await kv.ping()


def test_keys_of_one_operation_share_a_hash_tag() -> None:
    assert tagged("login", "ip", "1.2.3.4") == "{login}:ip:1.2.3.4"


@pytest.mark.parametrize("tag", ["", "a}b", "a{b"])
def test_hash_tag_that_would_break_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="not a hash tag"):
        tagged(tag, "x")


async def test_dead_twin_fails_as_a_dead_redis_does(clock: FrozenClock) -> None:
    kv = MemoryKeyValue(clock)
    kv.available = False
    assert not await kv.ping()
    with pytest.raises(KvUnavailable):
        await kv.hit("limit", window=MINUTE)
