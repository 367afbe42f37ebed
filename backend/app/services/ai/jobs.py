"""Queue door: answer one question."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.ai.answering import answer
from app.services.ai.messages import RunAiJob
from app.services.ai.service import AiService


@handles(RunAiJob)
async def run_ai_job(payload: RunAiJob, ctx: JobContext) -> Outcome:
    """Answer the question; safe to run twice and after being killed anywhere."""
    async with ctx.scope(read_only=True) as scope:
        work = await AiService(scope).begin(payload.ai_job_id)
    if work is not None:
        await answer(ctx, work)
    return None
