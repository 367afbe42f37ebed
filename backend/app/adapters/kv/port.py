"""Short-lived facts by key: counters with a window, values with an end, keys of which only one can be set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.core.errors import Unavailable

_LONGEST_KEY_BYTES = 1024


class KvUnavailable(Unavailable):
    """The store of short-lived facts does not answer. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a key was hit in its present window, and in how many whole seconds (at least 1) that ends."""

    count: int
    resets_in_seconds: int


def tagged(tag: str, *parts: str) -> str:
    """Build a key whose hash tag keeps all keys of one operation together in a Redis cluster."""
    if not tag or "{" in tag or "}" in tag:
        raise ValueError(f"not a hash tag: {tag[:100]!r}")
    return ":".join((f"{{{tag}}}", *parts))


def check_key(key: str) -> str:
    """Return the key, or raise ValueError when it is empty or longer than 1,024 bytes."""
    if not key or len(key.encode()) > _LONGEST_KEY_BYTES:
        raise ValueError("a key has between 1 and 1,024 bytes")
    return key


class KeyValue(Protocol):
    """The port. Every method but `ping` raises KvUnavailable within about a second."""

    async def hit(self, key: str, *, window: timedelta, times: int = 1) -> Hits:
        """Count one hit, or several at once; the first one opens the window, and its end forgets the count."""
        ...

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Set a value that is gone after `ttl`."""
        ...

    async def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Set a value only where there is none; say whether it was set."""
        ...

    async def get(self, key: str) -> bytes | None:
        """Read a value, None when there is none."""
        ...

    async def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        """Read several values in one exchange, in the order of the keys."""
        ...

    async def delete(self, key: str) -> None:
        """Forget a key, if it is there."""
        ...

    async def scan_prefix(self, prefix: str) -> list[str]:
        """List the keys that begin with these characters, sorted. For few keys and rare questions."""
        ...

    async def ping(self) -> bool:
        """Say whether the store answers. Never raises."""
        ...

    async def close(self) -> None:
        """Let go of connections. Nothing may be called afterwards."""
        ...
