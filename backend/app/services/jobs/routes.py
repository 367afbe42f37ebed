"""`/jobs`: how background work stands, and stopping it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.adapters.http.etag import etagged
from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.adapters.http.scope import ContainerDep
from app.core.jobs import JobStatus
from app.schemas.jobs import JobState
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import ActorScopes
from app.services.jobs.service import JobFilter, JobService
from app.services.jobs.states import answer, describe, describe_all

router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[limit("api")])


def job_filter(
    project_id: UUID | None = None,
    kind: Annotated[str | None, Query(max_length=60, pattern="^[a-z0-9_.-]+$", examples=["repo.sync"])] = None,
    status: JobStatus | None = None,
) -> JobFilter:
    """Read what a list is narrowed to."""
    return JobFilter(project_id, kind, status)


@router.get("", response_model=PageOut[JobState])
async def list_jobs(
    request: Request,
    scopes: ActorScopes,
    container: ContainerDep,
    query: Annotated[PageQuery, Depends(page_query)],
    wanted: Annotated[JobFilter, Depends(job_filter)],
) -> Response:
    """List your jobs and those of your projects, newest first."""
    async with scopes(read_only=True) as scope:
        page = await JobService(scope).page(query, wanted)
    shown = PageOut[JobState](items=await describe_all(container, page.items), next_cursor=page.next_cursor)
    return etagged(request, shown)


@router.get("/{job_id}", response_model=JobState)
async def read_job(job_id: UUID, request: Request, scopes: ActorScopes, container: ContainerDep) -> Response:
    """Poll a job: `why` says in one sentence why it waits or failed, and what to do next."""
    async with scopes(read_only=True) as scope:
        standing = await JobService(scope).read(job_id)
    return answer(request, await describe(container, standing))


@router.post("/{job_id}/cancel")
async def cancel_job(job_id: UUID, scopes: ActorScopes, container: ContainerDep) -> JobState:
    """Stop a job: a queued one at once, a running one within seconds."""
    async with scopes() as scope:
        standing = await JobService(scope).cancel(job_id)
    return await describe(container, standing)
