"""The mirrors of this installation: read by every role, written by the one that was given the writer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.adapters.git.changes import Change, push, record, withdraw
from app.adapters.git.command import Tools, workplace
from app.adapters.git.egress import Resolver, system_resolver
from app.adapters.git.errors import MirrorReadOnly
from app.adapters.git.folders import FolderRun
from app.adapters.git.layout import MirrorFolder
from app.adapters.git.port import (
    ChangedFile,
    Credentials,
    FolderCommit,
    Known,
    MirrorWriter,
    Progress,
    Signature,
    SyncLimits,
    SyncResult,
)
from app.adapters.git.progress import FetchMeter
from app.adapters.git.reader import GitReader
from app.adapters.git.remote import Gate
from app.adapters.git.settings import GitSettings
from app.adapters.git.sync import SyncRun
from app.adapters.git.urls import RemoteUrl
from app.adapters.process.port import ProcessRunner
from app.core.clock import Clock
from app.core.guard import forbid_inside_scope
from app.core.ids import IdSource


@dataclass(frozen=True, slots=True)
class GitMirrors:
    """Mirrors on disk below `settings.repos_dir`; without `tools` they can be read only."""

    settings: GitSettings
    tools: Tools | None = field(default=None, repr=False)

    def reader(self, project_id: UUID) -> GitReader:
        """Open a view on one project's mirror; make one per unit of work."""
        return GitReader(MirrorFolder.of(self.settings.repos_dir, project_id))

    def writer(self) -> MirrorWriter:
        """The writer; MirrorReadOnly in every role but repo_sync."""
        if self.tools is None:
            raise MirrorReadOnly
        return GitWriter(self.tools)


def open_mirrors(
    settings: GitSettings,
    *,
    processes: ProcessRunner,
    clock: Clock,
    ids: IdSource,
    writable: bool,
    resolver: Resolver = system_resolver,
) -> GitMirrors:
    """Open the mirrors of this installation; `writable` is for the repo_sync role alone."""
    # Git runs in folders of its own: a relative path would lead elsewhere there.
    settings = replace(settings, data_dir=settings.data_dir.absolute())
    if not writable:
        return GitMirrors(settings)
    return GitMirrors(settings, Tools(settings, processes, clock, ids, Gate(settings, resolver)))


@dataclass(frozen=True, slots=True)
class GitWriter:
    """Writes mirrors with git, one operation per project at a time."""

    tools: Tools = field(repr=False)

    async def sync(
        self,
        project_id: UUID,
        remote: RemoteUrl,
        credentials: Credentials | None = None,
        *,
        since: Known | None = None,
        limits: SyncLimits | None = None,
        on_progress: Progress | None = None,
    ) -> SyncResult:
        """Bring the mirror up to date beside the present one, then swap; say what moved `since`."""
        forbid_inside_scope("syncing a mirror")
        async with workplace(self.tools, project_id) as place, place.access(remote, credentials) as access:
            return await SyncRun(place, access, limits or SyncLimits(), FetchMeter(on_progress), since).run()

    async def commit_folder(
        self, project_id: UUID, change: FolderCommit, *, since: Known | None, on_progress: Progress | None = None
    ) -> SyncResult:
        """Commit a folder beside the present mirror, if there is one, then swap."""
        forbid_inside_scope("committing a folder")
        async with workplace(self.tools, project_id) as place:
            return await FolderRun(place, change, since, FetchMeter(on_progress)).run()

    async def record_change(
        self,
        project_id: UUID,
        ref_name: str,
        *,
        base_commit: str,
        files: Sequence[ChangedFile],
        message: str,
        author: Signature,
    ) -> str:
        """Commit a change and point its ref (below refs/hivesync/changes/) at it; answers the commit's id."""
        forbid_inside_scope("recording a change")
        async with workplace(self.tools, project_id) as place:
            return await record(place, Change(ref_name, base_commit, tuple(files), message, author))

    async def withdraw_change(self, project_id: UUID, ref_name: str, *, commit: str) -> None:
        """Take away the name of a change that was never recorded, if it still leads to that commit."""
        forbid_inside_scope("withdrawing a change")
        async with workplace(self.tools, project_id) as place:
            await withdraw(place, ref_name, commit=commit)

    async def push_change(
        self, project_id: UUID, remote: RemoteUrl, credentials: Credentials | None, *, ref_name: str, branch: str
    ) -> None:
        """Push a recorded change to the remote as a new branch; BranchTaken when it exists with other contents."""
        forbid_inside_scope("pushing a change")
        async with workplace(self.tools, project_id) as place, place.access(remote, credentials) as access:
            await push(place, access, ref_name=ref_name, branch=branch)

    async def remove(self, project_id: UUID) -> None:
        """Delete the project's mirror and all that belongs to it; nothing happens when there is none."""
        forbid_inside_scope("removing a mirror")
        async with workplace(self.tools, project_id) as place:
            await place.delete_mirror()
