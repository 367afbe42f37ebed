"""What proposals do when a job ends, in the same transaction."""

from app.adapters.scope import Scope
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.services.proposals.messages import ApplyProposal
from app.services.proposals.service import ProposalService


async def on_job_ended(scope: Scope, event: JobEnded) -> None:
    """Let people decide anew when applying failed, was cancelled, or was lost with its workers."""
    if event.kind == ApplyProposal.kind and event.status != JobStatus.SUCCESS:
        await ProposalService(scope).release(event.job_id)
