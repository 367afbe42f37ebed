"""The client's side of a folder sync, between short transactions: the list is read, contents stream to the disk."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import ClientDisconnect, Request

from app.adapters.container import Container
from app.adapters.files.staging import ContentMismatch, Staged
from app.adapters.git.errors import ContentsMissing, MirrorMissing
from app.adapters.scope import ScopeFactory
from app.core.errors import PayloadTooLarge
from app.services.folders.errors import BlobNotWanted, BlobTooLong
from app.services.folders.listing import Listing, parse_listing
from app.services.folders.schemas import FolderSyncOut
from app.services.folders.service import FolderService, listing_digest

_MOST_NAMED = 1000


@dataclass(frozen=True, slots=True)
class BlobPlace:
    """Where a content belongs: the sync that announced it, and its SHA-256."""

    project_id: UUID
    sync_id: UUID
    sha256: str


async def open_sync(request: Request, container: Container, scopes: ScopeFactory, project_id: UUID) -> FolderSyncOut:
    """Begin a folder sync with the list in the body; answer which contents are missing."""
    async with scopes(read_only=True) as scope:
        await FolderService(scope).allow(project_id)
    limits = container.settings.folders
    body = await _whole(request, limits.max_body_bytes)
    listing, encoded, digest = await asyncio.to_thread(_read, body, container)
    del body
    async with scopes() as scope:
        opened = await FolderService(scope).open(project_id, listing, digest)
    staged = _staged(container, opened.sync_id)
    await staged.begin(encoded, listing.sizes)
    for earlier in (_staged(container, each) for each in opened.replaced):
        await staged.take_over(earlier)
        await earlier.remove()
    missing = await staged.missing(await _known(container, project_id))
    return FolderSyncOut(
        sync_id=opened.sync_id,
        missing=missing,
        files=len(listing.files),
        bytes=listing.total_bytes,
        head=opened.head,
        expires_at=opened.expires_at,
    )


async def take_blob(request: Request, container: Container, scopes: ScopeFactory, place: BlobPlace) -> None:
    """Take one content; sent a second time it changes nothing. BlobNotWanted, ContentMismatch: nothing is kept."""
    sha256 = place.sha256
    async with scopes(read_only=True) as scope:
        await FolderService(scope).read_open(place.project_id, place.sync_id)
    staged = _staged(container, place.sync_id)
    size = await staged.size_of(sha256)
    if size is None:
        raise BlobNotWanted(sha256=sha256)
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) != size:
        raise ContentMismatch(reason="size", announced=size, received=int(announced))
    if await staged.has(sha256):
        return
    await staged.receive(sha256, size, _pieces(request, size), token=container.ids.new().hex)


async def require_contents(container: Container, scopes: ScopeFactory, project_id: UUID, sync_id: UUID) -> None:
    """Refuse to commit a sync whose contents have not all come: ContentsMissing. One that is committed needs none."""
    async with scopes(read_only=True) as scope:
        folders = FolderService(scope)
        if await folders.find_commit(project_id, sync_id) is not None:
            return
        await folders.read_open(project_id, sync_id)
    missing = await _staged(container, sync_id).missing(await _known(container, project_id))
    if missing:
        raise ContentsMissing(missing=missing[:_MOST_NAMED], count=len(missing))


def _staged(container: Container, sync_id: UUID) -> Staged:
    return Staged.of(container.settings.data_dir, sync_id)


async def _known(container: Container, project_id: UUID) -> Mapping[bytes, bytes]:
    try:
        return await container.mirrors.reader(project_id).known_contents()
    except MirrorMissing:
        return {}


def _read(body: bytes, container: Container) -> tuple[Listing, bytes, str]:
    listing = parse_listing(body, container.settings.folders)
    encoded = listing.encode()
    return listing, encoded, listing_digest(encoded)


async def _whole(request: Request, most: int) -> bytes:
    pieces, read = [], 0
    async for piece in _stream(request):
        read += len(piece)
        if read > most:
            raise PayloadTooLarge(max_bytes=most)
        pieces.append(piece)
    return b"".join(pieces)


async def _pieces(request: Request, size: int) -> AsyncIterator[bytes]:
    read = 0
    async for piece in _stream(request):
        read += len(piece)
        if read > size:
            raise BlobTooLong(announced=size)
        yield piece


async def _stream(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        # What came so far is judged as all there is, and refused for its size.
        return
