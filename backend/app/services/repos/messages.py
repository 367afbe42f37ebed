"""What workers are asked to do for a repository, and what happened to it."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.core.jobs import JobPayload, Queue, RetryPolicy, Snooze

# What a job answers that finds its mirror taken: whoever holds it may need longer than any number of attempts lasts.
WAIT_FOR_MIRROR = Snooze(timedelta(seconds=5), "another sync or change of this project is still running")


class SyncRepo(JobPayload):
    """Bring a project's mirror up to date. One at a time for each project: a second request joins the first."""

    kind: ClassVar[str] = "repo.sync"
    queue: ClassVar[Queue] = Queue.REPO_SYNC
    retry: ClassVar[RetryPolicy] = RetryPolicy(
        attempts=4, first_delay=timedelta(seconds=5), ceiling=timedelta(minutes=5)
    )
    # Longer than the fetches the settings allow, with all that comes before and after them: git's own deadlines speak
    # first, and say what took so long.
    time_limit: ClassVar[timedelta] = timedelta(minutes=90)

    project_id: UUID
    sync_run_id: UUID

    def unique_key(self) -> str:
        """Name the work by its project."""
        return f"repo.sync:{self.project_id}"


class RemoveMirror(JobPayload):
    """Delete the mirror of a project that was deleted."""

    kind: ClassVar[str] = "repo.remove"
    queue: ClassVar[Queue] = Queue.REPO_SYNC

    project_id: UUID

    def unique_key(self) -> str:
        """Name the work by its project."""
        return f"repo.remove:{self.project_id}"


class RepoSynced(Event):
    """A mirror is up to date.

    `moved_refs` names the branches and tags that were added or moved since the last event of this kind; None when any
    may have moved: more than a hundred did, or it is not known which. `deleted_refs` names a hundred at most.
    """

    name = "repo.synced"

    sync_run_id: UUID
    head: str | None
    default_branch: str | None
    moved_refs: tuple[str, ...] | None = ()
    deleted_refs: tuple[str, ...] = ()


class RepoSyncFailed(Event):
    """A sync ended without bringing the mirror up to date; the mirror is as it was."""

    name = "repo.sync_failed"

    sync_run_id: UUID
    code: str
    message: str
