"""Announcements within one process; the Redis hub hands what it hears to this one."""

import asyncio
from collections import deque
from collections.abc import Sequence

from app.adapters.events.port import MISSED, Announcement, HubUnavailable, Missed

# About a minute of a busy system; a client further behind reads rows, which is cheaper for everybody.
_MOST_WAITING = 1000


class MemorySubscription:
    """One reader's bounded line of announcements."""

    def __init__(self, hub: "MemoryHub") -> None:
        self._hub = hub
        self._waiting: deque[Announcement | Missed] = deque()
        self._bell = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> "MemorySubscription":
        """Read it with `async for`."""
        return self

    async def __anext__(self) -> Announcement | Missed:
        """Wait for the next one; StopAsyncIteration once closed."""
        while not self._waiting:
            if self._closed:
                raise StopAsyncIteration
            self._bell.clear()
            await self._bell.wait()
        return self._waiting.popleft()

    def offer(self, item: Announcement | Missed) -> None:
        """Put one more in line; a line that is full, or missed something, becomes one MISSED."""
        if item is MISSED or len(self._waiting) >= _MOST_WAITING:
            self._waiting.clear()
            item = MISSED
        self._waiting.append(item)
        self._bell.set()

    def close(self) -> None:
        """Stop listening; a reader that waits is let go."""
        self._closed = True
        self._hub.forget(self)
        self._bell.set()


class MemoryHub:
    """The port within one process. `available` set to False makes announcing fail, as a dead Redis does."""

    def __init__(self) -> None:
        self.available = True
        self._subscriptions: set[MemorySubscription] = set()

    @property
    def listeners(self) -> int:
        """Count the open subscriptions."""
        return len(self._subscriptions)

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Tell every subscriber."""
        if not self.available:
            raise HubUnavailable
        for announcement in announcements:
            self.offer(announcement)

    def offer(self, item: Announcement | Missed) -> None:
        """Put one item in every subscriber's line."""
        for subscription in tuple(self._subscriptions):
            subscription.offer(item)

    def subscribe(self) -> MemorySubscription:
        """Listen from now on."""
        subscription = MemorySubscription(self)
        self._subscriptions.add(subscription)
        return subscription

    def forget(self, subscription: MemorySubscription) -> None:
        """Take a subscription off the list."""
        self._subscriptions.discard(subscription)

    async def close(self) -> None:
        """End every subscription."""
        for subscription in tuple(self._subscriptions):
            subscription.close()
