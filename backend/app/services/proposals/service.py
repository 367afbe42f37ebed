"""The rules of proposals: who decides, what an approval is bound to, and that every step happens once.

Every change of state is a compare-and-set on the proposal's row, taken before anything else is written.
"""

import hmac
from collections.abc import Mapping, Sequence, Set
from typing import Any
from uuid import UUID

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.errors import Conflict, NotFound
from app.core.paging import Page, encode_cursor
from app.models.job import Job
from app.models.proposal import Decision, Hunk, Proposal
from app.schemas.paging import PageQuery
from app.services.auth.capabilities import Capability, require_client
from app.services.projects.access import Permission, require_project
from app.services.proposals.drafts import Draft, check_draft
from app.services.proposals.errors import (
    ApprovalStale,
    HunkRefused,
    NotApproved,
    ProposalConflict,
    ProposalNotFound,
)
from app.services.proposals.messages import ApplyProposal, ProposalDecided, ProposalReady, ProposalStale
from app.services.proposals.policy import needs_confirmation
from app.services.proposals.rows import ProposalRows, StoredProposal

UNDECIDED = ("open", "approved")


class ProposalService:
    """Proposals as people and other services see them, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._rows = ProposalRows(scope.session)

    async def open(self, draft: Draft) -> Proposal:
        """Open a proposal; for the worker that made it. A job's second draft gives its first proposal back.

        DraftRefused or PathRefused when the changes do not fit together.
        """
        if draft.ai_job_id is not None:
            known = await self._rows.of_ai_job(draft.ai_job_id)
            if known is not None:
                return known
        if draft.id is not None and (opened := await self._rows.find(draft.id)) is not None:
            return opened
        check_draft(draft)
        return await self._open(draft)

    async def open_undo(self, draft: Draft) -> Proposal:
        """Open the undo of an applied proposal, or find the equal one that waits already. Locks: the original."""
        original = await self._rows.lock(draft.reverts_id) if draft.reverts_id else None
        if original is None:
            raise ProposalNotFound
        await self._allow(original, Permission.APPLY)
        if original.status != "applied":
            raise why_not(original)
        known = await self._rows.undecided_undo(original.id, draft.digest)
        if known is not None:
            return known
        check_draft(draft)
        return await self._open(draft)

    async def page(self, project_id: UUID, query: PageQuery, *, status: str | None) -> Page[Proposal]:
        """List a project's proposals, newest first."""
        await require_project(self._scope, project_id, Permission.READ)
        rows, more = await self._rows.page(project_id, limit=query.limit, after=query.after, status=status)
        return Page(rows, encode_cursor(rows[-1].id) if more else None)

    async def read(self, proposal_id: UUID, permission: Permission) -> StoredProposal:
        """Read a proposal with everything that belongs to it; ProposalNotFound also for what is not the actor's."""
        proposal = await self._rows.find(proposal_id)
        if proposal is None:
            raise ProposalNotFound
        await self._allow(proposal, permission)
        return await self._rows.load(proposal)

    async def approve(self, proposal_id: UUID, *, digest: str, hunk_ids: Sequence[UUID] | None) -> StoredProposal:
        """Approve all hunks or those named, bound to the digest that was shown.

        Whoever approved may choose anew until somebody asks to apply it; nobody else may.
        """
        stored = await self.read(proposal_id, Permission.APPROVE)
        check_digest(stored, digest)
        chosen = _choose(stored, hunk_ids)
        now = self._scope.clock.now()
        if not await self._rows.approve(proposal_id, by=self._person, now=now):
            raise await self._conflict(proposal_id)
        await self._rows.choose(proposal_id, {hunk.id for hunk in chosen})
        await self._note(stored.proposal, "approve", chosen=[str(hunk.id) for hunk in chosen])
        return await self.read(proposal_id, Permission.APPROVE)

    async def reject(self, proposal_id: UUID, *, reason: str | None) -> StoredProposal:
        """Refuse a proposal for good."""
        stored = await self.read(proposal_id, Permission.APPROVE)
        now = self._scope.clock.now()
        values = {"status": "rejected", "updated_at": now}
        if not await self._rows.change_status(proposal_id, allowed=UNDECIDED, idle=True, **values):
            raise await self._conflict(proposal_id)
        await self._note(stored.proposal, "reject", reason=reason)
        return await self.read(proposal_id, Permission.APPROVE)

    async def request_apply(self, proposal_id: UUID, *, push_branch: str | None) -> Job:
        """Have an approved proposal applied; whoever asks second gets the same job.

        An applied one may be pushed later, or again under another name.
        """
        stored = await self.read(proposal_id, Permission.APPLY)
        allowed = ("approved", "applied") if push_branch else ("approved",)
        if not await self._rows.change_status(proposal_id, allowed=allowed, updated_at=self._scope.clock.now()):
            raise await self._conflict(proposal_id)
        payload = ApplyProposal(proposal_id=proposal_id, push_branch=push_branch)
        job = await self._scope.stage(payload, project_id=stored.proposal.project_id)
        self._record("proposal.apply_requested", stored.proposal, after={"push_branch": push_branch, "job_id": job.id})
        await self._rows.change_status(proposal_id, allowed=allowed, apply_job_id=job.id)
        return job

    async def release(self, job_id: UUID) -> None:
        """Note that a job that was to apply a proposal ended without; one asked for since then stays."""
        job = await self._scope.session.get(Job, job_id)
        if job is not None:
            await self._rows.release(ApplyProposal.model_validate(job.payload).proposal_id, job_id=job_id)

    async def mark_stale(self, proposal_id: UUID, details: Mapping[str, Any], *, idle: bool = False) -> None:
        """Note that a proposal no longer fits the repository; one applied, or (`idle`) being applied, stays."""
        now = self._scope.clock.now()
        values = {"status": "stale", "stale_details": dict(details), "updated_at": now}
        if not await self._rows.change_status(proposal_id, allowed=UNDECIDED, idle=idle, **values):
            return
        proposal = await self._rows.find(proposal_id)
        if proposal is not None:
            reason = str(details.get("reason", ""))
            self._record("proposal.went_stale", proposal, after={"reason": reason})
            self._scope.publish(ProposalStale(project_id=proposal.project_id, proposal_id=proposal_id, reason=reason))

    async def _open(self, draft: Draft) -> Proposal:
        scope = self._scope
        proposal = await self._rows.add(draft, ids=scope.ids, now=scope.clock.now(), created_by=scope.actor.user_id)
        facts = {"kind": proposal.kind, "base_commit": proposal.base_commit, "reverts": proposal.reverts_id}
        self._record("proposal.opened", proposal, after=facts, approval=proposal.digest)
        scope.publish(
            ProposalReady(
                project_id=draft.project_id,
                user_id=scope.actor.user_id,
                proposal_id=proposal.id,
                kind=proposal.kind,
                title=proposal.title,
            )
        )
        return proposal

    def _record(self, action: str, proposal: Proposal, **facts: Any) -> None:
        self._scope.record(Effect(action, "proposal", str(proposal.id), project_id=proposal.project_id, **facts))

    async def _allow(self, proposal: Proposal, permission: Permission) -> None:
        if permission is not Permission.READ:
            require_client(self._scope.actor, Capability.CHANGE_CODE)
        try:
            await require_project(self._scope, proposal.project_id, permission)
        except NotFound:
            raise ProposalNotFound from None

    async def _conflict(self, proposal_id: UUID) -> Conflict:
        proposal = await self._rows.find(proposal_id)
        return ProposalConflict() if proposal is None else why_not(proposal)

    @property
    def _person(self) -> UUID:
        user_id = self._scope.actor.user_id
        if user_id is None:
            raise ProposalConflict("Only a person decides.")
        return user_id

    async def _note(
        self, proposal: Proposal, verdict: str, *, chosen: Sequence[str] = (), reason: str | None = None
    ) -> None:
        actor_id = self._person
        decision = Decision(
            id=self._scope.ids.new(),
            proposal_id=proposal.id,
            actor_id=actor_id,
            verdict=verdict,
            digest=proposal.digest,
            hunk_ids=list(chosen),
            reason=reason,
            created_at=self._scope.clock.now(),
        )
        self._scope.session.add(decision)
        done = {"approve": "proposal.approved", "reject": "proposal.rejected"}[verdict]
        # The ledger cuts long lists off; how many there were is told apart.
        after = {"hunks": list(chosen), "count": len(chosen), "reason": reason}
        self._record(done, proposal, after=after, approval=proposal.digest)
        await self._scope.session.flush()
        self._scope.publish(
            ProposalDecided(
                project_id=proposal.project_id, proposal_id=proposal.id, verdict=verdict, decided_by=actor_id
            )
        )


