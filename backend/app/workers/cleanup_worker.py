"""Role: takes away what is no longer needed; the only one that deletes, one thing at a time."""

from app.core.jobs import Queue
from app.workers.role import Role, WorkerType

ROLE = Role(
    name="cleanup_worker",
    queues=(Queue.CLEANUP,),
    does="Takes away what is no longer needed, each item proved first.",
    type=WorkerType.CLEANUP,
)
