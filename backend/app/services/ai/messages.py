"""What workers are asked to do for AI, and what happened."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.core.jobs import JobPayload, Queue, RetryPolicy


class RunAiJob(JobPayload):
    """Answer one question: gather the context, ask the models in order, check what they say."""

    kind: ClassVar[str] = "ai.run"
    queue: ClassVar[Queue] = Queue.AI
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=5, first_delay=timedelta(seconds=4))
    # Three providers may each use their own deadline before the offline engine answers.
    time_limit: ClassVar[timedelta] = timedelta(minutes=30)

    ai_job_id: UUID
    # Staged so where only GPU workers have the weights that are asked first.
    gpu_required: bool = False

    def needs_gpu(self) -> bool:
        """Say whether only a worker with a GPU may run this."""
        return self.gpu_required


class AiJobFinished(Event):
    """An AI job has a result. `proposal_id` is set when it would change files and a person must decide."""

    name = "ai.job.finished"

    ai_job_id: UUID
    job_id: UUID
    kind: str
    proposal_id: UUID | None = None
