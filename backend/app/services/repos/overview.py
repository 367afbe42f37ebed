"""How a mirror stands and how its syncs went, read for people."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.adapters.scope import Scope
from app.core.paging import encode_cursor
from app.models.repo import RepoMirror, SyncRun
from app.services.repos.schemas import SyncErrorOut, SyncHistoryOut, SyncRunOut

_ATTEMPTED = ("running", "success", "failed")
_SUCCEEDED = ("success",)


async def read_overview(scope: Scope, project_id: UUID, *, limit: int, after: UUID | None) -> SyncHistoryOut:
    """Read a page of syncs, newest first, with the last attempt and the last success, whichever page they are on."""
    query = select(SyncRun).where(SyncRun.project_id == project_id)
    if after is not None:
        query = query.where(SyncRun.id < after)
    rows = list((await scope.session.execute(query.order_by(SyncRun.id.desc()).limit(limit + 1))).scalars())
    attempt = await _newest(scope, project_id, _ATTEMPTED)
    success = await _newest(scope, project_id, _SUCCEEDED)
    mirror = await scope.session.get(RepoMirror, project_id)
    counts = success.changes if success else {}
    return SyncHistoryOut(
        items=[SyncRunOut.of(row) for row in rows[:limit]],
        next_cursor=encode_cursor(rows[limit - 1].id) if len(rows) > limit else None,
        remote_url=mirror.remote_url if mirror else None,
        default_branch=mirror.head_branch if mirror else None,
        head=mirror.head_commit if mirror else None,
        generation=mirror.generation if mirror else 0,
        branches=counts.get("branches", 0),
        tags=counts.get("tags", 0),
        last_attempt=SyncRunOut.of(attempt) if attempt else None,
        last_success=SyncRunOut.of(success) if success else None,
        last_error=_error(mirror),
        next_sync_at=mirror.next_sync_at if mirror else None,
    )


async def _newest(scope: Scope, project_id: UUID, statuses: Sequence[str]) -> SyncRun | None:
    query = select(SyncRun).where(SyncRun.project_id == project_id, SyncRun.status.in_(statuses))
    return (await scope.session.execute(query.order_by(SyncRun.id.desc()).limit(1))).scalars().first()


def _error(mirror: RepoMirror | None) -> SyncErrorOut | None:
    if mirror is None or mirror.last_error_code is None:
        return None
    return SyncErrorOut(code=mirror.last_error_code, message=mirror.last_error_message or "")
