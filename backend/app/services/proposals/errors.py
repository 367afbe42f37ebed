"""What can go wrong between a proposal and a changed file."""

from app.core.errors import Conflict, Invalid, NotFound


class ApprovalStale(Conflict):
    """The proposal or the code under it has changed since it was shown. Look at what moved, then ask for a new one."""

    code = "APPROVAL_STALE"


class NotApproved(Conflict):
    """Nobody has approved this proposal yet. Approve it, or the hunks you want, and apply it then."""

    code = "NOT_APPROVED"


class ProposalConflict(Conflict):
    """The proposal is no longer in a state that allows this. Load it again to see what happened to it."""

    code = "PROPOSAL_CONFLICT"


class DraftRefused(Invalid):
    """These changes cannot be proposed."""


class ProposalNotFound(NotFound):
    """There is no such proposal, or you may not see it."""


class HunkRefused(Invalid):
    """Some of the chosen hunks cannot be approved. Choose among the proposal's selectable hunks."""
