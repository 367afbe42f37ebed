"""HTTP door: how a project's previews are built, what they take, and making room."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.adapters.http.limits import limit
from app.services.auth.deps import ActorScope
from app.services.preview.deleting import delete_bundle
from app.services.preview.project_schemas import BundleDeletedOut, PreviewSettingsIn, PreviewSettingsOut, UsageOut
from app.services.preview.project_settings import read_settings, replace_settings
from app.services.preview.quotas import read_usage

router = APIRouter(prefix="/preview", tags=["preview"], dependencies=[limit("api")])
settings_router = APIRouter(
    prefix="/projects/{project_id}/preview-settings", tags=["preview"], dependencies=[limit("api")]
)

ForGood = Annotated[bool, Query(description="Give it up: it is purged by the next cleanup. For owners.")]


@settings_router.get("", summary="How a project's previews are built")
async def read_preview_settings(project_id: UUID, scope: ActorScope) -> PreviewSettingsOut:
    """Read the variables that builds see, and whether packages may run scripts. Nothing here is secret."""
    return PreviewSettingsOut.of(project_id, await read_settings(scope, project_id))


@settings_router.put("", summary="Say how a project's previews are built")
async def replace_preview_settings(
    project_id: UUID, wanted: PreviewSettingsIn, scope: ActorScope
) -> PreviewSettingsOut:
    """Replace all of it. Names that steer the build itself, such as `NODE_OPTIONS`, are refused."""
    return PreviewSettingsOut.of(project_id, await replace_settings(scope, project_id, wanted.settings()))


@router.get("/usage", summary="What a project's previews take, and may take")
async def read_preview_usage(project_id: UUID, scope: ActorScope) -> UsageOut:
    return UsageOut.of(await read_usage(scope, project_id))


@router.delete("/bundles/{job_id}", summary="Delete a bundle before its time")
async def delete_preview_bundle(job_id: UUID, scope: ActorScope, for_good: ForGood = False) -> BundleDeletedOut:
    """Hide a bundle; it can be restored as an expired one can, unless it was given up `for_good`."""
    return BundleDeletedOut.of(await delete_bundle(scope, job_id, for_good=for_good))
