"""Which contents a generation holds by SHA-256, where they came from folders: git itself names them by SHA-1 only.

The file lies in the generation, so it is swapped together with it. It never leads out of its project. What is damaged
counts as not there: then everything is asked for again.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NAME: Final = "hivesync-contents"
_HASH, _OID = 32, 20
_RECORD: Final = _HASH + _OID


def write_contents(generation: Path, known: Mapping[bytes, bytes]) -> None:
    """Note blob ids by SHA-256, in a generation that is being made."""
    records = b"".join([sha256 + known[sha256] for sha256 in sorted(known)])
    (generation / _NAME).write_bytes(hashlib.sha256(records).digest() + records)


def read_contents(generation: Path) -> Mapping[bytes, bytes]:
    """Read what was noted."""
    try:
        stored = memoryview((generation / _NAME).read_bytes())
    except FileNotFoundError:
        return {}
    digest, records = stored[:_HASH], stored[_HASH:]
    if len(records) % _RECORD or hashlib.sha256(records).digest() != digest:
        return {}
    return {
        bytes(records[at : at + _HASH]): bytes(records[at + _HASH : at + _RECORD])
        for at in range(0, len(records), _RECORD)
    }
