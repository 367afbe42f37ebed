"""`/projects/{id}/manifest`: what a project holds at a ref, in numbered versions, and what changed between two."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.http.etag import tagged, unchanged
from app.adapters.http.limits import limit as rate
from app.adapters.http.paging import page_query
from app.adapters.http.scope import ContainerDep
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import ActorScope, ActorScopes
from app.services.manifest.reading import DiffQuery, Shown, find_shown, show, show_diff, show_versions
from app.services.manifest.schemas import DiffOut, ManifestOut, ManifestSummaryOut

router = APIRouter(prefix="/projects/{project_id}/manifest", tags=["manifest"], dependencies=[rate("api")])

RefQuery = Annotated[str | None, Query(max_length=255, description="Branch, tag, full ref name or commit id.")]
CursorQuery = Annotated[str | None, Query(max_length=8192, description="`next_cursor` of the page before.")]
FilesLimit = Annotated[int, Query(ge=1, le=10_000, description="How many of its files to list.")]


async def shown_manifest(project_id: UUID, scopes: ActorScopes, container: ContainerDep, ref: RefQuery = None) -> Shown:
    """Find the manifest that answers for a ref."""
    return await find_shown(scopes, container.mirrors, project_id, ref)


def _selector(alias: str, otherwise: str) -> Any:
    return Query(alias=alias, max_length=64, description=f"A version's number, or 8 digits of its hash; {otherwise}.")


def diff_query(
    before: Annotated[str | None, _selector("from", "else the one before `to`, of the same ref if it has one")] = None,
    after: Annotated[str | None, _selector("to", "else the newest")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: CursorQuery = None,
) -> DiffQuery:
    """Read the query of a comparison."""
    return DiffQuery(before, after, limit, cursor)


@router.get("", response_model=ManifestOut)
async def read_manifest(
    found: Annotated[Shown, Depends(shown_manifest)],
    request: Request,
    scopes: ActorScopes,
    limit: FilesLimit = 1000,
    cursor: CursorQuery = None,
) -> Response:
    """Read the manifest of a ref: core, files, overlay. Without `ref`, that of the project's default branch."""
    same = unchanged(request, found.tag)
    if same is not None:
        return same
    async with scopes(read_only=True) as scope:
        return tagged(await show(scope, found, limit=limit, cursor=cursor), found.tag)


@router.get("/versions")
async def list_versions(
    project_id: UUID, scope: ActorScope, page: Annotated[PageQuery, Depends(page_query)]
) -> PageOut[ManifestSummaryOut]:
    """List the project's manifests, newest first."""
    return await show_versions(scope, project_id, limit=page.limit, after=page.after)


@router.get("/diff")
async def compare_versions(
    project_id: UUID, scope: ActorScope, query: Annotated[DiffQuery, Depends(diff_query)]
) -> DiffOut:
    """Compare two manifests: what was added, removed, modified and renamed between `from` and `to`."""
    return await show_diff(scope, project_id, query)
