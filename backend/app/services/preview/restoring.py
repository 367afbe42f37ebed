"""The way back for a bundle whose time was over: until its purge begins."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.adapters.scope import Scope
from app.adapters.storage import tombstones
from app.adapters.storage.port import Bucket
from app.core.effects import Effect
from app.models.preview import PreviewBundle
from app.services.preview.errors import BundleNotFound, NotRestorable


async def restore_bundle(scope: Scope, bundle_id: UUID) -> PreviewBundle:
    """Bring an expired or soft-deleted bundle back to life; NotRestorable once its purge began. Locks: its row."""
    query: Select[Any] = select(PreviewBundle).where(PreviewBundle.id == bundle_id).with_for_update()
    bundle: PreviewBundle | None = (await scope.session.execute(query)).scalar_one_or_none()
    if bundle is None:
        raise BundleNotFound
    before = {"status": bundle.status}
    condemned = await tombstones.is_condemned(
        scope.session, scope.container.database, Bucket.PREVIEWS, bundle.object_key
    )
    if bundle.status not in ("expired", "soft_deleted") or condemned:
        raise NotRestorable(status=bundle.status)
    lives_until = scope.clock.now() + timedelta(days=scope.settings.cleanup.restorable_days)
    bundle.status, bundle.expires_at = "live", max(bundle.expires_at, lives_until)
    bundle.soft_deleted_at = bundle.purge_at = None
    scope.record(
        Effect(
            "bundle.restored", "bundle", str(bundle.id), project_id=bundle.project_id, before=before,
            after={"status": "live", "expires_at": bundle.expires_at.isoformat()},
        )
    )  # fmt: skip
    return bundle
