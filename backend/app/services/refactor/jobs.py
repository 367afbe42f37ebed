"""Queue door: work one rename out."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.refactor.messages import ProposeRename
from app.services.refactor.service import RefactorService
from app.services.refactor.working import propose


@handles(ProposeRename)
async def propose_rename(payload: ProposeRename, ctx: JobContext) -> Outcome:
    """Propose the rename; safe to run twice and after being killed anywhere."""
    async with ctx.scope(read_only=True) as scope:
        manifest = await RefactorService(scope).begin(payload)
    if manifest is not None:
        await propose(ctx, payload, manifest)
    return None
