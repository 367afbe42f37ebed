"""Where time comes from. Nothing else in the product asks the operating system for it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of time."""

    def now(self) -> datetime:
        """Read the wall clock: aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Read seconds that never go back, for durations."""
        ...


class SystemClock:
    """The operating system's clock."""

    def now(self) -> datetime:
        """Read the wall clock: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Read seconds that never go back, for durations."""
        return time.monotonic()


class FrozenClock:
    """A clock that stands still until somebody moves it, for tests."""

    def __init__(self, start: datetime | None = None) -> None:
        """Start at a fixed moment."""
        self._now = start or datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """Read the frozen moment."""
        return self._now

    def monotonic(self) -> float:
        """Read the seconds moved so far, from an arbitrary start."""
        return self._monotonic

    def move(self, *, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
