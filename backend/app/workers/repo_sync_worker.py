"""Role: syncs, manifests and approved changes; the only one that may write below `$DATA_DIR/repos`."""

from app.core.jobs import Queue
from app.workers.role import Role, program

ROLE = Role(
    name="repo_sync_worker",
    queues=(Queue.REPO_SYNC,),
    does="Syncs mirrors, describes them in manifests, applies approved changes.",
    writes_mirrors=True,
    needs=lambda _settings, machine: (program(machine, "git", "reads and writes mirrors"),),
)
