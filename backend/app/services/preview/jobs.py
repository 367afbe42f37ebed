"""Queue door: make bundles."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.preview.builder.pipeline import build
from app.services.preview.builder.workshop import Workshop
from app.services.preview.bundles import Bundles
from app.services.preview.expo.patching import make_patch
from app.services.preview.messages import BuildPreview, MakePatch, ReceiveBundle
from app.services.preview.receiving import discard_upload, receive


@handles(ReceiveBundle)
async def receive_bundle(payload: ReceiveBundle, ctx: JobContext) -> Outcome:
    """Check an upload and keep it; safe to run twice and after being killed anywhere."""
    if not await _is_kept(ctx):
        await receive(ctx, payload)
    await discard_upload(ctx, payload)
    return None


@handles(BuildPreview)
async def build_preview(payload: BuildPreview, ctx: JobContext) -> Outcome:
    """Build an app from a commit; safe to run twice and after being killed anywhere."""
    if not await _is_kept(ctx):
        await build(ctx, payload, Workshop(ctx.container))
    return None


@handles(MakePatch)
async def make_update_patch(payload: MakePatch, ctx: JobContext) -> Outcome:
    """Make a patch between two updates; twice is once more."""
    await make_patch(ctx, payload, ctx.container.differ)
    return None


async def _is_kept(ctx: JobContext) -> bool:
    async with ctx.scope(read_only=True) as scope:
        return await Bundles(scope).of_job(ctx.job_id) is not None
