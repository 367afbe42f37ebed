"""Taking a bundle away before its time: hidden and restorable, or given up at once to make room."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.errors import NotFound
from app.models.preview import PreviewBundle
from app.services.preview.errors import BundleNotFound, NotDeletable
from app.services.projects.access import Permission, require_project


async def delete_bundle(scope: Scope, job_id: UUID, *, for_good: bool) -> PreviewBundle:
    """Hide a job's bundle, as an expired one is; `for_good`, which owners may, the next purge takes it.

    BundleNotFound, NotDeletable, PermissionDenied. Its bytes count until they are purged. Locks: its row.
    """
    query: Select[Any] = select(PreviewBundle).where(PreviewBundle.job_id == job_id).with_for_update()
    bundle: PreviewBundle | None = (await scope.session.execute(query)).scalar_one_or_none()
    if bundle is None or bundle.project_id is None:
        raise BundleNotFound
    needed = Permission.MANAGE if for_good else Permission.WRITE
    try:
        await require_project(scope, bundle.project_id, needed)
    except NotFound:
        raise BundleNotFound from None
    if bundle.status == "purged" or (bundle.status == "soft_deleted" and not for_good):
        raise NotDeletable(status=bundle.status)
    before, now = {"status": bundle.status}, scope.clock.now()
    bundle.status = "soft_deleted"
    bundle.soft_deleted_at = bundle.soft_deleted_at or now
    bundle.purge_at = now if for_good else now + timedelta(days=scope.settings.cleanup.restorable_days)
    scope.record(
        Effect(
            "bundle.deleted", "bundle", str(bundle.id), project_id=bundle.project_id, before=before,
            after={"status": "soft_deleted", "purge_at": bundle.purge_at.isoformat()},
        )
    )  # fmt: skip
    return bundle
