"""What AI jobs do when their job in the ledger ends, in the same transaction."""

from app.adapters.scope import Scope
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.services.ai.messages import RunAiJob
from app.services.ai.service import AiService


async def on_job_ended(scope: Scope, event: JobEnded) -> None:
    """Note the end of a question whose job failed, was cancelled, or was lost with its workers."""
    if event.kind == RunAiJob.kind and event.status != JobStatus.SUCCESS:
        await AiService(scope).end(event.job_id)
