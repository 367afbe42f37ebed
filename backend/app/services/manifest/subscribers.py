"""What manifests do when a mirror has moved, or another branch became the default one."""

from app.adapters.scope import Scope
from app.services.manifest.service import ManifestService
from app.services.projects.messages import ProjectChanged
from app.services.repos.messages import RepoSynced


async def on_repo_synced(scope: Scope, event: RepoSynced) -> None:
    """Have the default branch described, and every other ref that moved and was described before."""
    if event.project_id is None or event.head is None:
        return
    service = ManifestService(scope)
    branch = await service.default_branch(event.project_id) or event.default_branch
    default = f"refs/heads/{branch}"
    # Where only the ref's name is known, the sync's id tells this state of it from the one before: a build that runs
    # now may have seen that. Where it did not move after all, the build finds what is there.
    state, moved = str(event.sync_run_id), event.moved_refs
    if branch == event.default_branch:
        state = event.head
        described = await service.find(event.project_id, ref=default, commit=event.head)
    else:
        # Not the repository's own default branch: where it leads is known to have changed only if it moved.
        has_moved = moved is None or default in moved
        described = None if has_moved else await service.latest(event.project_id, ref=default)
    if described is None:
        await service.request_build(event.project_id, ref=None, commit=state)
    for ref in await service.described_refs(event.project_id, among=moved):
        if ref != default:
            await service.request_build(event.project_id, ref=ref, commit=str(event.sync_run_id))


async def on_project_changed(scope: Scope, event: ProjectChanged) -> None:
    """Have the new default branch described, once there is something to describe."""
    if event.project_id is None or "default_branch" not in event.fields:
        return
    service = ManifestService(scope)
    if await service.latest(event.project_id) is not None:
        await service.request_build(event.project_id, ref=None)
