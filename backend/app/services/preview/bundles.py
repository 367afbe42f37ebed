"""Rows of stored bundles: announced before the object is stored, written after it, found by job or by what went in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.adapters.scope import Scope
from app.adapters.storage import tombstones
from app.adapters.storage.port import Bucket, StoredObject
from app.models.preview import PreviewBundle
from app.services.preview.messages import BuildPreview, PreviewReady, ReceiveBundle
from app.services.preview.platforms import Source

PreviewPayload = ReceiveBundle | BuildPreview
PAYLOADS: Mapping[str, type[PreviewPayload]] = {each.kind: each for each in (ReceiveBundle, BuildPreview)}


def bundle_key(project_id: UUID, job_id: UUID) -> str:
    """Name the object of a bundle (CONTRACT.md, section 6)."""
    return f"previews/{project_id}/{job_id}/bundle.zip"


def evidence_key(project_id: UUID, job_id: UUID) -> str:
    """Name the object that is kept beside a bundle and never sent to a device."""
    return f"previews/{project_id}/{job_id}/evidence.zip"


def log_key(project_id: UUID, job_id: UUID) -> str:
    """Name the object of a build's log, which is there while it grows and when the build failed."""
    return f"previews/{project_id}/{job_id}/build.log"


def file_name_of(platform: str, job_id: UUID) -> str:
    """Name the file that a download of a bundle becomes."""
    return f"preview-{platform}-{job_id}.zip"


@dataclass(frozen=True, slots=True)
class MadeBundle:
    """A bundle whose objects are stored, and what is known of it; `facts` and `boot` are JSON."""

    job_id: UUID
    payload: PreviewPayload
    stored: StoredObject
    content_sha256: str
    facts: Mapping[str, Any]
    input_key: str | None = None
    boot: Mapping[str, Any] | None = None
    evidence: StoredObject | None = None


class Bundles:
    """The bundles of all projects, inside one scope. Nothing here asks who may: callers have."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope."""
        self._scope = scope

    async def of_job(self, job_id: UUID) -> PreviewBundle | None:
        """Find the bundle that a job made."""
        rows = await self._scope.session.execute(select(PreviewBundle).where(PreviewBundle.job_id == job_id))
        found: PreviewBundle | None = rows.scalar_one_or_none()
        return found

    async def of_jobs(self, job_ids: Collection[UUID]) -> dict[UUID, PreviewBundle]:
        """Find the bundles that several jobs made, by job."""
        rows = await self._scope.session.execute(select(PreviewBundle).where(PreviewBundle.job_id.in_(job_ids)))
        return {bundle.job_id: bundle for bundle in rows.scalars()}

    async def same_input(self, project_id: UUID, input_key: str) -> PreviewBundle | None:
        """Find the newest live bundle that was made of exactly the same."""
        query = (
            select(PreviewBundle)
            .where(
                PreviewBundle.project_id == project_id,
                PreviewBundle.input_key == input_key,
                PreviewBundle.status == "live",
            )
            .order_by(PreviewBundle.id.desc())
            .limit(1)
        )
        found: PreviewBundle | None = (await self._scope.session.execute(query)).scalar_one_or_none()
        return found

    async def announce(self, *keys: str) -> None:
        """Say that objects are about to be stored, so that cleanup does not take them for orphans meanwhile."""
        for key in keys:
            await tombstones.announce(self._scope.session, self._scope.container.database, Bucket.PREVIEWS, key)

    async def keep(self, made: MadeBundle) -> None:
        """Write down a bundle that was stored; a second time changes nothing."""
        scope, payload = self._scope, made.payload
        if await self.of_job(made.job_id) is not None:
            return
        for stored in filter(None, (made.stored, made.evidence)):
            await tombstones.refer(scope.session, scope.container.database, Bucket.PREVIEWS, stored.key)
        now = scope.clock.now()
        is_built = isinstance(payload, BuildPreview)
        scope.session.add(
            PreviewBundle(
                id=scope.ids.new(),
                project_id=payload.project_id,
                session_id=payload.session_id,
                job_id=made.job_id,
                object_key=made.stored.key,
                size_bytes=made.stored.size,
                sha256=made.stored.sha256,
                status="live",
                created_at=now,
                expires_at=now + timedelta(seconds=scope.settings.preview.bundle_ttl_seconds),
                platform=payload.platform.value,
                source=(Source.WORKER if is_built else Source.UPLOAD).value,
                input_key=made.input_key,
                content_sha256=made.content_sha256,
                commit=payload.commit if isinstance(payload, BuildPreview) else None,
                facts=dict(made.facts),
                boot=dict(made.boot) if made.boot is not None else None,
                evidence_key=made.evidence.key if made.evidence else None,
            )
        )
        scope.publish(
            PreviewReady(project_id=payload.project_id, preview_job_id=made.job_id, platform=payload.platform.value)
        )
