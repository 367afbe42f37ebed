"""The list of tasks, by name."""

from collections.abc import Mapping

from app.services.cleanup.absent import CanvasMediaGc, CanvasSnapshots, MirrorPending, SignupCacheRefresh
from app.services.cleanup.bundles import ExpireSessions, PurgeBundles, SoftDeleteBundles
from app.services.cleanup.disk import RotateLogs, SweepTmp
from app.services.cleanup.errors import UnknownTask
from app.services.cleanup.history import PruneHistory
from app.services.cleanup.items import Task
from app.services.cleanup.orphans import PruneOrphanBlobs

TASKS: Mapping[str, type[Task]] = {
    task.name: task
    for task in (
        ExpireSessions,
        SoftDeleteBundles,
        PurgeBundles,
        SweepTmp,
        PruneOrphanBlobs,
        RotateLogs,
        PruneHistory,
        CanvasMediaGc,
        CanvasSnapshots,
        SignupCacheRefresh,
        MirrorPending,
    )
}


def task_named(name: str) -> type[Task]:
    """Find a task; UnknownTask with the list of all."""
    found = TASKS.get(name)
    if found is None:
        raise UnknownTask(
            f"There is no task '{name[:60]}'. Choose one of: {', '.join(sorted(TASKS))}.", tasks=sorted(TASKS)
        )
    return found
