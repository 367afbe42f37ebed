"""`/projects/{project_id}/folder-sync`: send a folder, content by content, and have it committed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import JSONResponse

from app.adapters.http.accepted import accepted
from app.adapters.http.idempotency import IdempotencyDep
from app.adapters.http.limits import limit
from app.adapters.http.scope import ContainerDep
from app.schemas.jobs import JobAccepted
from app.services.auth.deps import ActorScopes
from app.services.folders.schemas import FolderFileIn, FolderSyncIn, FolderSyncOut
from app.services.folders.sending import BlobPlace, open_sync, require_contents, take_blob
from app.services.folders.service import FolderService

router = APIRouter(prefix="/projects/{project_id}/folder-sync", tags=["folder sync"])

Sha256Path = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bytes, in lower case.")]


def blob_place(project_id: UUID, sync_id: UUID, sha256: Sha256Path) -> BlobPlace:
    """Read where a content belongs."""
    return BlobPlace(project_id, sync_id, sha256)


def _listing_schema() -> dict[str, Any]:
    """Describe the list of files where it is taken: it is too long to be read as other bodies are."""
    schema = FolderSyncIn.model_json_schema()
    del schema["$defs"]
    schema["properties"]["files"]["additionalProperties"] = FolderFileIn.model_json_schema()
    return schema


_LISTING: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": _listing_schema()}}}
}
_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", status_code=201, openapi_extra=_LISTING, dependencies=[limit("repos.folder")])
async def open_folder_sync(
    project_id: UUID, request: Request, scopes: ActorScopes, container: ContainerDep
) -> FolderSyncOut:
    """Begin to sync a folder into a project without a repository; a sync of yours that was open there is replaced."""
    return await open_sync(request, container, scopes, project_id)


@router.put("/{sync_id}/blobs/{sha256}", status_code=204, openapi_extra=_BYTES, dependencies=[limit("uploads.blob")])
async def send_blob(
    place: Annotated[BlobPlace, Depends(blob_place)], request: Request, scopes: ActorScopes, container: ContainerDep
) -> None:
    """Send the bytes of one content that is missing. Sending it twice is harmless."""
    await take_blob(request, container, scopes, place)


@router.post(
    "/{sync_id}/commit", status_code=202, response_model=JobAccepted, dependencies=[limit("repos.folder_commit")]
)
async def commit_folder_sync(
    project_id: UUID, sync_id: UUID, scopes: ActorScopes, container: ContainerDep, idempotency: IdempotencyDep
) -> JSONResponse:
    """Make the folder the next commit of the default branch. Asked for twice, it is the same job."""
    await require_contents(container, scopes, project_id, sync_id)
    async with scopes() as scope:
        job = await idempotency.once(scope, lambda: FolderService(scope).request_commit(project_id, sync_id))
    return accepted(job.id, status=job.status)
