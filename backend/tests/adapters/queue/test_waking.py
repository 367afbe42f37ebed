"""What waking.py and the push script rely on in Dramatiq 2.2, and what they add to it."""

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncIterator
from uuid import UUID

import dramatiq
import pytest
from dramatiq.brokers import redis as dramatiq_redis

from app.adapters.queue.engine import DramatiqConsumer
from app.adapters.queue.port import Message
from app.adapters.queue.redis import RedisQueue
from app.adapters.queue.waking import Slots, WakingBroker
from app.adapters.queue.wire import NAMESPACE, encode
from app.adapters.redis_client import open_async, open_sync
from app.core.ids import CountingIds
from app.core.jobs import Queue

from tests.adapters.queue.conftest import NOW, Recorder, message
from tests.fixtures.redis import RedisServer
from tests.waiting import until

KEY = f"{NAMESPACE}:ai_jobs"


@pytest.fixture
async def queue(redis_server: RedisServer) -> AsyncIterator[RedisQueue]:
    made = RedisQueue(redis_server.url, ids=CountingIds())
    yield made
    await made.close()


@pytest.fixture
async def consumer(redis_server: RedisServer) -> AsyncIterator[DramatiqConsumer]:
    made = DramatiqConsumer(redis_server.url)
    yield made
    await made.stop(NOW)


def test_dramatiq_is_the_version_this_was_written_for() -> None:
    assert dramatiq.__version__.startswith("2.2.")


def test_private_consumer_still_has_the_shape_that_was_built_on() -> None:
    assert list(inspect.signature(dramatiq_redis._RedisConsumer).parameters) == [
        "broker",
        "queue_name",
        "prefetch",
        "timeout",
    ]


async def test_plain_dramatiq_broker_reads_what_is_pushed(queue: RedisQueue, redis_server: RedisServer) -> None:
    await queue.push([message(1)])
    client = open_sync(redis_server.url)
    broker = dramatiq_redis.RedisBroker(client=client, namespace=NAMESPACE)  # type: ignore[no-untyped-call]
    found = next(broker.consume("ai_jobs"))
    assert found is not None
    assert found.actor_name == "run_job"
    assert found.args == (str(UUID(int=1)), "test.job", "request-1")
    client.close()


async def test_broker_adds_no_queue_for_delays_and_no_middleware(redis_server: RedisServer) -> None:
    client = open_sync(redis_server.url)
    broker = WakingBroker(client, namespace=NAMESPACE, slots=Slots(1), bells={"ai_jobs": threading.Event()})
    broker.declare_queue("ai_jobs")
    assert broker.delay_queues == set()
    assert broker.middleware == []
    assert (broker.heartbeat_timeout, broker.maintenance_chance) == (15_000, 50_000)
    client.close()


