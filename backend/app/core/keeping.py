"""Memory with a bound: what was used longest ago goes when there is no room."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key, each of some weight; together they never weigh more than `most`. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.weight = 0

    def get(self, key: K) -> V | None:
        """Give what is kept."""
        with self._lock:
            found = self._items.get(key)
            if found is None:
                return None
            self._items.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep a value; one that is heavier than all that may be kept is not."""
        with self._lock:
            self._take_out(key)
            if weight > self._most:
                return
            self._items[key] = (value, weight)
            self.weight += weight
            while self.weight > self._most:
                self._take_out(next(iter(self._items)))

    def _take_out(self, key: K) -> None:
        _, weight = self._items.pop(key, (None, 0))
        self.weight -= weight
