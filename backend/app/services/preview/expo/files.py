"""One file of a stored bundle as an HTTP answer: packed as it lies there where the client takes gzip."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.adapters.http.etag import unchanged
from app.services.preview.expo.bundles import OpenedBundle


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """How a file is sent: what it is, how long it may be kept, and other headers."""

    media_type: str
    cache_control: str
    status: int = 200
    headers: Mapping[str, str] | None = None


async def send_file(request: Request, opened: OpenedBundle, name: str, how: FileAnswer) -> Response:
    """Send a file of a bundle, or 304; FileNotInBundle, BundleDamaged, ObjectMissing before the first byte."""
    file = opened.zip.find(name)
    tag = f'"{opened.digests.sha256.get(name, f"{file.crc:08x}-{file.size}")[:32]}"'
    headers = {**(how.headers or {}), "Cache-Control": how.cache_control, "ETag": tag, "Vary": "Accept-Encoding"}
    same = unchanged(request, tag, headers=headers) if how.status == 200 else None
    if same is not None:
        return same
    as_gzip = file.deflated and file.gzip_size < file.size and _takes_gzip(request)
    if as_gzip:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(file.gzip_size if as_gzip else file.size)
    if request.method == "HEAD":
        return Response(status_code=how.status, headers=headers, media_type=how.media_type)
    pieces = opened.zip.stream_gzip(file) if as_gzip else opened.zip.stream(file)
    return await started(pieces, how.status, headers, how.media_type)


async def started(
    pieces: AsyncIterator[bytes], status: int, headers: Mapping[str, str], media_type: str
) -> StreamingResponse:
    """Begin to answer once the first bytes are there: what is gone is an error and no broken answer."""
    first = [piece async for piece in _some(pieces)]
    body = _chain(first, pieces)
    return StreamingResponse(body, status_code=status, headers=dict(headers), media_type=media_type)


async def _some(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    # The head of a gzip file is there whatever became of the rest.
    for _ in range(2):
        piece = await anext(pieces, None)
        if piece is None:
            return
        yield piece


async def _chain(first: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for piece in first:
        yield piece
    async for piece in rest:
        yield piece


def _takes_gzip(request: Request) -> bool:
    for each in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, parameters = each.partition(";")
        if coding.strip() in ("gzip", "*"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
