"""The canonical zip of a bundle: what is in it says itself what each file's bytes are (C24, C29)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from app.core.hashing import canonical_json
from app.services.preview.archives import Member, member_pieces, rewrite

METADATA, EXPO_METADATA, EXPO_CONFIG, LOGS = "metadata.json", "expo-metadata.json", "expo-config.json", "logs.txt"
_ASSETS = "assets/"


def patch_key(bundle_key: str, base_sha256: str) -> str:
    """Name the object of a patch: beside the bundle that it leads to, by the code that it starts from."""
    return f"{bundle_key.rpartition('/')[0]}/patch-{base_sha256[:16]}.bsdiff"


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes in hexadecimal by name: SHA-256 of every file, and MD5 of assets, as Metro calls them in code."""

    sha256: Mapping[str, str]
    asset_md5: Mapping[str, str]


def write_bundle(
    source: Path, members: Sequence[Member], target: Path, metadata: Mapping[str, Any], more: Mapping[str, bytes]
) -> None:
    """Write a bundle's canonical zip: `members` of `source`, `more` (which wins), and `metadata.json`.

    That one is made of `metadata` and the hash of every file. What `rewrite` raises. Blocks: run it in a thread.
    """
    kept = [member for member in members if member.name not in more and member.name != METADATA]
    digests = digests_of(source, kept, more)
    told = canonical_json(metadata_with_hashes(metadata, digests)) + b"\n"
    rewrite(source, kept, target, {**more, METADATA: told})


def digests_of(source: Path, members: Iterable[Member], more: Mapping[str, bytes]) -> Digests:
    """Hash files of a zip that was checked, and those that come to it; BundleUnsafe when one is damaged."""
    sha256: dict[str, str] = {}
    asset_md5: dict[str, str] = {}
    ours: Iterable[tuple[str, Iterable[bytes]]] = ((name, [data]) for name, data in more.items())
    for name, pieces in chain(member_pieces(source, members), ours):
        strong, short = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        for piece in pieces:
            strong.update(piece)
            if name.startswith(_ASSETS):
                short.update(piece)
        sha256[name] = strong.hexdigest()
        if name.startswith(_ASSETS):
            asset_md5[name] = short.hexdigest()
    return Digests(sha256, asset_md5)


def metadata_with_hashes(metadata: Mapping[str, Any], digests: Digests) -> dict[str, Any]:
    """Add `hashes` and `asset_keys` to what a bundle says of itself."""
    return {**metadata, "hashes": dict(digests.sha256), "asset_keys": dict(digests.asset_md5)}
