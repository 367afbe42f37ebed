"""What the cleanup worker is asked to do."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.jobs import JobPayload, Queue, RetryPolicy


class RunCleanupTask(JobPayload):
    """Run one task: plan only (`dry_run`), execute a plan (`warrant_id`), or plan and execute."""

    kind: ClassVar[str] = "cleanup.run"
    queue: ClassVar[Queue] = Queue.CLEANUP
    # A storage that is away for minutes is waited for; what is done is not done again.
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=8, ceiling=timedelta(minutes=2))
    time_limit: ClassVar[timedelta] = timedelta(minutes=30)

    task: str
    dry_run: bool = False
    warrant_id: UUID | None = None

    def unique_key(self) -> str | None:
        """Join equal real runs; every dry run is a plan of its own."""
        return None if self.dry_run else f"cleanup:{self.task}:{self.warrant_id or 'any'}"
