"""Role: AI jobs that need no GPU."""

from app.core.jobs import Queue
from app.workers.role import Role

ROLE = Role(name="ai_worker", queues=(Queue.AI,), does="Answers questions with the models that need no GPU.")
