"""The rules of folder syncs: whose they are, how long they stay open, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from app.adapters.git.errors import BaseMoved
from app.adapters.git.port import NO_COMMIT, Known, Ref, Signature, SyncResult
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.hashing import sha256_hex
from app.models.folder import FolderSync
from app.models.job import Job
from app.models.project import Project
from app.models.repo import RepoMirror
from app.models.user import User
from app.services.folders.errors import FolderSyncClosed, FolderSyncExpired, FolderSyncNotFound, HasRemote, TooManyOpen
from app.services.folders.listing import Listing
from app.services.folders.messages import CommitFolder
from app.services.projects.access import Permission, require_project
from app.services.repos.service import RepoService

OPEN, COMMITTING, DONE, REPLACED = "open", "committing", "done", "replaced"
DEFAULT_BRANCH = "main"
_UNCHANGED = "The folder is what the mirror holds already: no commit was needed."


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder sync that was begun, the commit its project is at, and those of the same person that it replaces."""

    sync_id: UUID
    head: str | None
    expires_at: datetime
    replaced: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CommitOrder:
    """What a worker needs to commit a folder. `branch` is None where nobody chose one."""

    sync_id: UUID
    run_id: UUID
    project_id: UUID
    branch: str | None
    base_commit: str | None
    digest: str
    author: Signature
    since: Known


