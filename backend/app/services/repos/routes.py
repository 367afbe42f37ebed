"""`/repos/{project_id}/sync`: ask for a sync, read how syncs went."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.adapters.http.accepted import accepted
from app.adapters.http.etag import etagged
from app.adapters.http.idempotency import IdempotencyDep
from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.schemas.jobs import JobAccepted
from app.schemas.paging import PageQuery
from app.services.auth.deps import ActorScope
from app.services.projects.access import Permission, require_project
from app.services.repos.overview import read_overview
from app.services.repos.schemas import SyncHistoryOut
from app.services.repos.service import RepoService

router = APIRouter(prefix="/repos", tags=["repo sync"])


@router.post("/{project_id}/sync", status_code=202, response_model=JobAccepted, dependencies=[limit("repos.sync")])
async def start_sync(project_id: UUID, scope: ActorScope, idempotency: IdempotencyDep) -> JSONResponse:
    """Bring the project's mirror up to date. A sync that waits or runs already is joined."""
    await require_project(scope, project_id, Permission.SYNC)
    job = await idempotency.once(scope, lambda: RepoService(scope).request_sync(project_id, trigger="manual"))
    return accepted(job.id, status=job.status)


@router.get("/{project_id}/sync", response_model=SyncHistoryOut, dependencies=[limit("api")])
async def read_sync_history(
    project_id: UUID, request: Request, scope: ActorScope, page: Annotated[PageQuery, Depends(page_query)]
) -> Response:
    """List past syncs, newest first, and how the mirror stands."""
    await require_project(scope, project_id, Permission.READ)
    return etagged(request, await read_overview(scope, project_id, limit=page.limit, after=page.after))
