"""Refactors in their wire form."""

from app.adapters.container import Container
from app.services.jobs.states import describe
from app.services.refactor.schemas import RefactorJobOut, TierCountsOut
from app.services.refactor.service import AskedRefactor


async def as_refactor_job(container: Container, asked: AskedRefactor) -> RefactorJobOut:
    """Show a refactor with the state of its job. Asks Redis about workers, so call it outside a scope."""
    payload = asked.payload
    return RefactorJobOut(
        **(await describe(container, asked.standing)).model_dump(),
        **payload.facts,
        commit=asked.manifest.commit,
        manifest_hash=asked.manifest.hash,
        proposal_id=payload.proposal_id if asked.tiers is not None else None,
        tiers=TierCountsOut(**asked.tiers) if asked.tiers is not None else None,
    )
