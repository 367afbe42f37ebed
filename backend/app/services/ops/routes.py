"""HTTP door of operations: health, metrics, and what administrators see."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.adapters.http.paging import page_query
from app.adapters.http.scope import ContainerDep
from app.adapters.jobs.heartbeat import WorkerStatus
from app.adapters.telemetry.metrics import CONTENT_TYPE
from app.core.paging import cut_page
from app.schemas.jobs import QueueIn
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import AdminScope, AdminScopes
from app.services.ops import admin, effective, health, queues, throughput
from app.services.ops.admin import WorkerFilter
from app.services.ops.schemas import (
    DeepHealthOut,
    FindingOut,
    HealthOut,
    PausedOut,
    PauseIn,
    QueueOut,
    RetriedOut,
    SettingOut,
    ThroughputOut,
    ThroughputQueryIn,
    WorkerOut,
)

_SILENT = FindingOut(name="workers", health="failed", message="No worker is alive.", milliseconds=0.4)
_FAILED: dict[int | str, dict[str, Any]] = {
    503: {
        "model": DeepHealthOut,
        "description": "Something that it stands on does not work; `checks` says what.",
        "content": {"application/json": {"example": DeepHealthOut(status="failed", checks=[_SILENT]).model_dump()}},
    }
}

router = APIRouter(tags=["health"])
admin_router = APIRouter(prefix="/admin", tags=["admin"])
root_router = APIRouter(tags=["health"])


PageDep = Annotated[PageQuery, Depends(page_query)]


@router.get("/health", summary="Is this process there?")
async def read_health(request: Request) -> HealthOut:
    return HealthOut(status="ok", version=request.app.version)


@router.get("/health/deep", summary="Does everything it stands on work?", responses=_FAILED)
async def read_deep_health(container: ContainerDep, response: Response) -> DeepHealthOut:
    findings = await health.examine(container)
    worst = health.overall(findings)
    response.status_code = 503 if worst is health.Health.FAILED else 200
    return DeepHealthOut(status=worst.value, checks=[FindingOut.model_validate(each) for each in findings])


@root_router.get("/livez", include_in_schema=False)
async def live() -> dict[str, str]:
    return {"status": "ok"}


@root_router.get("/readyz", include_in_schema=False)
async def ready(container: ContainerDep, response: Response) -> dict[str, str]:
    verdict, message = await health.check_database(container)
    response.status_code = 503 if verdict is health.Health.FAILED else 200
    return {"status": verdict.value, "message": message}


@root_router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    return Response(await request.app.state.metrics.render(), media_type=CONTENT_TYPE)


def worker_filter(
    type: Annotated[Literal["cpu", "gpu", "cleanup"] | None, Query()] = None,  # noqa: A002 - its name in the query
    queue: Annotated[QueueIn | None, Query(description="Serving this queue or alias.")] = None,
    status: Annotated[WorkerStatus | None, Query()] = None,
    min_failure_rate: Annotated[float | None, Query(ge=0, le=1, description="Of its jobs in the last hour.")] = None,
) -> WorkerFilter:
    """Read what the list of workers is narrowed to."""
    return WorkerFilter(type, queue, status, min_failure_rate)


@admin_router.get("/workers", summary="Who works, on what, and who fell silent")
async def list_workers(
    container: ContainerDep,
    scopes: AdminScopes,
    query: PageDep,
    wanted: Annotated[WorkerFilter, Depends(worker_filter)],
) -> PageOut[WorkerOut]:
    workers = await admin.list_workers(container, scopes, wanted)
    page = cut_page(workers, lambda worker: worker.worker_id, limit=query.limit, cursor=query.cursor)
    return PageOut[WorkerOut].model_validate(page)


@admin_router.get("/queues", summary="What waits, what runs, who serves it")
async def list_queues(container: ContainerDep, scopes: AdminScopes, query: PageDep) -> PageOut[QueueOut]:
    found = await queues.list_queues(container, scopes)
    page = cut_page(found, lambda queue: queue.name, limit=query.limit, cursor=query.cursor)
    return PageOut[QueueOut].model_validate(page)


@admin_router.post("/queues/{queue_name}/pause", summary="Let nobody take jobs from a queue")
async def pause_queue(queue_name: str, scope: AdminScope, body: PauseIn | None = None) -> PausedOut:
    """What runs goes on; what waits, waits. Twice is once."""
    queue = await queues.pause(scope, queue_name, paused=True, reason=body.reason if body else None)
    return PausedOut(name=queue.value, is_paused=True)


@admin_router.post("/queues/{queue_name}/resume", summary="Let workers take jobs from a queue again")
async def resume_queue(queue_name: str, scope: AdminScope) -> PausedOut:
    queue = await queues.pause(scope, queue_name, paused=False)
    return PausedOut(name=queue.value, is_paused=False)


@admin_router.post("/jobs/{job_id}/retry", summary="Put a failed job back in its queue")
async def retry_job(job_id: UUID, scope: AdminScope) -> RetriedOut:
    job = await admin.retry_job(scope, job_id)
    return RetriedOut(job_id=job.id, status=job.status)


@admin_router.get("/throughput", summary="How much is done, how well and how fast")
async def read_throughput(scope: AdminScope, wanted: Annotated[ThroughputQueryIn, Query()]) -> ThroughputOut:
    asked = throughput.Asked(wanted.since, wanted.until, wanted.bucket, wanted.queue, wanted.kind)
    return await throughput.read_throughput(scope, asked)


@admin_router.get("/settings", summary="What is set, secrets aside")
async def list_settings(container: ContainerDep, _scopes: AdminScopes, query: PageDep) -> PageOut[SettingOut]:
    found = effective.list_settings(container)
    page = cut_page(found, lambda each: each.name, limit=query.limit, cursor=query.cursor)
    return PageOut[SettingOut].model_validate(page)
