"""What belongs to a manifest but changes while it does not: active previews and what AI was shown. Outside the hash."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.adapters.scope import Scope
from app.core.hashing import canonical_json, sha256_hex
from app.models.ai import AiJob
from app.services.manifest.digest import ManifestRef

_MOST_CONTEXTS = 50


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
class Overlay:
    """The overlay at one moment. `version` is a hash over it: another version, another overlay."""

    version: str
    ai_contexts: tuple[AiContext, ...]


async def read_overlay(scope: Scope, manifest: ManifestRef) -> Overlay:
    """Gather a manifest's overlay: the newest fifty AI contexts. Previews join when they pin manifests."""
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
    facts = [[str(each.ai_job_id), each.context_sha256, str(each.finished_at)] for each in contexts]
    return Overlay(sha256_hex(canonical_json(facts))[:16], contexts)