def check_digest(stored: StoredProposal, digest: str) -> None:
    """Raise ApprovalStale unless the digest that was shown is the proposal's own."""
    if not hmac.compare_digest(digest.encode(), stored.proposal.digest.encode()):
        raise ApprovalStale(
            "That is not the proposal you were shown: the digest differs. Load it again and look at it.",
            reason="digest_differs",
            digest=stored.proposal.digest,
        )


def _choose(stored: StoredProposal, hunk_ids: Sequence[UUID] | None) -> list[Hunk]:
    """Find the hunks that are meant; files that run commands are only changed when their hunks are named."""
    selectable = {hunk.id: hunk for hunk in stored.hunks if hunk.selectable}
    if hunk_ids is None:
        named_only = [file.change.path for file in stored.files if needs_confirmation(file.change.path)]
        if named_only:
            raise HunkRefused(
                "Some of these files can run commands. Name the hunks you approve.", paths=sorted(named_only)[:50]
            )
        return list(selectable.values())
    unknown = sorted(str(hunk_id) for hunk_id in set(hunk_ids) - selectable.keys())
    if unknown or not hunk_ids:
        raise HunkRefused(hunks=unknown[:50])
    _refuse_halves(stored, set(hunk_ids))
    return [selectable[hunk_id] for hunk_id in dict.fromkeys(hunk_ids)]


def _refuse_halves(stored: StoredProposal, chosen: Set[UUID]) -> None:
    """Raise HunkRefused when hunks that make sense only together (`details.together` names them) are torn apart."""
    units: dict[str, set[UUID]] = {}
    for hunk in stored.hunks:
        if hunk.selectable and (unit := hunk.details.get("together")):
            units.setdefault(str(unit), set()).add(hunk.id)
    for unit in units.values():
        if unit & chosen and unit - chosen:
            raise HunkRefused(
                "These hunks make sense only together. Approve all of them, or none.",
                reason="only_together", hunks=sorted(map(str, unit - chosen))[:50],
            )  # fmt: skip


def why_not(proposal: Proposal) -> Conflict:
    """Say why a proposal's state does not allow what was asked."""
    if proposal.status == "open":
        return NotApproved()
    if proposal.status == "stale":
        return ApprovalStale(**(proposal.stale_details or {}))
    busy = " and is being applied" if proposal.status == "approved" and proposal.apply_job_id else ""
    return ProposalConflict(
        f"This proposal is {proposal.status}{busy}. Load it again to see what happened to it.", status=proposal.status
    )
