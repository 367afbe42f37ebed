"""Rows that nobody needs any more, by age; each is proved in the statement that deletes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, tuple_

from app.adapters.jobs.pruning import count_old_jobs, delete_old_jobs
from app.adapters.scope import Scope
from app.config.cleanup import CleanupSettings
from app.core.jobs import JobStatus
from app.models.autoscaler import AutoscalerSample
from app.models.base import Base
from app.models.cleanup import ObjectTombstone, Warrant
from app.models.event import EventRecord
from app.models.folder import FolderSync
from app.models.job import IdempotencyKey, Job, JobRollup
from app.models.notification import Notification
from app.models.preview import PreviewBundle, PreviewSession
from app.models.user import RefreshToken
from app.services.cleanup.items import Item, Task

# One statement holds locks for milliseconds, not seconds.
_ROWS_AT_ONCE = 1000
_TOMBSTONES_KEPT = timedelta(days=1)
_AT_WORK = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table, its key, what is too old in it, and for how long rows are kept."""

    table: type[Base]
    key: tuple[Any, ...]
    too_old: Callable[[datetime], ColumnElement[bool]]
    age: Callable[[CleanupSettings], timedelta]


# An event is needed by clients that resume, a key by requests that are repeated, an expired token to notice its use.
_TABLES: Mapping[str, _Kept] = {
    "events": _Kept(
        EventRecord,
        (EventRecord.seq,),
        lambda at: EventRecord.created_at < at,
        lambda kept: timedelta(days=kept.event_days),
    ),
    "notifications": _Kept(
        Notification,
        (Notification.id,),
        lambda at: Notification.read_at < at,
        lambda kept: timedelta(days=kept.notification_days),
    ),
    "idempotency_keys": _Kept(
        IdempotencyKey,
        (IdempotencyKey.user_id, IdempotencyKey.key),
        lambda at: IdempotencyKey.created_at < at,
        lambda kept: timedelta(hours=kept.idempotency_hours),
    ),
    "refresh_tokens": _Kept(
        RefreshToken,
        (RefreshToken.id,),
        lambda at: RefreshToken.expires_at < at,
        lambda kept: timedelta(days=kept.token_days),
    ),
    "autoscaler_samples": _Kept(
        AutoscalerSample,
        (AutoscalerSample.id,),
        lambda at: AutoscalerSample.at < at,
        lambda kept: timedelta(days=kept.sample_days),
    ),
    "job_rollups": _Kept(
        JobRollup,
        (JobRollup.minute, JobRollup.queue, JobRollup.kind, JobRollup.status),
        lambda at: JobRollup.minute < at,
        lambda kept: timedelta(days=kept.rollup_days),
    ),
    # One that is being executed is needed by whoever does so; one whose job ended half-way is not.
    "warrants": _Kept(
        Warrant,
        (Warrant.id,),
        lambda at: (
            (Warrant.planned_at < at)
            & ~(
                (Warrant.status == "executing")
                & select(Job.id).where(Job.id == Warrant.execute_job_id, Job.status.in_(_AT_WORK)).exists()
            )
        ),
        lambda kept: timedelta(days=kept.warrant_days),
    ),
    # What of a preview is left when nobody can see it any more.
    "preview_bundles": _Kept(
        PreviewBundle,
        (PreviewBundle.id,),
        lambda at: (PreviewBundle.status == "purged") & (PreviewBundle.purged_at < at),
        lambda kept: timedelta(days=kept.preview_days),
    ),
    "preview_sessions": _Kept(
        PreviewSession,
        (PreviewSession.id,),
        lambda at: (
            (PreviewSession.status != "live")
            & (PreviewSession.expires_at < at)
            & ~select(PreviewBundle.id).where(PreviewBundle.session_id == PreviewSession.id).exists()
        ),
        lambda kept: timedelta(days=kept.preview_days),
    ),
    # What was sent for it is gone by then, and its commit is in the history of syncs.
    "folder_syncs": _Kept(
        FolderSync,
        (FolderSync.id,),
        lambda at: (FolderSync.status != "committing") & (FolderSync.expires_at < at),
        lambda kept: timedelta(days=kept.job_days),
    ),
    "object_tombstones": _Kept(
        ObjectTombstone,
        (ObjectTombstone.bucket, ObjectTombstone.key),
        lambda at: ObjectTombstone.gone_at < at,
        lambda _settings: _TOMBSTONES_KEPT,
    ),
}


class PruneHistory(Task):
    """Finished jobs, events, notifications, keys, tokens, samples, rollups, warrants, old previews and folder syncs."""

    name = "prune_history"
    description = "Deletes rows that are only history and older than the CLEANUP_… settings say."

    async def plan(self, limit: int) -> Sequence[Item]:
        """Count what is too old; an item stands for at most a thousand rows of one table."""
        settings, now = self.container.settings.cleanup, self.container.clock.now()
        async with self.ctx.scope(read_only=True) as scope:
            older_than = now - timedelta(days=settings.job_days)
            found = [("jobs", older_than, await count_old_jobs(scope.session, older_than))]
            for name, kept in _TABLES.items():
                older_than = now - kept.age(settings)
                count = select(func.count()).select_from(kept.table).where(kept.too_old(older_than))
                found.append((name, older_than, int(await scope.session.scalar(count) or 0)))
        items = [
            Item("rows", name, {"older_than": older_than.isoformat(), "rows": min(_ROWS_AT_ONCE, rows - first)})
            for name, older_than, rows in found
            for first in range(0, rows, _ROWS_AT_ONCE)
        ]
        return items[:limit]

    async def settle(self, scope: Scope, item: Item, freed: int) -> int:
        """Delete as many as were planned of those that are still too old."""
        older_than, limit = datetime.fromisoformat(item.proof["older_than"]), int(item.proof["rows"])
        if item.target == "jobs":
            await delete_old_jobs(scope.session, older_than, limit=limit)
            return 0
        kept = _TABLES[item.target]
        too_old = kept.too_old(older_than)
        chosen = select(*kept.key).where(too_old).limit(limit)
        key = kept.key[0] if len(kept.key) == 1 else tuple_(*kept.key)
        await scope.session.execute(delete(kept.table).where(key.in_(chosen), too_old))
        return 0
