"""What workers are asked to do for the symbol graph."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.jobs import JobPayload, Queue, RetryPolicy


class IndexSymbols(JobPayload):
    """Read the names of every file of a manifest's commit that were not read yet."""

    kind: ClassVar[str] = "symbols.index"
    queue: ClassVar[Queue] = Queue.REFACTOR
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3)
    time_limit: ClassVar[timedelta] = timedelta(minutes=30)
    # A rename that somebody waits for goes first.
    priority: ClassVar[int] = -1

    project_id: UUID
    manifest_id: UUID
    root_tree: str

    def unique_key(self) -> str:
        """Name the work by what is read: commits with the same files need it once."""
        return f"symbols.index:{self.project_id}:{self.root_tree}"
