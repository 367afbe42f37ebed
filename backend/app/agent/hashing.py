"""Hashes of a folder's files, kept between two looks: what did not change since is not read again.

Everything here blocks: run it in a thread.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from app.agent.errors import Stopped
from app.agent.files import read_json, write_whole
from app.agent.tree import NotPlain, Proof, opened
from app.agent.walk import Entry, Walk
from app.core.clock import Clock
from app.core.hashing import canonical_json, git_blob_id, sha256_hex

_FORMAT = 1
_PIECE = 1024**2
# A file that was changed this shortly before it was read may change again without another time of change.
_YOUNG_NS = 2 * 10**9


class Hashes(NamedTuple):
    """What a file holds: git's blob id, SHA-256, bytes."""

    blob: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class HashCache:
    """The hashes of one folder, in a file of the agent's; losing it costs time only."""

    path: Path
    clock: Clock

    def hashes(self, root: Path, found: Walk, step: Callable[[int, int], None], stopped: threading.Event) -> "Hashed":
        """Hash every file of a walk; what cannot be read becomes refused. `step` hears how many of how many are done.

        Stopped when the event is set meanwhile.
        """
        kept = self._read()
        fresh: dict[str, list[Any]] = {}
        told: dict[str, Hashes] = {}
        read = 0
        for number, (path, entry) in enumerate(found.files.items()):
            if stopped.is_set():
                raise Stopped
            known = _known(kept.get(path), entry)
            if known is None:
                read += 1
                known = _hash(root, path, entry, found)
            step(number + 1, len(found.files))
            if known is None:
                continue
            told[path] = known
            if entry.target is None and self._is_settled(entry.proof):
                fresh[path] = [*_facts(entry.proof), known.blob, known.sha256]
        if fresh != kept:
            write_whole(self.path, canonical_json({"format": _FORMAT, "files": fresh}))
        return Hashed(told, read)

    def forget(self) -> None:
        """Delete what is kept."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> Mapping[str, list[Any]]:
        found = read_json(self.path)
        files = found.get("files") if isinstance(found, dict) and found.get("format") == _FORMAT else None
        return files if isinstance(files, dict) else {}

    def _is_settled(self, proof: Proof) -> bool:
        now = int(self.clock.now().timestamp() * 10**9)
        return max(proof.mtime_ns, proof.ctime_ns) < now - _YOUNG_NS


@dataclass(frozen=True, slots=True)
class Contents:
    """A folder as it was walked and hashed."""

    root: Path
    found: Walk
    hashes: Mapping[str, Hashes]


@dataclass(frozen=True, slots=True)
class Hashed:
    """Hashes by path, and how many files had to be read for them."""

    files: Mapping[str, Hashes]
    read: int


def _facts(proof: Proof) -> list[int]:
    return [proof.inode, proof.size, proof.mtime_ns, proof.ctime_ns]


def _known(kept: Any, entry: Entry) -> Hashes | None:
    if not isinstance(kept, list) or len(kept) != 6 or kept[:4] != _facts(entry.proof):
        return None
    return Hashes(str(kept[4]), str(kept[5]), entry.proof.size)


def _hash(root: Path, path: str, entry: Entry, found: Walk) -> Hashes | None:
    if entry.target is not None:
        return Hashes(git_blob_id(entry.target), sha256_hex(entry.target), len(entry.target))
    size = entry.proof.size
    blob, strong = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False), hashlib.sha256()
    left = size
    try:
        with opened(root, path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            while piece := file.read(_PIECE):
                blob.update(piece)
                strong.update(piece)
                left -= len(piece)
    except FileNotFoundError:
        return None
    except (OSError, NotPlain):
        found.refuse(path.encode(), "unreadable")
        return None
    if left:
        found.refuse(path.encode(), "changing")
        return None
    return Hashes(blob.hexdigest(), strong.hexdigest(), size)
