"""Counters out of counted rows (pure): rows come back to the queue and are pruned, what was counted stays counted."""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Tally(Generic[Key]):
    """What counts have grown by, in all, since this process first saw them; it never falls."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._last: Mapping[Key, float] = {}
        self._total: dict[Key, float] = {}

    def take(self, present: Mapping[Key, float]) -> Mapping[Key, float]:
        """Add what has grown since the last call, and return the totals; what is missing counts as nothing."""
        for key, count in present.items():
            self._total[key] = self._total.get(key, 0.0) + max(0.0, count - self._last.get(key, 0.0))
        self._last = dict(present)
        return dict(self._total)
