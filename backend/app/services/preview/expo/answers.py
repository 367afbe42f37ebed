"""Answers of the Expo Updates protocol: one part as JSON, or several as multipart/mixed (RFC 2046, section 5.1)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from app.services.preview.expo.errors import NotAcceptable
from app.services.preview.expo.protocol import JSON, MULTIPART, VERSION, UpdateRequest
from app.services.preview.expo.signing import Signer

_COMMON = {
    "expo-protocol-version": VERSION,
    "expo-sfv-version": "0",
    "Cache-Control": "private, max-age=0",
    "Vary": "Accept, Authorization, expo-platform, expo-runtime-version, expo-expect-signature, expo-current-update-id",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One named part: the bytes that are sent are those that are signed."""

    name: str
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def manifest_answer(
    asked: UpdateRequest,
    manifest: Mapping[str, Any],
    asset_headers: Mapping[str, Mapping[str, str]],
    signer: Signer | None,
) -> Response:
    """Answer with a manifest in the form that was asked for."""
    part = _signed("manifest", manifest, asked, signer)
    if asked.form != MULTIPART:
        headers = {**_COMMON, **part.headers}
        return Response(part.body, media_type=asked.form, headers=headers)
    extensions = Part("extensions", _json({"assetRequestHeaders": asset_headers}))
    return _multipart([part, extensions, *_chain(asked, signer)])


def nothing_new(asked: UpdateRequest, signer: Signer | None) -> Response:
    """Answer that the client has it already; NotAcceptable where only a manifest could be answered."""
    if asked.form != MULTIPART:
        raise NotAcceptable(
            f"There is nothing new, which only {MULTIPART} can say: accept it, or leave out expo-current-update-id."
        )
    return _multipart([_signed("directive", {"type": "noUpdateAvailable"}, asked, signer), *_chain(asked, signer)])


def _signed(name: str, content: Mapping[str, Any], asked: UpdateRequest, signer: Signer | None) -> Part:
    body = _json(content)
    headers = {"expo-signature": signer.sign(body)} if asked.wants_signature and signer else {}
    return Part(name, body, headers=headers)


def _chain(asked: UpdateRequest, signer: Signer | None) -> list[Part]:
    if not asked.wants_signature or signer is None or not signer.certificates:
        return []
    return [Part("certificate_chain", signer.certificates.encode(), "application/x-pem-file")]


def _multipart(parts: Sequence[Part]) -> Response:
    # A boundary that follows from the parts cannot stand in one of them, but by breaking SHA-256.
    boundary = "hivesync-" + hashlib.sha256(b"\0".join(part.body for part in parts)).hexdigest()[:40]
    body = b"".join(_written(part, boundary) for part in parts) + f"--{boundary}--\r\n".encode()
    answer = Response(body, headers=_COMMON)
    answer.headers["Content-Type"] = f"{MULTIPART}; boundary={boundary}"
    return answer


def _written(part: Part, boundary: str) -> bytes:
    headers = {
        "Content-Disposition": f'inline; name="{part.name}"',
        "Content-Type": part.content_type,
        **part.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"--{boundary}\r\n{lines}\r\n".encode() + part.body + b"\r\n"


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
