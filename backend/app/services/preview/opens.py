"""Who opened which preview: noted once for a person and a job, so that the next one can say what is new."""

from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.scope import Scope, ScopeFactory
from app.core.errors import Unavailable
from app.models.preview import PreviewBundle, PreviewOpen
from app.services.preview.service import Preview

log = structlog.get_logger(__name__)


async def note_open(scopes: ScopeFactory, preview: Preview) -> None:
    """Note that the viewer opens a preview: its bundle is about to be sent to him. Again is no news.

    Whoever comes with a token or a grant is its owner here. A download is worth more than this note of it: where it
    cannot be written now, it is not.
    """
    if preview.bundle is None or preview.bundle.project_id is None:
        return
    try:
        await _note(scopes, preview.bundle.project_id, preview.bundle.job_id, preview.payload.platform.value)
    except Unavailable:
        log.warning("preview.open_not_noted", job_id=str(preview.bundle.job_id))


async def _note(scopes: ScopeFactory, project_id: UUID, job_id: UUID, platform: str) -> None:
    async with scopes(read_only=True) as scope:
        user_id = scope.actor.user_id
        if user_id is None or await _is_noted(scope, user_id, job_id):
            return
    async with scopes() as scope:
        insert = postgres_insert if scope.container.database.is_postgres else sqlite_insert
        row = {
            "id": scope.ids.new(),
            "user_id": user_id,
            "project_id": project_id,
            "platform": platform,
            "job_id": job_id,
            "opened_at": scope.clock.now(),
        }
        await scope.session.execute(insert(PreviewOpen).values(row).on_conflict_do_nothing())


async def opened_before(scope: Scope, bundle: PreviewBundle, platform: str) -> PreviewBundle | None:
    """Find the bundle that the actor opened last before this one, of the same project and platform."""
    user_id = scope.actor.user_id
    if user_id is None or bundle.project_id is None:
        return None
    alike = (PreviewOpen.project_id == bundle.project_id, PreviewOpen.platform == platform)
    this = select(PreviewOpen.opened_at).where(PreviewOpen.user_id == user_id, PreviewOpen.job_id == bundle.job_id)
    opened_at = (await scope.session.execute(this)).scalar_one_or_none()
    query = select(PreviewBundle).join(PreviewOpen, PreviewOpen.job_id == PreviewBundle.job_id)
    query = query.where(PreviewOpen.user_id == user_id, *alike, PreviewOpen.job_id != bundle.job_id)
    if opened_at is not None:
        query = query.where(PreviewOpen.opened_at <= opened_at)
    newest = query.order_by(PreviewOpen.opened_at.desc(), PreviewOpen.id.desc()).limit(1)
    found: PreviewBundle | None = (await scope.session.execute(newest)).scalars().first()
    return found


async def _is_noted(scope: Scope, user_id: UUID, job_id: UUID) -> bool:
    query = select(PreviewOpen.id).where(PreviewOpen.user_id == user_id, PreviewOpen.job_id == job_id)
    return (await scope.session.execute(query)).first() is not None
