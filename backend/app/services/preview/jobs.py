"""Queue door: make bundles."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.preview.expo.patching import make_patch
from app.services.preview.messages import MakePatch, ReceiveBundle
from app.services.preview.receiving import discard_upload, receive
from app.services.preview.service import PreviewService


@handles(ReceiveBundle)
async def receive_bundle(payload: ReceiveBundle, ctx: JobContext) -> Outcome:
    """Check an upload and keep it; safe to run twice and after being killed anywhere."""
    async with ctx.scope(read_only=True) as scope:
        is_kept = await PreviewService(scope).bundle_of(ctx.job_id) is not None
    if not is_kept:
        await receive(ctx, payload)
    await discard_upload(ctx, payload)
    return None


@handles(MakePatch)
async def make_update_patch(payload: MakePatch, ctx: JobContext) -> Outcome:
    """Make a patch between two updates; twice is once more."""
    await make_patch(ctx, payload, ctx.container.differ)
    return None
