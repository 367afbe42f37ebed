"""Where identifiers and random secrets come from."""

import secrets
from typing import Protocol
from uuid import UUID


class IdSource(Protocol):
    """A source of identifiers."""

    def new(self) -> UUID:
        """Make a time-ordered UUID (version 7)."""
        ...

    def secret(self, *, nbytes: int = 32) -> str:
        """Make an unguessable URL-safe string from that many random bytes."""
        ...

    def fraction(self) -> float:
        """Draw a number from [0, 1), for jitter."""
        ...


class CountingIds:
    """Ids 1, 2, 3 …, for tests that compare whole objects."""

    def __init__(self) -> None:
        """Start before one."""
        self._last = 0

    def new(self) -> UUID:
        """Make the next id."""
        self._last += 1
        return UUID(int=(7 << 76) | (2 << 62) | self._last)

    def secret(self, *, nbytes: int = 32) -> str:
        """Make a random string: predictable secrets help no test."""
        return secrets.token_urlsafe(nbytes)

    def fraction(self) -> float:
        """Draw the middle: tests want no luck."""
        return 0.5
