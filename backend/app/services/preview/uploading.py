"""The client's side of an upload: bytes stream into the storage and are counted and hashed, and never looked into."""

from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.requests import ClientDisconnect, Request

from app.adapters.container import Container
from app.adapters.storage.port import Bucket, ObjectStorage, StorageUnavailable, StoredObject
from app.core.errors import AppError
from app.models.job import Job
from app.services.preview.deps import admit, owner_of
from app.services.preview.errors import BundleIncomplete, BundleTooLarge
from app.services.preview.service import PreviewService

_DIGEST = "x-content-sha256"


async def take_upload(request: Request, container: Container, token: str) -> tuple[Job, str]:
    """Store what is sent for a session's token and stage its check; answer the job and the grant.

    BundleTooLarge, BundleIncomplete when fewer bytes came than were announced; DigestMismatch when others came.
    """
    claims = await admit(container, token)
    announced = _announced(request)
    most = container.settings.preview.max_upload_bytes
    if announced is not None and announced > most:
        raise BundleTooLarge(bytes=announced, most_bytes=most)
    scopes = container.scopes(owner_of(claims))
    async with scopes(read_only=True) as scope:
        await PreviewService(scope).allow_upload(claims, bytes_needed=announced or 0)
    key = f"previews/{claims.project_id}/{claims.session_id}/upload-{container.ids.new()}.zip"
    storage = container.buckets()[Bucket.PREVIEWS]
    stored = await storage.put(
        key, _bounded(request, most, announced), content_type="application/zip", sha256=request.headers.get(_DIGEST)
    )
    try:
        job, grant = await _stage(container, token, stored)
    except AppError as error:
        # Whether a commit that was not answered has happened nobody knows: the job may need its upload.
        if not error.retryable:
            await _discard(storage, key)
        raise
    if job.payload["upload_key"] != key:  # These bytes were sent before, and their check is still under way.
        await _discard(storage, key)
    return job, grant


async def _discard(storage: ObjectStorage, key: str) -> None:
    # What the storage does not let go of now, the cleanup of orphans finds.
    with suppress(StorageUnavailable):
        await storage.delete(key)


async def _stage(container: Container, token: str, stored: StoredObject) -> tuple[Job, str]:
    # The token is checked again: it may have ended while the bytes came, and a session may have been revoked.
    claims = await admit(container, token)
    async with container.scopes(owner_of(claims))() as scope:
        return await PreviewService(scope).accept_upload(claims, stored)


async def _bounded(request: Request, most: int, announced: int | None) -> AsyncIterator[bytes]:
    read = 0
    try:
        async for piece in request.stream():
            read += len(piece)
            if read > most:
                raise BundleTooLarge(bytes=read, most_bytes=most)
            if piece:
                yield piece
    except ClientDisconnect:
        raise BundleIncomplete("The upload broke off.", reason="cut_short", bytes=read, announced=announced) from None
    if not read or (announced is not None and read != announced):
        raise BundleIncomplete("The upload is not whole.", reason="cut_short", bytes=read, announced=announced)


def _announced(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdigit() and length.isascii() else None
