"""What workers are asked to do for renames."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.jobs import JobPayload, Queue, RetryPolicy


class ProposeRename(JobPayload):
    """Work a rename out at the manifest's commit, prove it, and open the proposal that was given its id already."""

    kind: ClassVar[str] = "refactor.rename"
    queue: ClassVar[Queue] = Queue.REFACTOR
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3)
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)

    project_id: UUID
    manifest_id: UUID
    # Chosen when the rename is asked for: the job leads to its proposal without a table of its own.
    proposal_id: UUID
    path: str
    # Without both the file or folder itself is renamed, in the language of its code.
    line: int | None = None
    column: int | None = None
    language: str = ""
    new_name: str
    old_name: str
