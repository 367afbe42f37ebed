"""What workers are asked to do with proposals, and what happened to them."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.core.jobs import JobPayload, Queue, RetryPolicy


class ApplyProposal(JobPayload):
    """Record an approved proposal as a commit in the mirror; with `push_branch`, push that commit too."""

    kind: ClassVar[str] = "proposal.apply"
    queue: ClassVar[Queue] = Queue.REPO_SYNC
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=5)
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)

    proposal_id: UUID
    push_branch: str | None = None

    def unique_key(self) -> str:
        """Name the work by its proposal, so that two people who apply it share one job."""
        return f"proposal.apply:{self.proposal_id}"


class ProposalReady(Event):
    """A proposal waits for a decision."""

    name = "proposal.ready"

    proposal_id: UUID
    kind: str
    title: str


class ProposalDecided(Event):
    """Somebody approved or rejected a proposal."""

    name = "proposal.decided"

    proposal_id: UUID
    verdict: str
    decided_by: UUID


class ProposalApplied(Event):
    """A proposal was recorded as a commit."""

    name = "proposal.applied"

    proposal_id: UUID
    commit: str
    reverts_proposal_id: UUID | None = None


class ProposalStale(Event):
    """A proposal no longer fits the repository and will not be applied."""

    name = "proposal.stale"

    proposal_id: UUID
    reason: str
