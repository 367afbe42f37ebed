"""ETag and 304 for polled answers: whoever has the newest state is told so in no bytes."""

from collections.abc import Mapping

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app.core.hashing import sha256_hex


def etagged(request: Request, body: BaseModel, *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with the body and its ETag, or with 304 when `If-None-Match` names it already."""
    data = body.model_dump_json().encode()
    tag = f'"{sha256_hex(data)[:32]}"'
    # `no-cache` means: keep it, but ask every time.
    told = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization", **(headers or {})}
    if _names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=told)
    return Response(data, media_type="application/json", headers=told)


def _names(header: str, tag: str) -> bool:
    # Weak comparison (RFC 9110, 13.1.2): proxies that compress mark tags as weak.
    candidates = [candidate.strip().removeprefix("W/") for candidate in header.split(",")]
    return tag in candidates or "*" in candidates
