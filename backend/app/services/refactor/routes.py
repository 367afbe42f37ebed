"""HTTP door: ask for a refactor, and see how it stands."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.http.accepted import accepted
from app.adapters.http.etag import etagged
from app.adapters.http.idempotency import IdempotencyDep
from app.adapters.http.limits import limit
from app.adapters.http.scope import ContainerDep
from app.schemas.jobs import JobAccepted
from app.services.auth.deps import ActorScopes
from app.services.jobs.states import poll_headers
from app.services.refactor.asking import RefactorDesk
from app.services.refactor.schemas import MoveIn, RefactorJobOut, RenameIn, ReplaceIn
from app.services.refactor.service import RefactorService
from app.services.refactor.showing import as_refactor_job

router = APIRouter(prefix="/refactor", tags=["refactor"])

ASKING = [limit("proposals")]
READING = [limit("api")]


def get_desk(scopes: ActorScopes, container: ContainerDep) -> RefactorDesk:
    """Build what reads git between transactions."""
    return RefactorDesk(scopes, container)


DeskDep = Annotated[RefactorDesk, Depends(get_desk)]


@router.post("/rename", status_code=202, response_model=JobAccepted, dependencies=ASKING)
async def request_rename(asked: RenameIn, desk: DeskDep, idempotency: IdempotencyDep) -> Response:
    """Rename what stands at a place, in all files that mean it; ends in a proposal, changes nothing."""
    job = await desk.rename(asked.project_id, asked.ref, asked.request(), idempotency)
    return _followed(job.id, job.status)


@router.post("/move", status_code=202, response_model=JobAccepted, dependencies=ASKING)
async def request_move(asked: MoveIn, desk: DeskDep, idempotency: IdempotencyDep) -> Response:
    """Move what stands at a place to another module, its imports mended; ends in a proposal, changes nothing."""
    job = await desk.move(asked.project_id, asked.ref, asked.request(), idempotency)
    return _followed(job.id, job.status)


@router.post("/replace", status_code=202, response_model=JobAccepted, dependencies=ASKING)
async def request_replacement(asked: ReplaceIn, desk: DeskDep, idempotency: IdempotencyDep) -> Response:
    """Find code by a syntax pattern and replace it; ends in a proposal, changes nothing."""
    job = await desk.replace(asked.project_id, asked.ref, asked.request(), idempotency)
    return _followed(job.id, job.status)


@router.get("/jobs/{job_id}", response_model=RefactorJobOut, dependencies=READING)
async def read_refactor_job(job_id: UUID, request: Request, scopes: ActorScopes, container: ContainerDep) -> Response:
    """Read how a refactor stands, and its proposal once it has one."""
    async with scopes(read_only=True) as scope:
        asked = await RefactorService(scope).read(job_id)
    shown = await as_refactor_job(container, asked)
    return etagged(request, shown, headers=poll_headers(shown.status))


def _followed(job_id: UUID, status: str) -> Response:
    return accepted(job_id, status=status, status_path=f"/refactor/jobs/{job_id}")
