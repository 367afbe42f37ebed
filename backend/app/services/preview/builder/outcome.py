"""From the bundler's files to stored objects: the canonical zip, what is kept beside it, three attempts to store."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.storage.port import ObjectStorage, StorageUnavailable, StoredObject
from app.services.preview.archives import inspect, member_pieces, write_anew
from app.services.preview.builder.collecting import MODULES, SOURCE_MAP, Collected, modules_of
from app.services.preview.errors import StorageFailed
from app.services.preview.messages import BuildPreview
from app.services.preview.packaging import (
    LOGS,
    METADATA,
    content_sha256,
    digests_of,
    metadata_of,
    pieces_of,
)

_ATTEMPTS = 3
_FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Packed:
    """A finished zip, the SHA-256 of its content, and the zip of what is kept beside it."""

    bundle: Path
    evidence: Path
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which job made it, when (ISO 8601), and what is known of it."""

    job_id: str
    built_at: str
    facts: Mapping[str, Any]


def pack(
    payload: BuildPreview, collected: Collected, extras: Mapping[str, bytes], stamp: Stamp, folder: Path
) -> Packed:
    """Write both zips below a folder; BundleUnsafe and BundleTooLarge hold for what is built as for what is sent.

    `extras` are `logs.txt` and what is kept beside the bundle, by name. Blocks.
    """
    files = {**collected.files, LOGS: extras[LOGS]}
    digests = digests_of((name, pieces_of(source)) for name, source in files.items())
    files[METADATA] = metadata_of(payload, stamp.job_id, stamp.built_at, digests, stamp.facts)
    bundle, evidence = folder / "bundle.zip", folder / "evidence.zip"
    write_anew(files, bundle)
    # What was built is looked through as what is sent is: the bundler is a stranger's too.
    for _, pieces in member_pieces(bundle, inspect(bundle)):
        deque(pieces, maxlen=0)
    beside: dict[str, Path | bytes] = {name: data for name, data in extras.items() if name != LOGS}
    if collected.source_map is not None:
        beside |= {SOURCE_MAP: collected.source_map, MODULES: modules_of(collected.source_map)}
    # It is large, made by every build and read by few.
    write_anew(beside, evidence, level=1)
    return Packed(bundle, evidence, content_sha256(digests))


async def store(storage: ObjectStorage, key: str, path: Path, *, file_name: str | None = None) -> StoredObject:
    """Store a file, trying three times (R001-155); StorageFailed, and then nothing of it is there (R001-157)."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await storage.put(key, path, content_type="application/zip", file_name=file_name)
        except StorageUnavailable as error:
            if attempt == _ATTEMPTS:
                raise StorageFailed(attempts=attempt, reason=error.message) from error
            await asyncio.sleep(_FIRST_PAUSE * 2 ** (attempt - 1))
    raise AssertionError("unreachable")


async def store_both(
    storage: ObjectStorage, places: tuple[str, str], packed: Packed, *, file_name: str
) -> tuple[StoredObject, StoredObject]:
    """Store a bundle and what is kept beside it, under these keys: both, or StorageFailed and none."""
    stored = await store(storage, places[0], packed.bundle, file_name=file_name)
    try:
        return stored, await store(storage, places[1], packed.evidence)
    except StorageFailed:
        # What cannot be deleted now is an orphan, and goes with those.
        with contextlib.suppress(StorageUnavailable):
            await storage.delete(places[0])
        raise
