"""The queue three times: in memory, over a Redis server, over the embedded one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.queue.embedded import EmbeddedRedis, find_server
from app.adapters.queue.engine import DramatiqConsumer
from app.adapters.queue.memory import MemoryConsumer, MemoryQueue
from app.adapters.queue.port import Message, QueueConsumer, QueuePort
from app.adapters.queue.redis import RedisQueue
from app.core.ids import CountingIds
from app.core.jobs import Queue

from tests.fixtures.redis import RedisServer

NOW = timedelta(0)
SOON = timedelta(seconds=5)


def message(number: int, queue: Queue = Queue.AI) -> Message:
    """Make a message that can be told from others."""
    return Message(UUID(int=number), "test.job", queue, f"request-{number}")


class Recorder:
    """A handler that notes what it saw, and waits while its gate is shut."""

    def __init__(self) -> None:
        self.begun: list[Message] = []
        self.ended: list[Message] = []
        self.cancelled: list[Message] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, item: Message) -> None:
        self.begun.append(item)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(item)
            raise
        self.ended.append(item)

    def saw(self, *numbers: int) -> bool:
        return sorted(item.job_id.int for item in self.ended) == sorted(numbers)


@dataclass
class Sides:
    """Both sides of one queue."""

    queue: QueuePort
    new_consumer: Callable[[], QueueConsumer]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def over_redis(redis_server: RedisServer) -> AsyncIterator[Sides]:
    queue = RedisQueue(redis_server.url, ids=CountingIds())
    yield Sides(queue, lambda: DramatiqConsumer(redis_server.url))
    await queue.close()


@pytest.fixture
async def over_embedded(tmp_path: Path, socket_dir: Path) -> AsyncIterator[Sides]:
    server = EmbeddedRedis(tmp_path, runtime_root=socket_dir, server=find_server("/nonexistent"))
    url = await server.start()
    queue = RedisQueue(url, ids=CountingIds())
    yield Sides(queue, lambda: DramatiqConsumer(url))
    await queue.close()
    await server.stop()


@pytest.fixture
def in_memory() -> Sides:
    queue = MemoryQueue()
    return Sides(queue, lambda: MemoryConsumer(queue))


@pytest.fixture(params=["in_memory", "over_redis", "over_embedded"])
def sides(request: pytest.FixtureRequest) -> Sides:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Sides)
    return found
