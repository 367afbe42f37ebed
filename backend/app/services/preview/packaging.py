"""What every bundle holds beside the app, wherever it was built, and the hashes that say when two apps are equal.

`metadata.json` names the job, the time and the SHA-256 of every other file. `content_sha256` covers all files but it
and the log: the same app built on another day, by another job, has another zip but the same content.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
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
_PIECE = 256 * 1024


def metadata_of(
    payload: ReceiveBundle | BuildPreview,
    job_id: str,
    built_at: str,
    hashes: Mapping[str, str],
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
        "files": len(hashes),
        "hashes": dict(hashes),
        "content_sha256": content_sha256(hashes),
    }
    return canonical_json(told) + b"\n"


def content_sha256(hashes: Mapping[str, str]) -> str:
    """Hash what makes two apps equal: names and SHA-256 of their files."""
    return sha256_hex(canonical_json({name: each for name, each in hashes.items() if name not in _VARYING}))


def hash_pieces(pieces: Iterable[bytes]) -> str:
    """SHA-256 of what comes in pieces, in hexadecimal."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def pieces_of(source: Path | bytes) -> Iterator[bytes]:
    """Read a file, or bytes, in pieces."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
