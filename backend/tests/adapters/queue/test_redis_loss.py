"""Redis dies, hangs, comes back empty: the queue says so quickly and goes on."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from app.adapters.queue.engine import DramatiqConsumer
from app.adapters.queue.port import QueuePort, QueueUnavailable
from app.adapters.queue.redis import RedisQueue
from app.adapters.redis_client import open_async
from app.core.ids import CountingIds
from app.core.jobs import Queue

from tests.adapters.queue.conftest import NOW, SOON, Recorder, message
from tests.fixtures.redis import RedisServer
from tests.waiting import until


@pytest.fixture
async def queue(redis_server: RedisServer) -> AsyncIterator[QueuePort]:
    made = RedisQueue(redis_server.url, ids=CountingIds())
    yield made
    await made.close()


@pytest.fixture
async def consumer(redis_server: RedisServer) -> AsyncIterator[DramatiqConsumer]:
    made = DramatiqConsumer(redis_server.url)
    yield made
    await made.stop(NOW)


async def freeze(server: RedisServer) -> None:
    """Let it accept connections and never answer."""
    assert server.daemon.pid is not None
    os.kill(server.daemon.pid, signal.SIGSTOP)


async def thaw(server: RedisServer) -> None:
    assert server.daemon.pid is not None
    os.kill(server.daemon.pid, signal.SIGCONT)


async def test_push_to_a_dead_redis_fails_at_once(redis_server: RedisServer, queue: QueuePort) -> None:
    await redis_server.kill()
    async with asyncio.timeout(0.5):
        with pytest.raises(QueueUnavailable):
            await queue.push([message(1)])
        assert not await queue.ping()


async def test_push_to_a_redis_that_hangs_fails_within_a_second(redis_server: RedisServer, queue: QueuePort) -> None:
    assert await queue.ping()
    await freeze(redis_server)
    async with asyncio.timeout(1.5):
        with pytest.raises(QueueUnavailable):
            await queue.push([message(1)])
    await thaw(redis_server)
    await until(queue.ping)


async def test_push_to_a_redis_that_is_full_fails_and_says_so(redis_server: RedisServer, queue: QueuePort) -> None:
    admin = open_async(redis_server.url)
    await admin.config_set("maxmemory", "1")
    with pytest.raises(QueueUnavailable) as failed:
        await queue.push([message(1)])
    assert "maxmemory" in str(failed.value.__cause__)
    await admin.aclose()


async def test_push_works_again_once_redis_is_back(redis_server: RedisServer, queue: QueuePort) -> None:
    await queue.push([message(1)])
    await redis_server.restart()
    await queue.push([message(2)])
    assert await queue.depth(Queue.AI) == 1


async def test_restart_that_lost_everything_shows_in_the_marker(redis_server: RedisServer, queue: QueuePort) -> None:
    await queue.set_marker()
    before = await queue.marker()
    await redis_server.restart()
    assert await queue.marker() is None
    await queue.set_marker()
    assert await queue.marker() != before


@pytest.mark.parametrize("loss", ["restart", "flush"])
async def test_consumer_goes_on_after_redis_lost_everything(
    redis_server: RedisServer, queue: QueuePort, consumer: DramatiqConsumer, recorder: Recorder, loss: str
) -> None:
    consumer.start([Queue.AI], 1, recorder)
    await queue.push([message(1)])
    await until(lambda: recorder.saw(1))
    if loss == "restart":
        await redis_server.restart()
    else:
        admin = open_async(redis_server.url)
        await admin.flushall()
        await admin.aclose()
    await queue.push([message(2)])
    await until(lambda: recorder.saw(1, 2), seconds=5)


async def test_consumer_started_without_redis_begins_when_it_comes(
    redis_server: RedisServer, queue: QueuePort, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    await redis_server.kill()
    consumer.start([Queue.AI, Queue.CLEANUP], 1, recorder)
    await redis_server.start()
    await queue.push([message(1)])
    await until(lambda: recorder.saw(1), seconds=5)


async def test_handler_that_ran_through_the_loss_ends_and_the_next_one_begins(
    redis_server: RedisServer, queue: QueuePort, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    recorder.gate.clear()
    consumer.start([Queue.AI], 1, recorder)
    await queue.push([message(1)])
    await until(lambda: consumer.active() == 1)
    await redis_server.kill()
    recorder.gate.set()
    await until(lambda: recorder.saw(1))
    await redis_server.start()
    await queue.push([message(2)])
    await until(lambda: recorder.saw(1, 2), seconds=5)


async def test_consumer_goes_on_after_redis_hung_and_kept_everything(
    redis_server: RedisServer, queue: QueuePort, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    recorder.gate.clear()
    consumer.start([Queue.AI], 1, recorder)
    await queue.push([message(n) for n in range(3)])
    await until(lambda: consumer.active() == 1)
    await freeze(redis_server)
    recorder.gate.set()
    await until(lambda: recorder.saw(0))
    await asyncio.sleep(1)  # Longer than a command may take: the acknowledgement and the next fetch fail.
    await thaw(redis_server)
    await until(lambda: recorder.saw(0, 1, 2), seconds=5)


async def test_consumer_stops_in_time_without_redis(
    redis_server: RedisServer, queue: QueuePort, recorder: Recorder
) -> None:
    consumer = DramatiqConsumer(redis_server.url)
    consumer.start([Queue.AI], 2, recorder)
    await queue.push([message(1)])
    await until(lambda: recorder.saw(1))
    await redis_server.kill()
    async with asyncio.timeout(3):
        await consumer.stop(SOON)


async def test_nothing_is_left_in_redis_once_all_is_done(
    redis_server: RedisServer, queue: QueuePort, consumer: DramatiqConsumer, recorder: Recorder
) -> None:
    await queue.push([message(n) for n in range(50)])
    consumer.start([Queue.AI], 4, recorder)
    await until(lambda: recorder.saw(*range(50)))
    await consumer.stop(SOON)
    admin = open_async(redis_server.url)
    assert await admin.keys("*") == [b"{hivesync}:__heartbeats__"]
    await admin.aclose()
