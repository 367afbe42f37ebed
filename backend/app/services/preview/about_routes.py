"""HTTP door: what a preview is, what is new in it, its picture, and two of them beside each other."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.adapters.http.etag import tag_headers, unchanged
from app.adapters.http.limits import limit
from app.adapters.http.scope import ContainerDep
from app.core.hashing import sha256_hex
from app.services.auth.deps import ActorScopes
from app.services.preview.about import compare_previews, find_picture, picture_of, tell_about
from app.services.preview.about_page import about_page
from app.services.preview.about_schemas import AboutOut, ComparisonOut
from app.services.preview.compare_page import compare_page
from app.services.preview.deps import ViewerDep
from app.services.preview.markup import CONTENT_SECURITY_POLICY

router = APIRouter(prefix="/preview", tags=["preview"], dependencies=[limit("api")])

Left = Annotated[UUID, Query(description="The job of the preview on the left: the older one.")]
Right = Annotated[UUID, Query(description="The job of the preview on the right.")]
_PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}}}
_HTML: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
_PAGE_HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"}
_PICTURE_POLICY = {"Content-Security-Policy": "default-src 'none'; sandbox"}


@router.get("/compare", summary="Two previews of a project, side by side")
async def compare_two_previews(left: Left, right: Right, scopes: ActorScopes, container: ContainerDep) -> ComparisonOut:
    return await compare_previews(container, scopes, left, right)


@router.get("/compare.html", response_class=Response, responses=_HTML, summary="The same as a page, with pictures")
async def show_comparison(left: Left, right: Right, scopes: ActorScopes, container: ContainerDep) -> HTMLResponse:
    found = await compare_previews(container, scopes, left, right)
    pictures = await find_picture(container, scopes, left), await find_picture(container, scopes, right)
    page = compare_page(found, pictures, is_unconfined=container.settings.preview.is_unconfined)
    return HTMLResponse(page, headers=_PAGE_HEADERS)


@router.get("/{job_id}/about", summary="What am I running?")
async def read_about_preview(job_id: UUID, viewer: ViewerDep, container: ContainerDep) -> AboutOut:
    """Commit, proposals, settings and tools that a bundle was made of, and what is new since you last opened one."""
    return await tell_about(container, viewer.scopes, job_id, viewer.claims)


@router.get("/{job_id}/about.html", response_class=Response, responses=_HTML, summary="The same as a page")
async def show_about_preview(job_id: UUID, viewer: ViewerDep, container: ContainerDep) -> HTMLResponse:
    about = await tell_about(container, viewer.scopes, job_id, viewer.claims)
    picture = await find_picture(container, viewer.scopes, job_id, viewer.claims)
    page = about_page(about, picture, is_unconfined=container.settings.preview.is_unconfined)
    return HTMLResponse(page, headers=_PAGE_HEADERS)


@router.get("/{job_id}/picture", response_class=Response, responses=_PNG, summary="The first screen, without a phone")
async def read_preview_picture(job_id: UUID, request: Request, viewer: ViewerDep, container: ContainerDep) -> Response:
    """Read the picture that a bundle drew when it was started without a phone."""
    picture = await picture_of(container, viewer.scopes, job_id, viewer.claims)
    headers = {**tag_headers(f'"{sha256_hex(picture)[:32]}"'), **_PICTURE_POLICY}
    return unchanged(request, headers["ETag"], headers=headers) or Response(
        picture, media_type="image/png", headers=headers
    )
