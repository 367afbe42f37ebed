"""What is about to be stored, counted and hashed on its way."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from app.adapters.storage.port import DigestMismatch, StoredObject

# Large enough that threads and system calls cost little, small enough to hold a few at once.
PIECE_BYTES = 1024 * 1024


class Tally:
    """Counts and hashes pieces."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """Count one piece."""
        self.size += len(piece)
        self._hash.update(piece)

    def finish(self, key: str, announced: str | None) -> StoredObject:
        """Describe what was counted; DigestMismatch when something else was announced."""
        found = self._hash.hexdigest()
        if announced is not None and announced.lower() != found:
            raise DigestMismatch(key=key, announced=announced[:64], found=found)
        return StoredObject(key=key, size=self.size, sha256=found)


async def collect(data: bytes | AsyncIterator[bytes]) -> bytes:
    """Hold all of it in memory."""
    if isinstance(data, bytes):
        return data
    return b"".join([piece async for piece in data])


def tally_file(path: Path) -> Tally:
    """Count and hash a file. Blocks: run it in a thread."""
    tally = Tally()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            tally.add(piece)
    return tally
