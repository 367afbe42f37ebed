"""The rules of mirrors: one sync at a time for a project, every attempt written down, success a fact of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.adapters.db.locks import lock_rows
from app.adapters.git.port import Known, Ref, RefAction, SyncResult
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.hashing import sha256_hex
from app.core.jobs import JobPayload
from app.models.job import Job
from app.models.project import Project
from app.models.repo import RepoMirror, SyncRun
from app.services.repos.errors import NoRepository, SyncInProgress
from app.services.repos.history import MOST_REFS, changes_of, moved_refs
from app.services.repos.messages import RemoveMirror, RepoSynced, RepoSyncFailed, SyncRepo

# What set a sync going, beside "initial", "manual" and "scheduled".
FOLDER = "folder"
QUEUED, RUNNING, SUCCESS, FAILED, CANCELLED = "queued", "running", "success", "failed", "cancelled"

# A repository that fails is asked less and less often, but at least once a day: it may come back.
_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SyncOrder:
    """What a worker needs to run a sync: `since` is what was recorded last. The credentials are still sealed.

    Without `remote_url` what is synced comes from a person's folder.
    """

    project_id: UUID
    remote_url: str | None
    credential_box: bytes | None
    since: Known


class RepoService:
    """Mirrors and their syncs inside one transaction. Callers have asked `require_project` before."""

    def __init__(self, scope: Scope) -> None:
        """Work in the scope's transaction."""
        self._scope = scope
        self._session = scope.session
        self._now = scope.clock.now()

    async def connect(self, project_id: UUID, remote_url: str, credential_box: bytes | None) -> None:
        """Note where a project's repository is, or that it moved, and ask for a sync."""
        mirror = await self.find_mirror(project_id)
        trigger = "initial" if mirror is None else "manual"
        if mirror is None:
            mirror = RepoMirror(project_id=project_id, remote_url=remote_url)
            self._session.add(mirror)
        # A sync that runs now still uses the old ones; when it ends, the next one is due at once.
        mirror.remote_url, mirror.credential_box = remote_url, credential_box
        await self._session.flush()
        await self.request_sync(project_id, trigger=trigger)

    async def disconnect(self, project_id: UUID) -> None:
        """Forget a deleted project's repository, its credentials first, and have its mirror deleted."""
        mirror = await self.find_mirror(project_id)
        if mirror is not None:
            mirror.credential_box = mirror.next_sync_at = None
        await self._scope.stage(RemoveMirror(project_id=project_id), project_id=project_id)

    async def find_mirror(self, project_id: UUID) -> RepoMirror | None:
        """Find how a mirror stands."""
        return await self._session.get(RepoMirror, project_id)

    async def read_mirror(self, project_id: UUID) -> RepoMirror:
        """Read how a mirror stands; NoRepository when the project has none."""
        mirror = await self.find_mirror(project_id)
        if mirror is None:
            raise NoRepository
        return mirror

    async def read_remote(self, project_id: UUID) -> tuple[str, bytes | None]:
        """Read where a project's repository is, with its sealed credentials; NoRepository when it has none."""
        mirror = await self.read_mirror(project_id)
        if mirror.remote_url is None:
            raise NoRepository
        return mirror.remote_url, mirror.credential_box

    async def request_sync(self, project_id: UUID, *, trigger: str) -> Job:
        """Ask for a sync, or join the one that waits or runs; NoRepository, SyncInProgress."""
        await self.read_remote(project_id)
        payload = SyncRepo(project_id=project_id, sync_run_id=self._scope.ids.new())
        job = await self._scope.stage(payload, project_id=project_id)
        run_id = SyncRepo.model_validate(job.payload).sync_run_id
        if run_id != payload.sync_run_id:
            if await self._session.get(SyncRun, run_id) is None:
                # The sync that would be joined is one whose history is gone.
                raise SyncInProgress
            return job
        await self._begin_history(run_id, job, trigger=trigger)
        return job

    async def request_from_folder(self, run_id: UUID, payload: JobPayload, project_id: UUID) -> Job:
        """Have a folder committed that was sent, as a sync of the project; makes its mirror known where it is not.

        Locks: the project's row, so that of two first ones the second finds the mirror.
        """
        await lock_rows(
            self._session, self._scope.container.database, select(Project.id).where(Project.id == project_id)
        )
        if await self.find_mirror(project_id) is None:
            self._session.add(RepoMirror(project_id=project_id, remote_url=None))
            await self._session.flush()
        job = await self._scope.stage(payload, project_id=project_id)
        await self._begin_history(run_id, job, trigger=FOLDER)
        return job

    async def _begin_history(self, run_id: UUID, job: Job, *, trigger: str) -> None:
        self._session.add(
            SyncRun(
                id=run_id,
                project_id=job.project_id,
                job_id=job.id,
                trigger=trigger,
                status=QUEUED,
                requested_by=self._scope.actor.user_id,
                created_at=self._now,
                changes={},
            )
        )
        await self._session.flush()
        self._scope.record(
            Effect("sync.requested", "sync", str(run_id), project_id=job.project_id, after={"trigger": trigger})
        )

    async def has_succeeded(self, run_id: UUID) -> bool:
        """Say whether an attempt was recorded as a success already: its worker died after that."""
        run = await self._session.get(SyncRun, run_id)
        return run is not None and run.status == SUCCESS

    async def begin(self, run_id: UUID) -> SyncOrder | None:
        """Start an attempt; None when there is nothing to do any more: it succeeded, or the project is gone."""
        run = await self._session.get(SyncRun, run_id)
        if run is None or run.status == SUCCESS:
            return None
        project = await self._session.get(Project, run.project_id)
        mirror = await self._session.get(RepoMirror, run.project_id)
        if project is None or project.deleted_at is not None or mirror is None:
            run.status, run.finished_at = CANCELLED, self._now
            return None
        run.status, run.finished_at, run.error_code, run.error_message = RUNNING, None, None, None
        run.started_at = run.started_at or self._now
        run.head_before = mirror.head_commit
        run.changes = {"remote": _remote(mirror)}
        mirror.last_attempt_at = self._now
        mirror.last_attempt_status = RUNNING
        return SyncOrder(run.project_id, mirror.remote_url, mirror.credential_box, await self._recorded(run.project_id))

    async def record(self, run_id: UUID, result: SyncResult, refs: Sequence[Ref], *, note: str | None = None) -> bool:
        """Write down a success and tell the world; a second time changes nothing. False when the project is gone.

        `note` is what the history remarks besides what it can see for itself.
        """
        run, mirror = await self._unfinished(run_id)
        if run is None or mirror is None:
            return True
        project = await self._session.get(Project, run.project_id)
        if project is None or project.deleted_at is not None:
            # Deleted while git was at work: what deletes mirrors may have come before there was this one.
            run.status, run.finished_at = CANCELLED, self._now
            await self._scope.stage(RemoveMirror(project_id=run.project_id), project_id=run.project_id)
            return False
        run.status, run.finished_at, run.error_code, run.error_message = SUCCESS, self._now, None, None
        run.head_after, run.bytes_received, run.healed = result.head, result.bytes_received, result.healed
        run.changes = {**run.changes, **changes_of(result, refs, branch_before=mirror.head_branch)}
        if note:
            run.changes = {**run.changes, "notes": [note, *run.changes["notes"]]}
        mirror.generation += 1
        mirror.head_commit, mirror.head_branch = result.head, result.default_branch
        mirror.last_attempt_status, mirror.last_success_at = SUCCESS, self._now
        mirror.last_error_code = mirror.last_error_message = None
        mirror.next_sync_at = self._after(run, mirror)
        counts = run.changes.get("counts")
        self._scope.record(
            Effect(
                "mirror.synced",
                "mirror",
                str(run.project_id),
                project_id=run.project_id,
                before={"head": run.head_before},
                after={"head": result.head, "refs": counts, "generation": mirror.generation, "sync_id": run.id},
            )
        )
        self._scope.publish(
            RepoSynced(
                project_id=run.project_id,
                sync_run_id=run.id,
                head=result.head,
                default_branch=result.default_branch,
                moved_refs=moved_refs(result),
                deleted_refs=result.changed(RefAction.DELETED)[:MOST_REFS],
            )
        )
        return True

    async def note_attempt(self, run_id: UUID, *, code: str, message: str) -> None:
        """Write down that an attempt failed, while the job may still be tried again."""
        run, mirror = await self._unfinished(run_id)
        if run is None or mirror is None:
            return
        run.error_code, run.error_message = code, message
        mirror.last_attempt_status = FAILED
        mirror.last_error_code, mirror.last_error_message = code, message

    async def end(self, job_id: UUID, *, status: str, code: str | None, message: str | None) -> None:
        """End the sync whose job ended without success: failed, cancelled, or lost with its workers."""
        run = (await self._session.execute(select(SyncRun).where(SyncRun.job_id == job_id))).scalar_one_or_none()
        if run is None or run.status == SUCCESS:
            return
        run.status, run.finished_at = (CANCELLED if status == CANCELLED else FAILED), self._now
        run.error_code, run.error_message = code, message
        mirror = await self.find_mirror(run.project_id)
        if mirror is not None:
            if run.started_at is not None:
                mirror.last_attempt_status = run.status
            mirror.last_error_code, mirror.last_error_message = code, message
            mirror.next_sync_at = self._after(run, mirror)
        if run.status == FAILED:
            self._scope.publish(
                RepoSyncFailed(
                    project_id=run.project_id,
                    user_id=run.requested_by,
                    sync_run_id=run.id,
                    code=code or "INTERNAL",
                    message=message or "The sync failed.",
                )
            )

    async def stage_due(self, *, limit: int) -> int:
        """Ask for the syncs whose time has come; answer how many. Locks their mirrors' rows, skipping taken ones."""
        due = (
            select(RepoMirror)
            .join(Project, Project.id == RepoMirror.project_id)
            .where(RepoMirror.next_sync_at <= self._now, Project.deleted_at.is_(None))
            .order_by(RepoMirror.next_sync_at, RepoMirror.project_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=RepoMirror)
        )
        mirrors = (await self._session.execute(due)).scalars().all()
        for mirror in sorted(mirrors, key=lambda each: each.project_id):
            await self.request_sync(mirror.project_id, trigger="scheduled")
            # Until the sync ends and says better: a lost one must not be asked for in every tick.
            mirror.next_sync_at = self._next_sync(mirror, failed=True)
        return len(mirrors)

    async def _recorded(self, project_id: UUID) -> Known:
        """Read what the last recorded sync left; the mirror may be ahead of it, where a worker died in between."""
        query = select(SyncRun.changes).where(SyncRun.project_id == project_id, SyncRun.status == SUCCESS)
        changes = (await self._session.execute(query.order_by(SyncRun.id.desc()).limit(1))).scalar_one_or_none()
        return Known(None if changes is None else changes.get("state", ""))

    async def _unfinished(self, run_id: UUID) -> tuple[SyncRun | None, RepoMirror | None]:
        run = await self._session.get(SyncRun, run_id)
        if run is None or run.status == SUCCESS:
            return None, None
        return run, await self.find_mirror(run.project_id)

    def _next_sync(self, mirror: RepoMirror, *, failed: bool) -> datetime | None:
        """Choose the time of the next sync, a tenth earlier or later so that projects spread out; a folder has none."""
        wait = timedelta(seconds=self._scope.settings.git.sync_interval_seconds)
        if not wait or mirror.remote_url is None:
            return None
        if failed and mirror.last_success_at is not None:
            # The wait grows with the outage: half as long as it has lasted.
            wait = max(wait, min(_LONGEST_WAIT, (self._now - mirror.last_success_at) / 2))
        return self._now + wait * (0.9 + 0.2 * self._scope.ids.fraction())

    def _after(self, run: SyncRun, mirror: RepoMirror) -> datetime | None:
        """Choose the time of the sync after this one: at once when the address or credentials changed meanwhile."""
        if run.changes.get("remote") != _remote(mirror):
            return self._now
        return self._next_sync(mirror, failed=run.status != SUCCESS)


def _remote(mirror: RepoMirror) -> str:
    """Name an address with its credentials, without saying either."""
    return sha256_hex((mirror.remote_url or "").encode() + b"\0" + (mirror.credential_box or b""))[:16]
