"""What repositories do when a project or a job changes, in the same transaction."""

import base64

from app.adapters.scope import Scope
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.services.projects.messages import ProjectCreated, ProjectDeleted, RepoUrlChanged
from app.services.repos.messages import SyncRepo
from app.services.repos.service import RepoService


async def on_project_created(scope: Scope, event: ProjectCreated) -> None:
    """Note where the repository is, and stage its first sync."""
    if event.project_id is not None and event.repo_url is not None:
        await RepoService(scope).connect(event.project_id, event.repo_url, _box(event.credential_box_b64))


async def on_repo_url_changed(scope: Scope, event: RepoUrlChanged) -> None:
    """Use the new address and credentials from the next sync on, which is staged at once."""
    if event.project_id is None:
        return
    service = RepoService(scope)
    present = await service.find_mirror(event.project_id)
    kept = present.credential_box if present and event.keep_credentials else None
    await service.connect(event.project_id, event.repo_url, kept or _box(event.credential_box_b64))


async def on_project_deleted(scope: Scope, event: ProjectDeleted) -> None:
    """Forget the credentials and delete the mirror."""
    if event.project_id is not None:
        await RepoService(scope).disconnect(event.project_id)


async def on_job_ended(scope: Scope, event: JobEnded) -> None:
    """End the sync whose job failed, was cancelled, or was lost with its workers."""
    if event.kind == SyncRepo.kind and event.status != JobStatus.SUCCESS:
        await RepoService(scope).end(
            event.job_id, status=event.status, code=event.error_code, message=event.error_message
        )


def _box(encoded: str | None) -> bytes | None:
    return base64.b64decode(encoded) if encoded else None
