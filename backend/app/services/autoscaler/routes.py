"""HTTP door of the autoscaler, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.schemas.base import MomentIn
from app.schemas.jobs import QueueIn
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import AdminScope, AdminScopes
from app.services.autoscaler import reading, trying
from app.services.autoscaler.history import Span
from app.services.autoscaler.schemas import AutoscalerOut, SampleOut, ScalingReplayIn, ScalingReplayOut

router = APIRouter(prefix="/admin/autoscaler", tags=["admin"])


@router.get("", summary="How many workers each queue has and should have, and why")
async def read_autoscaler(scope: AdminScope) -> AutoscalerOut:
    return await reading.read_state(scope)


@router.get("/samples", summary="Every look at the queues, newest first")
async def list_autoscaler_samples(
    scope: AdminScope,
    page: Annotated[PageQuery, Depends(page_query)],
    queue: Annotated[QueueIn | None, Query(description="Only this queue, or its alias.")] = None,
    since: Annotated[MomentIn | None, Query(alias="from", description="From this moment on.")] = None,
    until: Annotated[MomentIn | None, Query(alias="to", description="Up to this moment.")] = None,
) -> PageOut[SampleOut]:
    span = Span(queue, since, until)
    found = await reading.read_samples(scope, span, limit=page.limit, cursor=page.cursor)
    return PageOut[SampleOut].model_validate(found)


@router.post("/replay", summary="What other thresholds would have done", dependencies=[limit("api")])
async def replay_autoscaler(scopes: AdminScopes, body: ScalingReplayIn) -> ScalingReplayOut:
    """Run recorded looks once more through the same policy, in a simulation. Nothing is changed."""
    return await trying.try_thresholds(scopes, body)
