"""What a process keeps to open previews: bundles that were opened lately, as updates too, and the key that signs."""

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.adapters.container import Container
from app.adapters.storage.port import Bucket
from app.core.keeping import Kept
from app.models.preview import PreviewBundle
from app.services.preview.deps import Viewer
from app.services.preview.expo.bundles import OpenedBundle, StoredBundles
from app.services.preview.expo.manifest import Update, update_of
from app.services.preview.expo.signing import Signer
from app.services.preview.service import Preview, PreviewService
from app.services.preview.showing import bundle_to_send

_MOST_ASSETS = 100_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview that somebody may open now: its row, its bundle, and a grant to it."""

    preview: Preview
    row: PreviewBundle
    opened: OpenedBundle
    grant: str

    @property
    def job_id(self) -> UUID:
        """The job that it is known by."""
        return self.row.job_id


@dataclass(slots=True)
class Shelf:
    """One for each process."""

    container: Container
    bundles: StoredBundles
    signer: Signer | None
    _updates: Kept[str, Update] = field(default_factory=lambda: Kept(_MOST_ASSETS))

    @classmethod
    def of(cls, container: Container) -> "Shelf":
        """Make the process's; SignatureUnavailable when its key cannot be read."""
        bundles = StoredBundles(container.buckets()[Bucket.PREVIEWS])
        return cls(container, bundles, Signer.of(container.settings.preview))

    async def show(self, viewer: Viewer, job_id: UUID) -> Shown:
        """Open a preview for a viewer; what `PreviewService.read`, `bundle_to_send` and `StoredBundles.open` raise."""
        async with viewer.scopes(read_only=True) as scope:
            service = PreviewService(scope)
            preview = await service.read(job_id, viewer.claims)
            row = bundle_to_send(self.container, preview)
            grant = await service.grant_to_open(preview, viewer.claims)
        return Shown(preview, row, await self.bundles.open(row), grant)

    def update_of(self, opened: OpenedBundle) -> Update:
        """Read a bundle as an update, once; what `update_of` raises."""
        known = self._updates.get(opened.sha256)
        if known is None:
            known = update_of(opened)
            self._updates.put(opened.sha256, known, len(known.assets) + 10)
        return known


def get_shelf(connection: HTTPConnection) -> Shelf:
    """Find the process's shelf."""
    shelf: Shelf = connection.app.state.shelf
    return shelf


ShelfDep = Annotated[Shelf, Depends(get_shelf)]
