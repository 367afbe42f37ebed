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
    told = {**tag_headers(tag), **(headers or {})}
    same = unchanged(request, tag, headers=told)
    return same or Response(data, media_type="application/json", headers=told)


def unchanged(request: Request, tag: str, *, headers: Mapping[str, str] | None = None) -> Response | None:
    """Answer 304 when `If-None-Match` names this tag: for answers whose tag is known before they are made."""
    if _names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers or tag_headers(tag))
    return None


def tagged(body: BaseModel, tag: str) -> Response:
    """Answer with the body under a tag that is known already."""
    data = body.model_dump_json(by_alias=True).encode()
    return Response(data, media_type="application/json", headers=tag_headers(tag))


def tag_headers(tag: str) -> dict[str, str]:
    """Headers that let a client keep an answer, but ask every time."""
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}


def _names(header: str, tag: str) -> bool:
    # Weak comparison (RFC 9110, 13.1.2): proxies that compress mark tags as weak.
    candidates = [candidate.strip().removeprefix("W/") for candidate in header.split(",")]
    return tag in candidates or "*" in candidates
