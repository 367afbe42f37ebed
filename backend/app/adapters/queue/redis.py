"""The pushing side of the queue over Redis: whole batches in one exchange, and a call that wakes whoever waits."""

from collections.abc import Sequence
from itertools import groupby

from redis.asyncio.client import Redis

from app.adapters.queue.port import Message, QueueUnavailable
from app.adapters.queue.wire import NAMESPACE, encode
from app.adapters.redis_client import FAILURES, answering, open_async
from app.core.ids import IdSource
from app.core.jobs import Queue

# Keeps one script call, which nothing interrupts, well under a millisecond or two.
_BATCH = 500

# Dramatiq's own `enqueue` appends one message and wakes nobody. Keys: list of ids, hash of messages.
# Arguments: channel, queue, end of the list, then id and data of each message.
PUSH = """
for i = 4, #ARGV, 2 do
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
    redis.call(ARGV[3], KEYS[1], ARGV[i])
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
"""

# The server's own clock makes every epoch's value new.
SET_MARKER = """
local now = redis.call('TIME')
redis.call('SET', KEYS[1], now[1] .. '.' .. now[2], 'NX')
"""


def wake_channel(namespace: str) -> str:
    """Name the channel on which the name of a queue is published when something was pushed to it."""
    return f"{namespace}:wake"


class RedisQueue:
    """The port over Redis, in the layout that Dramatiq's consumers read."""

    def __init__(self, url: str, *, ids: IdSource, namespace: str = NAMESPACE) -> None:
        self._client: Redis = open_async(url)
        self._ids = ids
        self._namespace = namespace
        self._push = self._client.register_script(PUSH)
        self._set_marker = self._client.register_script(SET_MARKER)

    async def push(self, messages: Sequence[Message], *, head: bool = False) -> None:
        """Append messages to their queues; `head` puts them before all that wait, in the order given."""
        by_queue = sorted(messages, key=lambda message: message.queue)
        for queue, group in groupby(by_queue, key=lambda message: message.queue):
            ordered = list(group)
            if head:
                ordered.reverse()
            for start in range(0, len(ordered), _BATCH):
                await self._push_batch(queue, ordered[start : start + _BATCH], "LPUSH" if head else "RPUSH")

    async def _push_batch(self, queue: Queue, messages: Sequence[Message], end: str) -> None:
        key = self._key(queue)
        arguments: list[str | bytes] = [wake_channel(self._namespace), queue.value, end]
        for message in messages:
            delivery_id = self._ids.new()
            arguments += [str(delivery_id), encode(message, delivery_id)]
        async with answering(QueueUnavailable):
            await self._push(keys=[key, f"{key}.msgs"], args=arguments)

    async def depth(self, queue: Queue) -> int:
        """Count the messages that wait and that nobody has taken."""
        async with answering(QueueUnavailable):
            return int(await self._client.llen(self._key(queue)))

    async def ping(self) -> bool:
        """Say whether the queue answers."""
        try:
            async with answering(QueueUnavailable):
                return bool(await self._client.ping())
        except QueueUnavailable:
            return False

    async def marker(self) -> str | None:
        """Read the epoch key."""
        async with answering(QueueUnavailable):
            value = await self._client.get(self._marker_key)
        return value.decode("ascii", "replace") if isinstance(value, bytes) else None

    async def set_marker(self) -> None:
        """Write the epoch key unless there is one."""
        async with answering(QueueUnavailable):
            await self._set_marker(keys=[self._marker_key])

    async def close(self) -> None:
        """Let go of connections."""
        try:
            await self._client.aclose()
        except FAILURES:  # It is gone already.
            return

    @property
    def _marker_key(self) -> str:
        return f"{self._namespace}:epoch"

    def _key(self, queue: Queue) -> str:
        return f"{self._namespace}:{queue.value}"
