"""Role: keeps the public copy of published generations in step."""

from app.core.jobs import Queue
from app.workers.role import Role

ROLE = Role(
    name="mirror_queue_worker",
    queues=(Queue.MIRROR,),
    does="Keeps the public copy of published generations in step.",
)
