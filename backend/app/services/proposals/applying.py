"""The worker's side of proposals: what to apply, and what was applied."""

from dataclasses import dataclass
from uuid import UUID

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.models.proposal import AppliedChange, Proposal
from app.services.proposals.application import ApplyPlan
from app.services.proposals.digest import selection_digest
from app.services.proposals.errors import ApprovalStale, NotApproved, ProposalConflict, ProposalNotFound
from app.services.proposals.messages import ProposalApplied
from app.services.proposals.rows import ProposalRows, StoredProposal


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written to the mirror, to be recorded."""

    commit: str
    parent: str
    patch: bytes
    inverse_patch: bytes


def plan_of(stored: StoredProposal) -> ApplyPlan:
    """Give what applying the chosen hunks means."""
    proposal = stored.proposal
    chosen = [hunk.id for hunk in stored.hunks if hunk.chosen]
    if proposal.approved_at is None:
        raise NotApproved
    return ApplyPlan(
        proposal_id=proposal.id,
        project_id=proposal.project_id,
        title=proposal.title,
        digest=proposal.digest,
        selection=selection_digest(proposal.digest, chosen),
        base=stored.base,
        files=tuple(file.planned(lambda hunk: hunk.chosen) for file in stored.files),
        approved_at=proposal.approved_at,
    )


class Application:
    """Begins and records an application, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope."""
        self._scope = scope
        self._rows = ProposalRows(scope.session)

    async def begin(self, proposal_id: UUID) -> tuple[ApplyPlan, bool]:
        """Give the plan of an approved proposal, and whether it was applied before.

        ApprovalStale when a stored row no longer gives the digest that was approved, NotApproved when no decision
        stands behind what is chosen.
        """
        stored = await self._load(proposal_id)
        proposal = stored.proposal
        if proposal.status == "stale":
            raise ApprovalStale(**(proposal.stale_details or {}))
        if proposal.status not in ("approved", "applied"):
            raise ProposalConflict(f"This proposal is {proposal.status}.", status=proposal.status)
        if stored.digest_of_rows != proposal.digest:
            raise ApprovalStale(reason="proposal_changed", digest=stored.digest_of_rows)
        if not stored.is_as_decided:
            # A status proves nothing: workers may write it. Decisions they may only read.
            raise NotApproved
        if proposal.reverts_id is not None and proposal.status == "approved":
            original = await self._rows.find(proposal.reverts_id)
            if original is None or original.status != "applied":
                raise ProposalConflict("What this would undo has been undone already.")
        return plan_of(stored), proposal.status == "applied"

    async def record(self, proposal_id: UUID, applied: Applied) -> None:
        """Record what was applied, once; an undo of everything that could be undone makes its original reverted.

        Locks: the proposal, then its original; originals are older, and nobody locks them the other way round.
        """
        now = self._scope.clock.now()
        if not await self._rows.change_status(proposal_id, allowed=("approved",), status="applied", updated_at=now):
            await self._same_again(proposal_id, applied)
            return
        stored = await self._load(proposal_id)
        proposal = stored.proposal
        self._scope.session.add(
            AppliedChange(
                proposal_id=proposal_id,
                commit=applied.commit,
                parent=applied.parent,
                ref=plan_of(stored).ref_name,
                patch=applied.patch,
                inverse_patch=applied.inverse_patch,
                applied_by=self._scope.actor.user_id,
                applied_at=now,
            )
        )
        await self._scope.session.flush()
        if proposal.reverts_id is not None and all(hunk.chosen or not hunk.selectable for hunk in stored.hunks):
            await self._take_back(proposal.reverts_id)
        self._scope.record(
            Effect(
                "proposal.applied",
                "proposal",
                str(proposal_id),
                project_id=proposal.project_id,
                approval=proposal.digest,
                before={"commit": applied.parent},
                after={"commit": applied.commit, "ref": plan_of(stored).ref_name, "reverts": proposal.reverts_id},
                inverse={"method": "POST", "path": f"/proposals/{proposal_id}/revert", "proposal_id": proposal_id},
            )
        )
        self._scope.publish(
            ProposalApplied(
                project_id=proposal.project_id,
                proposal_id=proposal_id,
                commit=applied.commit,
                reverts_proposal_id=proposal.reverts_id,
            )
        )

    async def record_pushed(self, proposal_id: UUID, branch: str) -> None:
        """Note under which name a change was pushed."""
        change = await self._scope.session.get(AppliedChange, proposal_id)
        if change is not None:
            change.pushed_branch = branch
            stored = await self._load(proposal_id)
            self._scope.record(
                Effect(
                    "proposal.pushed",
                    "proposal",
                    str(proposal_id),
                    project_id=stored.proposal.project_id,
                    approval=stored.proposal.digest,
                    after={"branch": branch, "commit": change.commit},
                )
            )

    async def _take_back(self, original_id: UUID) -> None:
        now = self._scope.clock.now()
        if not await self._rows.change_status(original_id, allowed=("applied",), status="reverted", updated_at=now):
            raise ProposalConflict("What this would undo has been undone already.")
        original = await self._load(original_id)
        project_id = original.proposal.project_id
        self._scope.record(Effect("proposal.reverted", "proposal", str(original_id), project_id=project_id))

    async def _same_again(self, proposal_id: UUID, applied: Applied) -> None:
        change = await self._scope.session.get(AppliedChange, proposal_id)
        if change is None or change.commit != applied.commit:
            raise ProposalConflict

    async def _load(self, proposal_id: UUID) -> StoredProposal:
        proposal: Proposal | None = await self._rows.find(proposal_id)
        if proposal is None:
            raise ProposalNotFound
        return await self._rows.load(proposal)
