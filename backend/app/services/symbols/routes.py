"""`/projects/{id}/symbols` and `/projects/{id}/references`: what is defined, and every place that means it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.http.etag import tag_headers, tagged, unchanged
from app.adapters.http.limits import limit as rate
from app.adapters.http.scope import ContainerDep
from app.schemas.paging import PageQuery
from app.services.auth.deps import ActorScopes
from app.services.symbols.asking import Opened, Spot, SymbolDesk
from app.services.symbols.picture import draw
from app.services.symbols.schemas import NeighbourhoodOut, ReferenceListOut, SymbolListOut
from app.services.symbols.searching import LONGEST_QUERY, Wanted

router = APIRouter(prefix="/projects/{project_id}", tags=["symbols"], dependencies=[rate("api")])

_SVG = "image/svg+xml"
# Names in it come from a repository: the picture runs nothing and loads nothing, wherever it is opened.
_DRAWN = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
RefQuery = Annotated[str | None, Query(max_length=255, description="Branch, tag, full ref name or commit id.")]
CursorQuery = Annotated[str | None, Query(max_length=8192, description="`next_cursor` of the page before.")]
LimitQuery = Annotated[int, Query(ge=1, le=200, description="How many items at most.")]
PlaceQuery = Annotated[
    int, Query(ge=1, le=10_000_000, description="From 1; columns in UTF-16 units, as editors count.")
]


def get_desk(scopes: ActorScopes, container: ContainerDep) -> SymbolDesk:
    """Build what reads between transactions."""
    return SymbolDesk(scopes, container)


DeskDep = Annotated[SymbolDesk, Depends(get_desk)]


async def opened_state(project_id: UUID, desk: DeskDep, ref: RefQuery = None) -> Opened:
    """Find the state that answers for a ref."""
    return await desk.open(project_id, ref)


OpenedDep = Annotated[Opened, Depends(opened_state)]


def wanted_symbols(
    query: Annotated[
        str, Query(max_length=LONGEST_QUERY, pattern=r"^[^\x00]*$", description="A name, part of one, or `Class.name`.")
    ] = "",
    path: Annotated[str, Query(max_length=4096, description="Only this file, or what is below this folder.")] = "",
    limit: LimitQuery = 50,
    cursor: CursorQuery = None,
) -> Wanted:
    """Read what is searched for."""
    return Wanted(query.strip(), path.strip("/"), limit, cursor)


def symbols_page(limit: LimitQuery = 50, cursor: CursorQuery = None) -> PageQuery:
    """Read which page is wanted; these cursors are longer than ids."""
    return PageQuery(limit=limit, cursor=cursor)


def wanted_spot(
    path: Annotated[str, Query(min_length=1, max_length=4096, description="A file of the repository.")],
    line: PlaceQuery,
    column: PlaceQuery,
) -> Spot:
    """Read where a name stands."""
    return Spot(path, line, column)


@router.get("/symbols", response_model=SymbolListOut)
async def list_symbols(
    opened: OpenedDep, request: Request, desk: DeskDep, wanted: Annotated[Wanted, Depends(wanted_symbols)]
) -> Response:
    """Search definitions by name at a ref: equal names first, then those that begin so, hold it, or its letters.

    Without `query`: everything that is defined below `path`, by path and line.
    """
    tag = opened.tag("symbols")
    return unchanged(request, tag) or tagged(await desk.search(opened, wanted), tag)


@router.get("/references", response_model=ReferenceListOut)
async def list_references(
    opened: OpenedDep,
    request: Request,
    desk: DeskDep,
    spot: Annotated[Spot, Depends(wanted_spot)],
    page: Annotated[PageQuery, Depends(symbols_page)],
) -> Response:
    """Find every place at a ref that means what stands at a place, and for each whether that is certain."""
    tag = opened.tag("references")
    return unchanged(request, tag) or tagged(await desk.references(opened, spot, page), tag)


@router.get("/symbols/graph", response_model=NeighbourhoodOut, responses={200: {"content": {_SVG: {}}}})
async def show_neighbourhood(
    opened: OpenedDep, request: Request, desk: DeskDep, spot: Annotated[Spot, Depends(wanted_spot)]
) -> Response:
    """Show what surrounds a symbol at a ref: as JSON, or drawn, with `Accept: image/svg+xml`."""
    is_drawn = prefers_picture(request)
    tag = opened.tag("picture" if is_drawn else "graph")
    headers = {**tag_headers(tag), "Vary": "Accept, Authorization"} | (_DRAWN if is_drawn else {})
    same = unchanged(request, tag, headers=headers)
    if same is not None:
        return same
    found = await desk.neighbourhood(opened, spot)
    if is_drawn:
        return Response(draw(found), media_type=_SVG, headers=headers)
    manifest = opened.shown.manifest
    shown = NeighbourhoodOut.of(found, ref=manifest.ref, commit=manifest.commit, up_to_date=opened.shown.up_to_date)
    return Response(shown.model_dump_json(), media_type="application/json", headers=headers)


def prefers_picture(request: Request) -> bool:
    """Say whether the client names the picture's type, and not JSON's."""
    accept = request.headers.get("accept", "")
    return _SVG in accept and "application/json" not in accept
