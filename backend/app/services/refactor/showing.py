"""Renames in their wire form."""

from app.adapters.container import Container
from app.services.jobs.states import describe
from app.services.refactor.schemas import RefactorJobOut, TierCountsOut
from app.services.refactor.service import AskedRename


async def as_refactor_job(container: Container, asked: AskedRename) -> RefactorJobOut:
    """Show a rename with the state of its job. Asks Redis about workers, so call it outside a scope."""
    payload = asked.payload
    return RefactorJobOut(
        **(await describe(container, asked.standing)).model_dump(),
        path=payload.path,
        line=payload.line,
        column=payload.column,
        old_name=payload.old_name,
        new_name=payload.new_name,
        commit=asked.manifest.commit,
        manifest_hash=asked.manifest.hash,
        proposal_id=payload.proposal_id if asked.tiers is not None else None,
        tiers=TierCountsOut(**asked.tiers) if asked.tiers is not None else None,
    )
