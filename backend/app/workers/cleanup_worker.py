"""Role: what is no longer needed goes; one at a time, whoever else stands by."""

from app.core.jobs import Queue
from app.workers.role import Role, WorkerType

ROLE = Role(name="cleanup_worker", queues=(Queue.CLEANUP,), type=WorkerType.CLEANUP, slots=1)
