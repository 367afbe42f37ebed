"""Queue door: run one cleanup task."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.cleanup.executing import run_task
from app.services.cleanup.messages import RunCleanupTask


@handles(RunCleanupTask)
async def run_cleanup_task(payload: RunCleanupTask, ctx: JobContext) -> Outcome:
    """Run it; safe to run twice and after being killed anywhere."""
    return await run_task(payload, ctx)