class FolderService:
    """Folder syncs inside one transaction."""

    def __init__(self, scope: Scope) -> None:
        """Work in the scope's transaction."""
        self._scope = scope
        self._session = scope.session
        self._now = scope.clock.now()

    async def allow(self, project_id: UUID) -> Project:
        """Return a project that the actor may sync from a folder; HasRemote when it has a repository."""
        project = await require_project(self._scope, project_id, Permission.SYNC)
        if project.repo_url is not None:
            raise HasRemote
        return project

    async def open(self, project_id: UUID, listing: Listing, digest: str) -> Opened:
        """Begin a sync; the actor's open ones of this project are over then. BaseMoved, TooManyOpen."""
        await self.allow(project_id)
        user_id, folders = self._user_id(), self._scope.settings.folders
        # One at a time for a person, so that the count is right. Locks: his row.
        await self._session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
        mine = (FolderSync.user_id == user_id, FolderSync.status == OPEN)
        here = select(FolderSync.id).where(*mine, FolderSync.project_id == project_id)
        replaced = tuple((await self._session.execute(here)).scalars())
        await self._session.execute(
            update(FolderSync).where(FolderSync.id.in_(replaced)).values(status=REPLACED, ended_at=self._now)
        )
        others = select(func.count()).select_from(FolderSync).where(*mine, FolderSync.expires_at > self._now)
        if int(await self._session.scalar(others) or 0) >= folders.max_open:
            raise TooManyOpen(most=folders.max_open)
        head = await self._check_base(project_id, listing.base_commit)
        row = FolderSync(
            id=self._scope.ids.new(),
            project_id=project_id,
            user_id=user_id,
            status=OPEN,
            base_commit=listing.base_commit,
            digest=digest,
            file_count=len(listing.files),
            total_bytes=listing.total_bytes,
            created_at=self._now,
            expires_at=self._now + timedelta(hours=folders.hours),
        )
        self._session.add(row)
        await self._session.flush()
        facts = {"files": row.file_count, "bytes": row.total_bytes, "base": row.base_commit}
        self._scope.record(Effect("folder.opened", "folder_sync", str(row.id), project_id=project_id, after=facts))
        return Opened(row.id, head, row.expires_at, replaced)

    async def read_open(self, project_id: UUID, sync_id: UUID) -> FolderSync:
        """Read a sync of the actor's that can still be sent to; FolderSyncNotFound, -Closed, -Expired."""
        row = await self._mine(project_id, sync_id)
        if row.status != OPEN:
            raise FolderSyncClosed
        if row.expires_at <= self._now:
            raise FolderSyncExpired(expired_at=row.expires_at.isoformat())
        return row

    async def find_commit(self, project_id: UUID, sync_id: UUID) -> Job | None:
        """Find the job that commits, or has committed, a sync of the actor's; None while it is open."""
        row = await self._mine(project_id, sync_id)
        if row.status not in (COMMITTING, DONE) or row.job_id is None:
            return None
        return await self._session.get(Job, row.job_id)

    async def request_commit(self, project_id: UUID, sync_id: UUID) -> Job:
        """Have an open sync committed; asked for twice, it is the same job. BaseMoved."""
        await self._session.execute(select(FolderSync.id).where(FolderSync.id == sync_id).with_for_update())
        present = await self.find_commit(project_id, sync_id)
        if present is not None:
            return present
        row = await self.read_open(project_id, sync_id)
        await self._check_base(project_id, row.base_commit)
        person = await self._session.get_one(User, row.user_id)
        run_id = self._scope.ids.new()
        payload = CommitFolder(project_id=project_id, sync_id=sync_id, sync_run_id=run_id)
        job = await RepoService(self._scope).request_from_folder(run_id, payload, project_id)
        row.status, row.job_id, row.requested_at = COMMITTING, job.id, self._now
        row.author_name, row.author_email = _plain(person.display_name) or "HiveSync", _plain(person.email)
        await self._session.flush()
        return job

    async def begin(self, payload: CommitFolder, job_id: UUID) -> CommitOrder | None:
        """Start an attempt of a job; None when there is nothing to do: the project is gone, or has a repository now."""
        row = await self._session.get(FolderSync, payload.sync_id)
        project = await self._session.get(Project, payload.project_id)
        # An open one whose job this is was opened when the job failed, and an administrator has brought the job back.
        if row is None or row.status not in (OPEN, COMMITTING) or row.job_id != job_id or row.requested_at is None:
            return None
        order = await RepoService(self._scope).begin(payload.sync_run_id)
        if project is None or order is None or order.remote_url is not None:
            return None
        row.status = COMMITTING
        author = Signature(row.author_name or "HiveSync", row.author_email or "", row.requested_at)
        return CommitOrder(
            sync_id=row.id,
            run_id=payload.sync_run_id,
            project_id=row.project_id,
            branch=project.default_branch,
            base_commit=row.base_commit,
            digest=row.digest,
            author=author,
            since=order.since,
        )

    async def is_done(self, sync_id: UUID) -> bool:
        """Say whether a sync was recorded as committed."""
        row = await self._session.get(FolderSync, sync_id)
        return row is not None and row.status == DONE

    async def note_attempt(self, order: CommitOrder, *, code: str, message: str) -> None:
        """Write down that an attempt failed, while the job may still be tried again."""
        await RepoService(self._scope).note_attempt(order.run_id, code=code, message=message)

    async def record(self, order: CommitOrder, result: SyncResult, refs: Sequence[Ref]) -> bool:
        """Write down what was committed and tell the world; False when the project is gone."""
        note = f"{result.subject}." if result.subject else _UNCHANGED
        if not await RepoService(self._scope).record(order.run_id, result, refs, note=note):
            return False
        row = await self._session.get_one(FolderSync, order.sync_id)
        row.status, row.commit, row.ended_at = DONE, result.head, self._now
        return True

    async def end(self, job_id: UUID, *, status: str, code: str | None, message: str | None) -> None:
        """Open a sync again whose commit failed or was cancelled: what is missing can be sent, and it tried again."""
        await RepoService(self._scope).end(job_id, status=status, code=code, message=message)
        await self._session.execute(
            update(FolderSync).where(FolderSync.job_id == job_id, FolderSync.status == COMMITTING).values(status=OPEN)
        )

    async def _mine(self, project_id: UUID, sync_id: UUID) -> FolderSync:
        await self.allow(project_id)
        row = await self._session.get(FolderSync, sync_id)
        if row is None or (row.project_id, row.user_id) != (project_id, self._user_id()):
            raise FolderSyncNotFound
        return row

    async def _check_base(self, project_id: UUID, base: str | None) -> str | None:
        """Refuse early what the worker would refuse: BaseMoved. Answers where the mirror is, as it was recorded."""
        head = await self._session.scalar(select(RepoMirror.head_commit).where(RepoMirror.project_id == project_id))
        if base is not None and base != (head or NO_COMMIT):
            raise BaseMoved(base_commit=base, head=head)
        return head

    def _user_id(self) -> UUID:
        user_id = self._scope.actor.user_id
        if user_id is None:
            raise FolderSyncNotFound
        return user_id


def listing_digest(encoded: bytes) -> str:
    """Name a list of files as it is written down."""
    return sha256_hex(encoded)


def _plain(text: str) -> str:
    """Leave out what would end a name or an address in a commit."""
    return "".join(char for char in text if char.isprintable() and char not in "<>").strip()


def is_at_work(status: str, expires_at: datetime, now: datetime) -> bool:
    """Say whether what was sent for a sync is still needed."""
    return status == COMMITTING or (status == OPEN and expires_at > now)