async def test_all_keys_lie_in_one_slot_of_a_cluster(
    queue: RedisQueue, redis_server: RedisServer, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    recorder.gate.clear()
    await queue.set_marker()
    await queue.push([message(1), message(2)])
    consumer.start([Queue.AI], 1, recorder)
    await until(lambda: consumer.active() == 1)
    admin = open_async(redis_server.url)
    keys = await admin.keys("*")
    assert len(keys) == 5
    assert len(await admin.keys("{hivesync}:*")) == 5
    await admin.aclose()


async def test_idle_consumer_begins_within_milliseconds(queue: RedisQueue, consumer: DramatiqConsumer) -> None:
    begun = asyncio.Event()

    async def handle(_item: Message) -> None:
        begun.set()

    consumer.start(list(Queue), 1, handle)
    waits = []
    for number in range(10):
        started = time.perf_counter()
        await queue.push([message(number)])
        await begun.wait()
        waits.append(time.perf_counter() - started)
        begun.clear()
    # 2 ms when the machine is quiet; polling alone would take up to a second.
    assert sorted(waits)[5] < 0.1


async def test_message_of_a_dead_worker_is_taken_over(
    queue: RedisQueue, redis_server: RedisServer, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    await queue.push([message(1)])
    client = open_sync(redis_server.url)
    dead = dramatiq_redis.RedisBroker(client=client, namespace=NAMESPACE)  # type: ignore[no-untyped-call]
    next(dead.consume("ai_jobs"))
    client.zadd(f"{NAMESPACE}:__heartbeats__", {dead.broker_id: 1})
    consumer.start([Queue.AI], 1, recorder)
    for number in range(2, 400):  # One command in twenty looks after the dead.
        await queue.push([message(number)])
    await until(lambda: any(item.job_id.int == 1 for item in recorder.ended))
    client.close()


async def test_message_refused_at_the_last_moment_goes_back(redis_server: RedisServer, queue: RedisQueue) -> None:
    await queue.push([message(1), message(2)])
    client = open_sync(redis_server.url)
    bell = threading.Event()
    slots = Slots(2)
    broker = WakingBroker(client, namespace=NAMESPACE, slots=slots, bells={"ai_jobs": bell})
    taker = broker.consume("ai_jobs")
    assert next(taker) is None  # It fetched two,
    first = next(taker)  # read one,
    assert first is not None
    slots.open = False
    first.args[0].refused = True
    taker.ack(first)  # and was told to stop.
    assert await queue.depth(Queue.AI) == 1
    taker.close()
    assert await queue.depth(Queue.AI) == 2
    client.close()


HOSTILE = {
    "not JSON": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "empty": b"",
    "not an object": b"[1, 2]",
    "null": b"null",
    "deep": b"[" * 3000,
    "huge": b'{"args": "' + b"x" * 5000 + b'"}',
    "number too long": b'{"args":' + b"9" * 4000 + b"}",
    "another actor": encode(message(1), UUID(int=5)).replace(b"run_job", b"rm_minus_rf"),
    "another queue": encode(message(1), UUID(int=5)).replace(b'"ai_jobs"', b'"nowhere"'),
    "no arguments": encode(message(1), UUID(int=5)).replace(b'"args":[', b'"gras":['),
    "keyword arguments": encode(message(1), UUID(int=5)).replace(b'"kwargs":{}', b'"kwargs":{"a":1}'),
    "kind with a line break": encode(message(1), UUID(int=5)).replace(b"test.job", b"test\\njob"),
    "id that is no id": encode(message(1), UUID(int=5)).replace(b"00000000-0000", b"zzzzzzzz-0000"),
    "id as a number": encode(message(1), UUID(int=5)).replace(b'"00000000-0000-0000-0000-000000000001"', b"1"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
async def test_garbage_is_dropped_and_the_next_message_runs(
    queue: RedisQueue, redis_server: RedisServer, consumer: DramatiqConsumer, recorder: Recorder, data: bytes
) -> None:
    admin = open_async(redis_server.url)
    await admin.hset(f"{KEY}.msgs", "garbage", data)
    await admin.rpush(KEY, "garbage")
    await queue.push([message(7)])
    consumer.start([Queue.AI], 1, recorder)
    await until(lambda: recorder.saw(7))
    await until(lambda: _is_empty(redis_server))
    await admin.aclose()


async def _is_empty(server: RedisServer) -> bool:
    admin = open_async(server.url)
    keys = await admin.keys("*")
    await admin.aclose()
    return keys == [b"{hivesync}:__heartbeats__"]


async def test_id_without_a_message_is_dropped(
    queue: RedisQueue, redis_server: RedisServer, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    admin = open_async(redis_server.url)
    await admin.rpush(KEY, "ghost", b"\xff\xfe")
    await queue.push([message(7)])
    consumer.start([Queue.AI], 1, recorder)
    await until(lambda: recorder.saw(7))
    await until(lambda: _is_empty(redis_server))
    await admin.aclose()


async def test_options_that_steer_dramatiq_itself_have_no_effect(
    queue: RedisQueue, redis_server: RedisServer, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    admin = open_async(redis_server.url)
    steering = b'"options":{"eta":99999999999999,"pipe_target":{"actor_name":"x"},"throws":"x",'
    data = encode(message(3), UUID(int=5)).replace(b'"options":{', steering)
    await admin.hset(f"{KEY}.msgs", str(UUID(int=5)), data)
    await admin.rpush(KEY, str(UUID(int=5)))
    consumer.start([Queue.AI], 1, recorder)
    await until(lambda: recorder.saw(3))
    await admin.aclose()


async def test_key_of_another_type_stops_nothing_but_its_queue(
    queue: RedisQueue, redis_server: RedisServer, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    admin = open_async(redis_server.url)
    await admin.set(KEY, "not a list")
    consumer.start([Queue.AI, Queue.CLEANUP], 1, recorder)
    await queue.push([message(1, Queue.CLEANUP)])
    await until(lambda: recorder.saw(1))
    await admin.delete(KEY)
    await queue.push([message(2)])
    await until(lambda: recorder.saw(1, 2))
    await admin.aclose()


async def test_message_that_reaches_the_loop_after_the_end_goes_back(
    queue: RedisQueue, redis_server: RedisServer, recorder: Recorder
) -> None:
    consumer = DramatiqConsumer(redis_server.url)
    await queue.push([message(n) for n in range(200)])
    consumer.start([Queue.AI], 4, recorder)
    await until(lambda: len(recorder.ended) > 20)
    await consumer.stop(NOW)
    done = len(recorder.ended)
    assert await queue.depth(Queue.AI) == 200 - done
    assert len(recorder.begun) == done
