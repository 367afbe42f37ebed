"""What belongs to a manifest but changes while it does not: active previews and what AI was shown. Outside the hash."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.adapters.scope import Scope
from app.core.hashing import canonical_json, sha256_hex
from app.models.ai import AiJob
from app.models.preview import PreviewBundle
from app.services.manifest.digest import ManifestRef

_MOST_CONTEXTS = 50
_MOST_PREVIEWS = 50


@dataclass(frozen=True, slots=True)
class AiContext:
    """An AI job that was shown files of this manifest; the exact text is kept under `context_sha256`."""

    ai_job_id: UUID
    job_id: UUID
    kind: str
    context_sha256: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActivePreview:
    """A bundle that was built of this manifest's commit and can be opened on a device now."""

    job_id: UUID
    platform: str | None
    source: str | None
    status: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Overlay:
    """The overlay at one moment. `version` is a hash over it: another version, another overlay."""

    version: str
    ai_contexts: tuple[AiContext, ...]
    previews: tuple[ActivePreview, ...] = ()


async def read_overlay(scope: Scope, manifest: ManifestRef) -> Overlay:
    """Gather a manifest's overlay: the newest fifty AI contexts, and of previews of its commit the newest fifty."""
    query = (
        select(AiJob)
        .where(AiJob.manifest_id == manifest.id, AiJob.context_sha256.is_not(None))
        .order_by(AiJob.id.desc())
        .limit(_MOST_CONTEXTS)
    )
    contexts = tuple(
        AiContext(row.id, row.job_id, row.kind, row.context_sha256 or "", row.created_at, row.finished_at)
        for row in (await scope.session.execute(query)).scalars()
    )
    previews = await _previews(scope, manifest)
    facts = [
        [[str(each.ai_job_id), each.context_sha256, str(each.finished_at)] for each in contexts],
        [[str(each.job_id), each.status, str(each.expires_at)] for each in previews],
    ]
    return Overlay(sha256_hex(canonical_json(facts))[:16], contexts, previews)


async def _previews(scope: Scope, manifest: ManifestRef) -> tuple[ActivePreview, ...]:
    query = (
        select(PreviewBundle)
        .where(
            PreviewBundle.project_id == manifest.project_id,
            PreviewBundle.commit == manifest.core.commit,
            PreviewBundle.status == "live",
            PreviewBundle.expires_at > scope.clock.now(),
        )
        .order_by(PreviewBundle.id.desc())
        .limit(_MOST_PREVIEWS)
    )
    return tuple(
        ActivePreview(row.job_id, row.platform, row.source, row.status, row.created_at, row.expires_at)
        for row in (await scope.session.execute(query)).scalars()
    )
