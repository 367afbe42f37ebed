"""Queue door: work one refactor out, whatever its kind. Safe to run twice and after being killed anywhere."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.manifest.digest import ManifestRef
from app.services.proposals.drafts import Draft
from app.services.refactor.messages import ProposeMove, ProposeRename, ProposeReplace, RefactorPayload
from app.services.refactor.moving.working import move
from app.services.refactor.replacing import replace
from app.services.refactor.service import RefactorService
from app.services.refactor.working import rename


@handles(ProposeRename)
async def propose_rename(payload: ProposeRename, ctx: JobContext) -> Outcome:
    """Propose the rename."""
    if manifest := await begun(ctx, payload):
        await open_proposal(ctx, await rename(ctx, payload, manifest))
    return None


@handles(ProposeReplace)
async def propose_replacement(payload: ProposeReplace, ctx: JobContext) -> Outcome:
    """Propose what would stand in the place of what a pattern matches."""
    if manifest := await begun(ctx, payload):
        await open_proposal(ctx, await replace(ctx, payload, manifest))
    return None


@handles(ProposeMove)
async def propose_move(payload: ProposeMove, ctx: JobContext) -> Outcome:
    """Propose the move."""
    if manifest := await begun(ctx, payload):
        await open_proposal(ctx, await move(ctx, payload, manifest))
    return None


async def begun(ctx: JobContext, payload: RefactorPayload) -> ManifestRef | None:
    """Read what a refactor is worked out on; None when its proposal is there already."""
    async with ctx.scope(read_only=True) as scope:
        return await RefactorService(scope).begin(payload)


async def open_proposal(ctx: JobContext, draft: Draft) -> None:
    """Open the proposal of a refactor."""
    async with ctx.scope() as scope:
        await RefactorService(scope).finish(draft)
