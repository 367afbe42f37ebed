"""How much of this installation one project's previews may take: bytes of bundles, jobs under way, sessions an hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.adapters.db.locks import lock_rows
from app.adapters.scope import Scope
from app.core.jobs import JobStatus, Queue
from app.models.job import Job
from app.models.preview import PreviewBundle, PreviewSession
from app.models.project import Project
from app.services.preview.errors import PreviewSpaceFull, TooManyPreviews, TooManySessions
from app.services.preview.messages import ReceiveBundle
from app.services.projects.access import Permission, require_project

_HOUR = timedelta(hours=1)
# How many bundles somebody is told of who has to make room.
_MOST_TOLD = 5
# How long somebody should wait before asking again whether a preview has ended.
_RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A bundle that takes space: whose job it is, its size in bytes, its state, until when it can be had."""

    job_id: UUID
    platform: str | None
    size_bytes: int
    status: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """How much is used of how much."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a project's previews take: bytes kept or announced, unfinished jobs, sessions of the last hour."""

    space: Share
    jobs: Share
    sessions: Share
    oldest: Sequence[Kept]


async def check_room(scope: Scope, project_id: UUID, *, bytes_needed: int = 0) -> None:
    """Let a build or an upload in; PreviewSpaceFull, TooManyPreviews.

    In a writing scope it locks the project's row until the commit, so that two at once do not both take the last place.
    """
    await _alone(scope, project_id)
    limits = scope.settings.preview
    jobs = await _unfinished(scope, project_id)
    if jobs >= limits.quota_jobs:
        raise TooManyPreviews(used=jobs, limit=limits.quota_jobs, retry_after_seconds=_RETRY_SECONDS)
    await check_space(scope, project_id, bytes_needed=bytes_needed)


async def check_space(scope: Scope, project_id: UUID, *, bytes_needed: int = 0) -> None:
    """Make sure that so many bytes fit beside a project's bundles; PreviewSpaceFull tells of the oldest ones."""
    limit, used = scope.settings.preview.quota_bytes, await _bytes(scope, project_id)
    if used + max(1, bytes_needed) > limit:
        oldest = [
            {"job_id": str(each.job_id), "bytes": each.size_bytes, "status": each.status}
            for each in await _oldest(scope, project_id)
        ]
        raise PreviewSpaceFull(used=used, needed=bytes_needed, limit=limit, oldest=oldest)


async def check_sessions(scope: Scope, project_id: UUID) -> None:
    """Let one more session be opened; TooManySessions. Locks the project's row as `check_room` does."""
    await _alone(scope, project_id)
    limit, opened = scope.settings.preview.quota_sessions, await _sessions(scope, project_id)
    if opened < limit:
        return
    # When the oldest of those that count leaves the hour, there is a place again.
    counting = select(PreviewSession.created_at).where(PreviewSession.project_id == project_id)
    nth = counting.order_by(PreviewSession.created_at.desc()).offset(limit - 1).limit(1)
    since = (await scope.session.execute(nth)).scalar_one()
    wait = max(1, round((since + _HOUR - scope.clock.now()).total_seconds()))
    raise TooManySessions(used=opened, limit=limit, retry_after_seconds=wait)


async def read_usage(scope: Scope, project_id: UUID) -> Usage:
    """Say what a project's previews take; what `require_project` raises."""
    await require_project(scope, project_id, Permission.PREVIEW)
    limits = scope.settings.preview
    return Usage(
        space=Share(await _bytes(scope, project_id), limits.quota_bytes),
        jobs=Share(await _unfinished(scope, project_id), limits.quota_jobs),
        sessions=Share(await _sessions(scope, project_id), limits.quota_sessions),
        oldest=await _oldest(scope, project_id),
    )


async def _alone(scope: Scope, project_id: UUID) -> None:
    if not scope.uow.read_only:
        query = select(Project.id).where(Project.id == project_id)
        await lock_rows(scope.session, scope.container.database, query)


async def _bytes(scope: Scope, project_id: UUID) -> int:
    """Count what is stored until it is purged, and what was sent and waits to be checked."""
    kept = select(func.coalesce(func.sum(PreviewBundle.size_bytes), 0)).where(*_kept(project_id))
    stored: int = (await scope.session.execute(kept)).scalar_one()
    waiting = select(Job.payload).where(*_at_work(project_id), Job.kind == ReceiveBundle.kind)
    sent = (await scope.session.execute(waiting)).scalars()
    return int(stored) + sum(int(payload.get("size_bytes", 0)) for payload in sent)


async def _unfinished(scope: Scope, project_id: UUID) -> int:
    found: int = (await scope.session.execute(select(func.count(Job.id)).where(*_at_work(project_id)))).scalar_one()
    return found


async def _sessions(scope: Scope, project_id: UUID) -> int:
    recent = PreviewSession.created_at > scope.clock.now() - _HOUR
    query = select(func.count(PreviewSession.id)).where(PreviewSession.project_id == project_id, recent)
    found: int = (await scope.session.execute(query)).scalar_one()
    return found


async def _oldest(scope: Scope, project_id: UUID) -> list[Kept]:
    query = select(PreviewBundle).where(*_kept(project_id)).order_by(PreviewBundle.id).limit(_MOST_TOLD)
    return [
        Kept(row.job_id, row.platform, row.size_bytes, row.status, row.expires_at)
        for row in (await scope.session.execute(query)).scalars()
    ]


def _kept(project_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (PreviewBundle.project_id == project_id, PreviewBundle.status != "purged")


def _at_work(project_id: UUID) -> tuple[ColumnElement[bool], ...]:
    unfinished = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)
    return (Job.project_id == project_id, Job.queue == Queue.PREVIEW_BUILD.value, Job.status.in_(unfinished))
