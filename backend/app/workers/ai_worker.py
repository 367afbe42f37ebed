"""Role: AI jobs that need no GPU."""

from app.config import Settings
from app.core.jobs import Queue
from app.workers.role import Role


def _slots(settings: Settings) -> int:
    """Calls to others are waited for, many at once; analysis without a model takes the processor."""
    return settings.ai.calls_per_worker if settings.ai.asks_others else settings.workers.concurrency


ROLE = Role(
    name="ai_worker",
    queues=(Queue.AI,),
    slots=_slots,
    does="Answers questions with the models that need no GPU.",
)
