"""What folder syncs do when a job ends, in the same transaction."""

from app.adapters.scope import Scope
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.services.folders.messages import CommitFolder
from app.services.folders.service import FolderService


async def on_job_ended(scope: Scope, event: JobEnded) -> None:
    """Open a sync again whose commit failed, was cancelled, or was lost with its workers."""
    if event.kind == CommitFolder.kind and event.status != JobStatus.SUCCESS:
        await FolderService(scope).end(
            event.job_id, status=event.status, code=event.error_code, message=event.error_message
        )
