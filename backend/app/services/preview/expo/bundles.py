"""Stored bundles as the process knows them: where their files lie and what they say of themselves, kept a while."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.adapters.storage.port import ObjectStorage
from app.core.keeping import Kept
from app.models.preview import PreviewBundle
from app.services.preview.expo.errors import BundleDamaged
from app.services.preview.expo.stored_zip import StoredZip, open_zip
from app.services.preview.packaging import EXPO_CONFIG, EXPO_METADATA, METADATA, Digests

# All hashes of a bundle of the most files, with the longest names, fit in; what others wrote is small.
_LARGEST = {METADATA: 16 * 1024**2, EXPO_METADATA: 4 * 1024**2, EXPO_CONFIG: 256 * 1024}
_DEEPEST = 64
# Files of all bundles that are kept: some 30 MB.
_MOST_FILES = 100_000
_ASSETS = "assets/"

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A stored bundle: its files, its metadata.json, Expo's metadata and public app config (empty where not there)."""

    zip: StoredZip
    sha256: str
    metadata: Facts
    expo_metadata: Facts
    expo_config: Facts
    digests: Digests

    @property
    def platform(self) -> str:
        """For which platform it was built."""
        return str(self.metadata.get("platform", ""))

    @property
    def entry(self) -> str:
        """What a device opens first."""
        return str(self.metadata.get("entry", ""))


@dataclass(slots=True)
class StoredBundles:
    """Opens bundles; what was opened lately is not read again. A bundle is known by its SHA-256."""

    storage: ObjectStorage
    _kept: Kept[str, OpenedBundle] = field(default_factory=lambda: Kept(_MOST_FILES))

    async def open(self, bundle: PreviewBundle) -> OpenedBundle:
        """Open a bundle; BundleDamaged, ObjectMissing. Not inside a scope."""
        known = self._kept.get(bundle.sha256)
        if known is not None:
            # Equal bytes may be stored under several keys, and this one's be there when another's are not.
            return _at(known, bundle.object_key)
        files = await open_zip(self.storage, bundle.object_key, bundle.size_bytes)
        metadata = await _facts(files, METADATA)
        opened = OpenedBundle(
            zip=files,
            sha256=bundle.sha256,
            metadata=metadata,
            expo_metadata=await _facts(files, EXPO_METADATA),
            expo_config=_app_config(await _facts(files, EXPO_CONFIG)),
            digests=_told_digests(metadata) or await _digests(files),
        )
        self._kept.put(bundle.sha256, opened, len(files.files) + 10)
        return opened


def _at(known: OpenedBundle, key: str) -> OpenedBundle:
    if known.zip.key == key:
        return known
    moved = StoredZip(known.zip.storage, key, known.zip.files)
    return OpenedBundle(
        moved, known.sha256, known.metadata, known.expo_metadata, known.expo_config, known.digests
    )  # fmt: skip


async def _facts(files: StoredZip, name: str) -> Facts:
    """Read a JSON object; empty when the file is not there, or is nothing to be sent on: it is somebody else's."""
    file = files.files.get(name)
    if file is None or (name != METADATA and file.size > _LARGEST[name]):
        return {}
    try:
        found = json.loads(await files.read(name, most=_LARGEST[name]), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        if name == METADATA:
            raise BundleDamaged(entry=name) from error
        return {}
    return found if isinstance(found, dict) and not _is_deep(found) else {}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _is_deep(found: Any) -> bool:
    """Say whether something is nested so deep that writing it again could fail."""
    level = [found]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _app_config(found: Facts) -> Facts:
    """Take the app's config out of what `expo config --json` and app.json put around it."""
    inner = found.get("expo", found.get("exp"))
    return inner if isinstance(inner, dict) else found


def _told_digests(metadata: Facts) -> Digests | None:
    hashes, keys = metadata.get("hashes"), metadata.get("asset_keys")
    return Digests(hashes, keys) if isinstance(hashes, dict) and isinstance(keys, dict) else None


async def _digests(files: StoredZip) -> Digests:
    """Hash every file of a bundle that was stored before bundles said their hashes."""
    sha256: dict[str, str] = {}
    asset_md5: dict[str, str] = {}
    for name, file in files.files.items():
        strong, short = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        async for piece in files.stream(file):
            strong.update(piece)
            short.update(piece)
        sha256[name] = strong.hexdigest()
        if name.startswith(_ASSETS):
            asset_md5[name] = short.hexdigest()
    return Digests(sha256, asset_md5)
