"""Role: work that belongs to the installation itself, not to a project."""

from app.core.jobs import Queue
from app.workers.role import Role

ROLE = Role(
    name="system_worker",
    queues=(Queue.SYSTEM_EVENTS,),
    does="Does what belongs to the installation itself.",
)
