"""HTTP door of the history of jobs, for administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.adapters.http.scope import ContainerDep
from app.schemas.paging import PageOut
from app.services.auth.deps import AdminScopes
from app.services.jobs.causes import MEANINGS
from app.services.ops import history
from app.services.ops.schemas import AdminJobDetailOut, AdminJobOut, BulkIn, BulkOut, CauseOut, CausesOut, JobQueryIn

router = APIRouter(prefix="/admin/jobs", tags=["admin"])


@router.get("", summary="Every job, newest first, by whatever it is looked for")
async def search_jobs(
    container: ContainerDep, scopes: AdminScopes, wanted: Annotated[JobQueryIn, Query()]
) -> PageOut[AdminJobOut]:
    """Page through the history. Every item says why it stands as it does."""
    return await history.read_page(container, scopes, history.filter_of(wanted), wanted.page)


@router.get("/causes", summary="Why jobs wait and fail, counted")
async def count_job_causes(container: ContainerDep, scopes: AdminScopes) -> CausesOut:
    """Counts the newest 200 that wait, that run, and that failed within a day."""
    found = await history.count_causes(container, scopes)
    causes = [
        CauseOut(cause=cause, jobs=jobs, meaning=MEANINGS[cause][0], next_step=MEANINGS[cause][1])
        for cause, jobs in found
    ]
    return CausesOut(jobs=sum(jobs for _, jobs in found), causes=causes)


@router.post("/retry", summary="Put failed and cancelled jobs back in their queues")
async def retry_jobs(container: ContainerDep, scopes: AdminScopes, body: BulkIn) -> BulkOut:
    """Up to 500 at once, with fresh attempts; `more` says that the filter finds others still."""
    return BulkOut.model_validate(await history.retry_many(container, scopes, body))


@router.post("/cancel", summary="Cancel jobs that wait, and stop those that run")
async def cancel_jobs(container: ContainerDep, scopes: AdminScopes, body: BulkIn) -> BulkOut:
    """Up to 500 at once; `more` says that the filter finds others still."""
    return BulkOut.model_validate(await history.cancel_many(container, scopes, body))


@router.get("/{job_id}", summary="One job, with what it was asked to do")
async def inspect_job(job_id: UUID, container: ContainerDep, scopes: AdminScopes) -> AdminJobDetailOut:
    """What looks like a secret is left out of `payload`."""
    return await history.read_one(container, scopes, job_id)
