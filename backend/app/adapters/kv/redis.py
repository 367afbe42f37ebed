"""Short-lived facts in Redis. No command touches two keys, so keys may lie anywhere in a cluster."""

import math
from collections.abc import Sequence
from datetime import timedelta

from redis.asyncio.client import Redis

from app.adapters.kv.port import Hits, KvUnavailable, check_key
from app.adapters.redis_client import FAILURES, answering, open_async

_SCAN_COUNT = 500
_GLOB_CHARACTERS = str.maketrans({character: f"\\{character}" for character in "*?[]\\"})

# Counts and opens the window in one step: a counter without an end would lock somebody out for ever.
_HIT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    left = tonumber(ARGV[1])
end
return {count, left}
"""


class RedisKeyValue:
    """The port over one Redis."""

    def __init__(self, url: str, *, connections: int = 32) -> None:
        self._client: Redis = open_async(url, connections=connections)
        self._hit = self._client.register_script(_HIT)

    async def hit(self, key: str, *, window: timedelta, times: int = 1) -> Hits:
        """Count hits; the first one opens the window."""
        async with answering(KvUnavailable):
            count, left = await self._hit(keys=[check_key(key)], args=[_milliseconds(window), times])
        return Hits(int(count), max(1, math.ceil(int(left) / 1000)))

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Set a value that is gone after `ttl`."""
        async with answering(KvUnavailable):
            await self._client.set(check_key(key), value, px=_milliseconds(ttl))

    async def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Set a value only where there is none; say whether it was set."""
        async with answering(KvUnavailable):
            return bool(await self._client.set(check_key(key), value, px=_milliseconds(ttl), nx=True))

    async def get(self, key: str) -> bytes | None:
        """Read a value, None when there is none."""
        async with answering(KvUnavailable):
            return _value(await self._client.get(check_key(key)))

    async def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        """Read several values in one exchange, in the order of the keys."""
        if not keys:
            return []
        async with answering(KvUnavailable), self._client.pipeline(transaction=False) as pipeline:
            for key in keys:
                _ = pipeline.get(check_key(key))  # On a pipeline nothing is sent yet.
            return [_value(found) for found in await pipeline.execute()]

    async def delete(self, key: str) -> None:
        """Forget a key, if it is there."""
        async with answering(KvUnavailable):
            await self._client.delete(check_key(key))

    async def scan_prefix(self, prefix: str) -> list[str]:
        """List the keys that begin with these characters, sorted."""
        pattern = prefix.translate(_GLOB_CHARACTERS) + "*"
        async with answering(KvUnavailable):
            # A scan may meet a key twice.
            found = {key async for key in self._client.scan_iter(match=pattern, count=_SCAN_COUNT)}
        return sorted(key.decode("utf-8", "replace") for key in found if isinstance(key, bytes))

    async def ping(self) -> bool:
        """Say whether the store answers."""
        try:
            async with answering(KvUnavailable):
                return bool(await self._client.ping())
        except KvUnavailable:
            return False

    async def close(self) -> None:
        """Let go of connections."""
        try:
            await self._client.aclose()
        except FAILURES:  # It is gone already.
            return


def _milliseconds(span: timedelta) -> int:
    return max(1, round(span.total_seconds() * 1000))


def _value(found: object) -> bytes | None:
    return found if isinstance(found, bytes) else None
