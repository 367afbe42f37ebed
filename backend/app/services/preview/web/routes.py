"""HTTP door from the API to where previews are opened: a preview's own origin, and all links that apps take."""

from uuid import UUID

from fastapi import APIRouter

from app.adapters.http.limits import limit
from app.adapters.http.scope import ContainerDep
from app.services.preview.deps import ViewerDep
from app.services.preview.expo.errors import NotForBrowsers
from app.services.preview.expo.shelf import ShelfDep
from app.services.preview.schemas import WayOut, WaysOut, WebLinkOut
from app.services.preview.web.origins import PreviewOrigins
from app.services.preview.web.ways import ways_for

router = APIRouter(prefix="/preview", tags=["preview"], dependencies=[limit("api")])


@router.get("/{job_id}/web", summary="The link that opens a preview in a browser")
async def read_web_link(job_id: UUID, viewer: ViewerDep, container: ContainerDep, shelf: ShelfDep) -> WebLinkOut:
    """Each preview has an origin of its own, and the link lets its holder in: open it in a tab, or frame it."""
    origins = PreviewOrigins.of(container.settings)
    if origins is None:
        raise NotForBrowsers
    shown = await shelf.show(viewer, job_id)
    return WebLinkOut(url=origins.open_url(shown.job_id, shown.grant), expires_at=shown.row.expires_at)


@router.get("/{job_id}/links", summary="All ways to open a preview")
async def list_links(job_id: UUID, viewer: ViewerDep, shelf: ShelfDep) -> WaysOut:
    """Development build, Expo Go, browser: those that fit this bundle, the one most like the real app first."""
    shown = await shelf.show(viewer, job_id)
    ways = [WayOut(kind=way.kind.value, url=way.url) for way in ways_for(shelf, shown)]
    return WaysOut(ways=ways, expires_at=shown.row.expires_at)
