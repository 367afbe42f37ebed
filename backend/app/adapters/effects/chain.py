"""What a link of a chain is, and what its hash is taken over (pure)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.core.hashing import canonical_json, sha256_hex

# Before the first link of every chain.
GENESIS = "0" * 64
INSTALLATION = "installation"
# Told in the installation's chain before the first record of every other one, which then cannot go without a trace.
BEGUN = "chain.begun"
_VERSION = 1
# The largest whole number that JSON readers agree on.
_LARGEST = 2**53 - 1
_LONGEST_TEXT = 2000
_LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class Link:
    """One effect in its place: every field but the hash itself goes into the hash."""

    chain: str
    position: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject: str
    subject_id: str
    project_id: UUID | None
    job_id: UUID | None
    approval: str | None
    correlation_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    inverse: Mapping[str, Any] | None
    previous_hash: str

    def hash(self) -> str:
        """Take SHA-256 over the fields as one JSON object with sorted keys, in hex.

        JSON keeps fields apart whatever they hold; the version says how to read it should that ever change.
        """
        facts = {name: _plain(getattr(self, name)) for name in self.__slots__}
        return sha256_hex(canonical_json({"version": _VERSION, **facts}))


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain."""

    position: int
    hash: str


def chain_of(project_id: UUID | None) -> str:
    """Name the chain of a project, or that of everything else."""
    return f"project:{project_id}" if project_id else INSTALLATION


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


def settled(value: Any) -> Any:
    """Turn facts into JSON that comes back from either database as it went in, and bound their size.

    Numbers that databases write in their own way, and characters that PostgreSQL refuses, become text.
    """
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) <= _LARGEST else str(value)
        case float():
            return (
                int(value) if math.isfinite(value) and value == int(value) and abs(value) <= _LARGEST else repr(value)
            )
        case str():
            # StrEnum members too: only their text is kept.
            text = str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode()
            return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case Mapping():
            return {settled(str(key)): settled(each) for key, each in value.items()}
        case Sequence() | set() | frozenset():
            listed = sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
            more = len(listed) - _LONGEST_LIST
            kept = [settled(each) for each in listed[:_LONGEST_LIST]]
            return [*kept, f"and {more} more"] if more > 0 else kept
        case _:
            return settled(str(value))
