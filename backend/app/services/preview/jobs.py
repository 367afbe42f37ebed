"""Queue door: make bundles."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.preview.bundles import Bundles
from app.services.preview.messages import ReceiveBundle
from app.services.preview.receiving import discard_upload, receive


@handles(ReceiveBundle)
async def receive_bundle(payload: ReceiveBundle, ctx: JobContext) -> Outcome:
    """Check an upload and keep it; safe to run twice and after being killed anywhere."""
    async with ctx.scope(read_only=True) as scope:
        is_kept = await Bundles(scope).of_job(ctx.job_id) is not None
    if not is_kept:
        await receive(ctx, payload)
    await discard_upload(ctx, payload)
    return None
