"""Short-lived facts within one process, driven by the injected clock; for tests."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.adapters.kv.port import Hits, KvUnavailable, check_key
from app.core.clock import Clock


@dataclass(frozen=True, slots=True)
class _Entry:
    value: bytes
    until: float


class MemoryKeyValue:
    """The port over a dictionary. `available` set to False makes every call fail, as a dead Redis does."""

    def __init__(self, clock: Clock) -> None:
        self.available = True
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    async def hit(self, key: str, *, window: timedelta, times: int = 1) -> Hits:
        """Count hits; the first one opens the window."""
        entry = self._find(key)
        now = self._clock.monotonic()
        until = entry.until if entry else now + window.total_seconds()
        count = (int(entry.value) if entry else 0) + times
        self._entries[key] = _Entry(str(count).encode(), until)
        return Hits(count, max(1, math.ceil(until - now)))

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Set a value that is gone after `ttl`."""
        self._find(key)
        self._entries[key] = _Entry(value, self._clock.monotonic() + ttl.total_seconds())

    async def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Set a value only where there is none; say whether it was set."""
        if self._find(key):
            return False
        await self.put(key, value, ttl)
        return True

    async def get(self, key: str) -> bytes | None:
        """Read a value, None when there is none."""
        entry = self._find(key)
        return entry.value if entry else None

    async def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        """Read several values, in the order of the keys."""
        return [await self.get(key) for key in keys]

    async def delete(self, key: str) -> None:
        """Forget a key, if it is there."""
        self._find(key)
        self._entries.pop(key, None)

    async def scan_prefix(self, prefix: str) -> list[str]:
        """List the keys that begin with these characters, sorted."""
        if not self.available:
            raise KvUnavailable
        return sorted(key for key in list(self._entries) if key.startswith(prefix) and self._find(key))

    async def ping(self) -> bool:
        """Say whether the store answers."""
        return self.available

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def wipe(self) -> None:
        """Forget everything, as a Redis that restarts without persistence does."""
        self._entries.clear()

    def _find(self, key: str) -> _Entry | None:
        if not self.available:
            raise KvUnavailable
        entry = self._entries.get(check_key(key))
        if entry and entry.until <= self._clock.monotonic():
            del self._entries[key]
            return None
        return entry
