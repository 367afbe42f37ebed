"""`/projects/{id}/files`: browse the tree and read files at any ref."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.http.etag import etagged, tag_headers, unchanged
from app.adapters.http.limits import limit as rate
from app.adapters.http.scope import ContainerDep
from app.schemas.paging import PageQuery
from app.services.auth.deps import ActorScopes
from app.services.files.schemas import FileContentOut, FileListOut
from app.services.files.service import LARGEST_FILE, FileService, FoundFile, Place, describe_file

router = APIRouter(prefix="/projects/{project_id}/files", tags=["files"], dependencies=[rate("api")])

PathQuery = Annotated[str, Query(max_length=4096, description="A path inside the repository, without a leading slash.")]
RefQuery = Annotated[str | None, Query(max_length=255, description="Branch, tag, full ref name or commit id.")]
_RAW = "application/octet-stream"


def files_page(
    limit: Annotated[int, Query(ge=1, le=200, description="How many entries at most.")] = 50,
    cursor: Annotated[str | None, Query(max_length=8192, description="`next_cursor` of the page before.")] = None,
) -> PageQuery:
    """Read which page is wanted; cursors of paths are longer than those of ids."""
    return PageQuery(limit=limit, cursor=cursor)


def wanted_folder(path: PathQuery = "", ref: RefQuery = None) -> Place:
    """Read which folder is wanted; the root if none is named."""
    return Place(path, ref)


def wanted_file(path: PathQuery, ref: RefQuery = None) -> Place:
    """Read which file is wanted."""
    return Place(path, ref)


async def service(scopes: ActorScopes, container: ContainerDep) -> FileService:
    """Make the service for whoever is logged in."""
    return FileService(scopes, container.mirrors)


ServiceDep = Annotated[FileService, Depends(service)]


@router.get("")
async def list_files(
    project_id: UUID,
    files: ServiceDep,
    page: Annotated[PageQuery, Depends(files_page)],
    place: Annotated[Place, Depends(wanted_folder)],
    *,
    recursive: Annotated[bool, Query(description="All files below, without the folders.")] = False,
) -> FileListOut:
    """List a folder at a ref: names, kinds, sizes, languages, blob ids."""
    return await files.list_folder(project_id, place, recursive=recursive, limit=page.limit, cursor=page.cursor)


@router.get("/content", response_model=FileContentOut, responses={200: {"content": {_RAW: {}}}})
async def read_content(
    project_id: UUID,
    request: Request,
    files: ServiceDep,
    place: Annotated[Place, Depends(wanted_file)],
    *,
    raw: Annotated[bool, Query(description="The bytes themselves, as `Accept: application/octet-stream`.")] = False,
    max_bytes: Annotated[int | None, Query(ge=1, le=LARGEST_FILE, description="Cut the content off there.")] = None,
) -> Response:
    """Read a file at a ref, up to five megabytes: as JSON, or its very bytes."""
    found = await files.find_file(project_id, place)
    if raw or _prefers_bytes(request):
        return unchanged(request, f'"{found.entry.oid}"', headers=_raw_headers(found)) or await _bytes(found)
    return etagged(request, await describe_file(found, max_bytes=max_bytes), headers={"Vary": "Accept, Authorization"})


def _prefers_bytes(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return _RAW in accept and "application/json" not in accept


async def _bytes(found: FoundFile) -> Response:
    return Response(await found.read(), media_type=_RAW, headers=_raw_headers(found))


def _raw_headers(found: FoundFile) -> dict[str, str]:
    # A repository's bytes are hostile: they are saved, never shown as a page of this origin.
    return {
        **tag_headers(f'"{found.entry.oid}"'),
        "Vary": "Accept, Authorization",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.entry.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
