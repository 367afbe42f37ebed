"""What workers are asked to do for a folder that was sent."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.jobs import JobPayload, Queue, RetryPolicy


class CommitFolder(JobPayload):
    """Make a folder that was sent the next commit of its project's mirror."""

    kind: ClassVar[str] = "folder.commit"
    queue: ClassVar[Queue] = Queue.REPO_SYNC
    retry: ClassVar[RetryPolicy] = RetryPolicy(
        attempts=4, first_delay=timedelta(seconds=5), ceiling=timedelta(minutes=5)
    )
    time_limit: ClassVar[timedelta] = timedelta(minutes=60)

    project_id: UUID
    sync_id: UUID
    sync_run_id: UUID

    def unique_key(self) -> str:
        """Name the work by the folder sync: two of one project are two commits, one after the other."""
        return f"folder.commit:{self.sync_id}"
