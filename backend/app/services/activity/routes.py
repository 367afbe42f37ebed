"""`/admin/activity` and `/projects/{id}/activity`: the effect ledger, newest first."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.adapters.http.limits import limit
from app.schemas.paging import PageOut, PageQuery, page_query
from app.services.activity.schemas import EffectOut
from app.services.activity.service import ActivityService, EffectFilter
from app.services.auth.deps import ActorScope, AdminScope

router = APIRouter(tags=["activity"], dependencies=[limit("api")])

_Since = Annotated[datetime | None, Query(alias="from", description="Not before this moment.")]
_Until = Annotated[datetime | None, Query(alias="to", description="Before this moment.")]
_Text = Annotated[str | None, Query(max_length=120)]


def effect_filter(
    actor_id: UUID | None = None,
    action: Annotated[str | None, Query(max_length=80, description="`proposal.applied`, or all of `proposal`.")] = None,
    project_id: UUID | None = None,
    job_id: UUID | None = None,
    since: _Since = None,
) -> EffectFilter:
    """Read the query parameters that say whose, and from when."""
    return EffectFilter(actor_id=actor_id, action=action, project_id=project_id, job_id=job_id).between(since, None)


def of_subject(
    wanted: Annotated[EffectFilter, Depends(effect_filter)],
    subject: _Text = None,
    subject_id: _Text = None,
    until: _Until = None,
) -> EffectFilter:
    """Add those that say of what, and until when."""
    return replace(wanted, subject=subject, subject_id=subject_id).between(wanted.since, until)


@router.get("/admin/activity", summary="What was changed, by whom, on whose approval")
async def list_activity(
    scope: AdminScope,
    page: Annotated[PageQuery, Depends(page_query)],
    wanted: Annotated[EffectFilter, Depends(of_subject)],
) -> PageOut[EffectOut]:
    return PageOut[EffectOut].model_validate(await ActivityService(scope).page(page, wanted))


@router.get("/projects/{project_id}/activity", summary="What was changed in a project, and why it is there")
async def list_project_activity(
    project_id: UUID, scope: ActorScope, page: Annotated[PageQuery, Depends(page_query)]
) -> PageOut[EffectOut]:
    return PageOut[EffectOut].model_validate(await ActivityService(scope).page_of_project(project_id, page))
