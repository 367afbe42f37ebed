"""What every bundle holds beside the app, wherever it was built, and the hashes that say when two apps are equal.

`metadata.json` names the job, the time and the SHA-256 of every other file. `content_sha256` covers all files but it
and the log: the same app built on another day, by another job, has another zip but the same content.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.hashing import canonical_json, sha256_hex
from app.services.preview.messages import BuildPreview, ReceiveBundle
from app.services.preview.platforms import Platform

METADATA, EXPO_METADATA, EXPO_CONFIG, LOGS = "metadata.json", "expo-metadata.json", "expo-config.json", "logs.txt"
# What a device opens first.
ENTRY = {Platform.IOS: "main.jsbundle", Platform.ANDROID: "main.jsbundle", Platform.WEB: "index.html"}
_VARYING = frozenset({METADATA, LOGS})
_TOKEN_VERSION = 1
_ASSETS = "assets/"
_PIECE = 256 * 1024
# As `hermesc` writes it at the start of a file, little-endian; the version of the bytecode follows.
_HERMES_MAGIC = 0x1F1903C103BC1FC6


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes in hexadecimal by name: SHA-256 of every file, and MD5 of assets, as Metro calls them in code."""

    sha256: Mapping[str, str]
    asset_md5: Mapping[str, str]


def metadata_of(
    payload: ReceiveBundle | BuildPreview,
    job_id: str,
    built_at: str,
    digests: Digests,
    facts: Mapping[str, Any],
) -> bytes:
    """Write `metadata.json`: what R001-152 asks for, the hashes, and what else is known of the app."""
    told = {
        **facts,
        "job_id": job_id,
        "project_id": str(payload.project_id),
        "platform": payload.platform.value,
        "built_at": built_at,
        "token_version": _TOKEN_VERSION,
        "entry": ENTRY[payload.platform],
        "files": len(digests.sha256),
        "hashes": dict(digests.sha256),
        "asset_keys": dict(digests.asset_md5),
        "content_sha256": content_sha256(digests),
    }
    return canonical_json(told) + b"\n"


def content_sha256(digests: Digests) -> str:
    """Hash what makes two apps equal: names and SHA-256 of their files."""
    return sha256_hex(canonical_json({name: each for name, each in digests.sha256.items() if name not in _VARYING}))


def digests_of(files: Iterable[tuple[str, Iterable[bytes]]]) -> Digests:
    """Hash files that come in pieces, by name."""
    sha256: dict[str, str] = {}
    asset_md5: dict[str, str] = {}
    for name, pieces in files:
        strong, short = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        for piece in pieces:
            strong.update(piece)
            if name.startswith(_ASSETS):
                short.update(piece)
        sha256[name] = strong.hexdigest()
        if name.startswith(_ASSETS):
            asset_md5[name] = short.hexdigest()
    return Digests(sha256, asset_md5)


def patch_key(bundle_key: str, base_sha256: str) -> str:
    """Name the object of a patch: beside the bundle that it leads to, by the code that it starts from."""
    return f"{bundle_key.rpartition('/')[0]}/patch-{base_sha256[:16]}.bsdiff"


def pieces_of(source: Path | bytes) -> Iterator[bytes]:
    """Read a file, or bytes, in pieces."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def bytecode_version(entry: Path) -> int | None:
    """Say which version of Hermes' bytecode a file holds; None for JavaScript. Blocks."""
    with entry.open("rb") as file:
        head = file.read(12)
    is_bytecode = len(head) == 12 and int.from_bytes(head[:8], "little") == _HERMES_MAGIC
    return int.from_bytes(head[8:], "little") if is_bytecode else None
