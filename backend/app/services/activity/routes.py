"""`/admin/activity` and `/projects/{id}/activity`: the effect ledger, newest first."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.adapters.http.limits import limit
from app.schemas.paging import PageOut
from app.services.activity.schemas import ActivityQueryIn, EffectOut, ProjectActivityQueryIn
from app.services.activity.service import ActivityService
from app.services.auth.deps import ActorScope, AdminScope

router = APIRouter(tags=["activity"], dependencies=[limit("api")])


@router.get("/admin/activity", summary="What was changed, by whom, on whose approval")
async def list_activity(scope: AdminScope, wanted: Annotated[ActivityQueryIn, Query()]) -> PageOut[EffectOut]:
    return PageOut[EffectOut].model_validate(await ActivityService(scope).page(wanted))


@router.get("/projects/{project_id}/activity", summary="What was changed in a project, and why it is there")
async def list_project_activity(
    project_id: UUID, scope: ActorScope, wanted: Annotated[ProjectActivityQueryIn, Query()]
) -> PageOut[EffectOut]:
    return PageOut[EffectOut].model_validate(await ActivityService(scope).page_of_project(project_id, wanted))
