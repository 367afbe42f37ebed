"""Real identifiers: time-ordered UUIDs and random secrets."""

import random
import secrets
from uuid import UUID

import uuid_utils


class SystemIds:
    """Version 7 UUIDs, increasing within a process, and secrets from the operating system."""

    def new(self) -> UUID:
        """Make a time-ordered UUID (version 7)."""
        return UUID(bytes=uuid_utils.uuid7().bytes)

    def secret(self, *, nbytes: int = 32) -> str:
        """Make an unguessable URL-safe string from that many random bytes."""
        return secrets.token_urlsafe(nbytes)

    def fraction(self) -> float:
        """Draw a number from [0, 1), for jitter."""
        return random.random()  # noqa: S311 - nobody gains by guessing how long a retry waits
