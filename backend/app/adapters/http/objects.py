"""Stored objects over HTTP: whole, in part, or not at all when the client has them (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.adapters.http.etag import tag_headers, unchanged
from app.adapters.storage.port import ByteRange, ObjectStorage

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ServedObject:
    """An object to be sent: where it is, its size in bytes, what names its content, and what it is."""

    storage: ObjectStorage
    key: str
    size: int
    tag: str
    media_type: str
    file_name: str


async def send_object(request: Request, found: ServedObject) -> Response:
    """Answer 200, 206 for one range, 304 when the client has it, or 416 for a range behind the end."""
    headers = {
        **tag_headers(found.tag),
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{found.file_name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    same = unchanged(request, found.tag, headers=headers)
    if same is not None:
        return same
    part = _wanted_part(request, found)
    if part is None:
        return await _send(request, found, ByteRange(), {**headers, "Content-Length": str(found.size)}, status=200)
    if part.start >= found.size:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{found.size}"})
    end = min(part.end or found.size, found.size)
    told = {"Content-Range": f"bytes {part.start}-{end - 1}/{found.size}", "Content-Length": str(end - part.start)}
    return await _send(request, found, ByteRange(part.start, end), {**headers, **told}, status=206)


def _wanted_part(request: Request, found: ServedObject) -> ByteRange | None:
    """Read the one range that is asked for; None for all of it, which is also the answer to what is not understood."""
    asked = _ONE_RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if asked is None or request.headers.get("if-range", found.tag) != found.tag:
        return None
    first, last = asked.groups()
    if first:
        start, end = int(first), int(last) + 1 if last else None
        return ByteRange(start, end) if end is None or end > start else None
    # The last so many bytes; of none there are none.
    if not last:
        return None
    return ByteRange(max(0, found.size - int(last))) if int(last) else ByteRange(found.size)


async def _send(
    request: Request, found: ServedObject, part: ByteRange, headers: Mapping[str, str], *, status: int
) -> Response:
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=found.media_type)
    pieces = found.storage.stream(found.key, part)
    # The first piece is read before the answer begins, so that an object that is gone is a 404 and no broken 200.
    first = await anext(pieces, b"")
    return StreamingResponse(_chain(first, pieces), status_code=status, headers=headers, media_type=found.media_type)


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
