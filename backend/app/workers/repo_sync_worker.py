"""Role: syncs, manifests and approved changes; the only one that may write below `$DATA_DIR/repos`."""

import shutil

from app.config import Settings
from app.core.jobs import Queue
from app.workers.role import Role


def _preflight(_settings: Settings) -> list[str]:
    return [] if shutil.which("git") else ["git is not installed: install it and start this worker again"]


ROLE = Role(name="repo_sync_worker", queues=(Queue.REPO_SYNC,), writes_mirrors=True, preflight=_preflight)
