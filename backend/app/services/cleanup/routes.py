"""HTTP door of cleanup: administrators run tasks, read warrants, change schedules, restore bundles."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import JSONResponse

from app.adapters.http.accepted import accepted
from app.adapters.http.idempotency import IdempotencyDep
from app.adapters.http.paging import page_query
from app.core.paging import cut_page
from app.schemas.jobs import JobAccepted
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import AdminScope
from app.services.cleanup import schedules
from app.services.cleanup.schemas import (
    BundleOut,
    NextRunsOut,
    RunTaskIn,
    ScheduleIn,
    ScheduleOut,
    TaskOut,
    WarrantOut,
    WarrantPageOut,
)
from app.services.cleanup.service import CleanupService

router = APIRouter(prefix="/admin", tags=["admin"])

PageDep = Annotated[PageQuery, Depends(page_query)]
OutcomeQuery = Annotated[
    Literal["pending", "deleted", "spared", "failed"] | None, Query(description="Only items with this outcome.")
]


@router.get("/tasks", summary="What can be cleaned up, and what was last")
async def list_tasks(scope: AdminScope, query: PageDep) -> PageOut[TaskOut]:
    tasks = await CleanupService(scope).list_tasks()
    page = cut_page(tasks, lambda task: task.name, limit=query.limit, cursor=query.cursor)
    return PageOut[TaskOut].model_validate(page)


@router.post("/tasks/{name}/run", status_code=202, response_model=JobAccepted, summary="Plan, or clean up")
async def run_cleanup(
    name: str, scope: AdminScope, idempotency: IdempotencyDep, body: RunTaskIn | None = None
) -> JSONResponse:
    """A dry run writes a warrant; a run with `warrant_id` executes that and nothing else; otherwise both in one."""
    asked = body or RunTaskIn()
    job = await idempotency.once(scope, lambda: CleanupService(scope).request_run(name, asked))
    return accepted(job.id, status=job.status)


@router.get("/warrants", summary="What was planned and what became of it")
async def list_warrants(
    scope: AdminScope, query: PageDep, task: str | None = None, job_id: UUID | None = None
) -> PageOut[WarrantOut]:
    page = await CleanupService(scope).list_warrants(query, task=task, job_id=job_id)
    return PageOut[WarrantOut].model_validate(page)


@router.get("/warrants/{warrant_id}", summary="One plan, item by item")
async def read_warrant(
    warrant_id: UUID, scope: AdminScope, query: PageDep, outcome: OutcomeQuery = None
) -> WarrantPageOut:
    return await CleanupService(scope).read_warrant(warrant_id, limit=query.limit, cursor=query.cursor, outcome=outcome)


@router.get("/schedules", summary="What runs when")
async def list_schedules(scope: AdminScope, query: PageDep) -> PageOut[ScheduleOut]:
    found = await schedules.list_schedules(scope)
    page = cut_page(found, lambda each: each.name, limit=query.limit, cursor=query.cursor)
    return PageOut[ScheduleOut].model_validate(page)


@router.get("/next-runs", summary="When a cron line would come due")
async def preview_schedule(
    scope: AdminScope, cron: Annotated[str, Query(max_length=200, description="Five fields, in UTC.")]
) -> NextRunsOut:
    """Nothing is kept. Refused as a change of a schedule would be."""
    return await schedules.preview(scope, cron)


@router.patch("/schedules/{name}", summary="Change when something runs, or whether")
async def change_schedule(
    name: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,80}$")], body: ScheduleIn, scope: AdminScope
) -> ScheduleOut:
    return await schedules.change_schedule(scope, name, body)


@router.post("/bundles/{bundle_id}/restore", summary="Bring back a bundle that is not yet purged")
async def restore_bundle(bundle_id: UUID, scope: AdminScope) -> BundleOut:
    return await CleanupService(scope).restore_bundle(bundle_id)
