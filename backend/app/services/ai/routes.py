"""HTTP door: ask, see beforehand what would be sent, read results, look at contexts, replay."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.http.accepted import accepted
from app.adapters.http.etag import etagged
from app.adapters.http.idempotency import IdempotencyDep
from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.adapters.http.scope import ContainerDep
from app.schemas.jobs import JobAccepted
from app.schemas.paging import PageOut, PageQuery
from app.services.ai.asking import Desk
from app.services.ai.record import Kind
from app.services.ai.schemas import (
    AiJobOut,
    AiResultOut,
    ContextOut,
    DocumentationIn,
    FileSummaryIn,
    InlineCommentIn,
    RenameSuggestionsIn,
    ReplayOut,
    VisaIn,
    VisaOut,
)
from app.services.ai.service import AiService
from app.services.ai.showing import as_context, as_jobs, as_replay, as_result, as_visa
from app.services.auth.deps import ActorScopes
from app.services.jobs.states import poll_headers

router = APIRouter(prefix="/ai", tags=["ai"])

ASKING = [limit("ai")]
READING = [limit("api")]


def get_desk(scopes: ActorScopes, container: ContainerDep) -> Desk:
    """Build what reads git and storage between transactions."""
    return Desk(scopes, container)


DeskDep = Annotated[Desk, Depends(get_desk)]
AnyQuestion = FileSummaryIn | InlineCommentIn | RenameSuggestionsIn | DocumentationIn


async def _ask(desk: Desk, asked: AnyQuestion, idempotency: IdempotencyDep) -> Response:
    job = await desk.ask(asked.project_id, asked.ref, asked.question(), idempotency)
    return accepted(job.id, status=job.status, status_path=f"/ai/result/{job.id}")


@router.post("/file-summary", status_code=202, response_model=JobAccepted, dependencies=ASKING)
async def create_file_summary(asked: FileSummaryIn, desk: DeskDep, idempotency: IdempotencyDep) -> Response:
    """Summarise a file; every claim of the answer comes with a receipt."""
    return await _ask(desk, asked, idempotency)


@router.post("/inline-comment", status_code=202, response_model=JobAccepted, dependencies=ASKING)
async def create_inline_comment(asked: InlineCommentIn, desk: DeskDep, idempotency: IdempotencyDep) -> Response:
    """Explain some lines of a file, or answer a question about them."""
    return await _ask(desk, asked, idempotency)


@router.post("/rename-suggestions", status_code=202, response_model=JobAccepted, dependencies=ASKING)
async def create_rename_suggestions(asked: RenameSuggestionsIn, desk: DeskDep, idempotency: IdempotencyDep) -> Response:
    """Look for names in a file that could be better."""
    return await _ask(desk, asked, idempotency)


@router.post("/documentation", status_code=202, response_model=JobAccepted, dependencies=ASKING)
async def create_documentation(asked: DocumentationIn, desk: DeskDep, idempotency: IdempotencyDep) -> Response:
    """Write documentation for files, folders or the whole repository; ends in a proposal, changes nothing."""
    return await _ask(desk, asked, idempotency)


@router.post("/visa", dependencies=ASKING)
async def draw_visa(wanted: VisaIn, desk: DeskDep) -> VisaOut:
    """Show what a question would send, to whom and at what cost. Nothing is sent."""
    return as_visa(await desk.visa(wanted.project_id, wanted.ref, wanted.question()))


@router.get("/result/{job_id}", response_model=AiResultOut, dependencies=READING)
async def read_ai_result(job_id: UUID, request: Request, scopes: ActorScopes, container: ContainerDep) -> Response:
    """Read how a question stands, and its result once it has one."""
    async with scopes(read_only=True) as scope:
        recorded = await AiService(scope).read(job_id)
    shown = await as_result(container, recorded)
    return etagged(request, shown, headers=poll_headers(shown.status))


@router.get("/jobs", response_model=PageOut[AiJobOut], dependencies=READING)
async def list_ai_jobs(
    request: Request,
    scopes: ActorScopes,
    container: ContainerDep,
    page: Annotated[PageQuery, Depends(page_query)],
    *,
    project_id: Annotated[UUID | None, Query(description="Only this project's; otherwise your own.")] = None,
    kind: Kind | None = None,
) -> Response:
    """List questions, newest first."""
    async with scopes(read_only=True) as scope:
        found = await AiService(scope).page(project_id, page, kind=kind)
    shown = PageOut[AiJobOut](items=await as_jobs(container, found.items), next_cursor=found.next_cursor)
    return etagged(request, shown)


@router.get("/jobs/{job_id}/context", dependencies=READING)
async def read_ai_context(job_id: UUID, desk: DeskDep) -> ContextOut:
    """Read exactly what a job's model was shown, and the answer as it came."""
    return as_context(*await desk.context(job_id))


@router.post("/jobs/{job_id}/replay", dependencies=READING)
async def replay_ai_job(job_id: UUID, desk: DeskDep) -> ReplayOut:
    """Work a recorded answer out again, without asking anybody, and compare it byte by byte."""
    return as_replay(await desk.replay(job_id))
