"""What people ask of a proposal that must look at the repository: between short transactions, never inside one."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from app.adapters.git.port import MirrorStore
from app.adapters.scope import Scope, ScopeFactory
from app.models.job import Job
from app.services.projects.access import Permission
from app.services.projects.branches import check_branch
from app.services.proposals.application import change_files
from app.services.proposals.applying import plan_of
from app.services.proposals.base import read_base, read_files
from app.services.proposals.errors import ApprovalStale, HunkRefused, ProposalConflict
from app.services.proposals.patch import unified_diff
from app.services.proposals.reverting import draft_undo
from app.services.proposals.rows import StoredProposal
from app.services.proposals.service import UNDECIDED, ProposalService, check_digest, why_not

# Runs a piece of work in a scope, or gives back the job that an equal request has staged before.
Once = Callable[[Scope, Callable[[], Awaitable[Job]]], Awaitable[Job]]


@dataclass(frozen=True, slots=True)
class Review:
    """Approve, apply, undo and download, for one actor."""

    scopes: ScopeFactory
    mirrors: MirrorStore

    async def approve(self, proposal_id: UUID, *, digest: str, hunk_ids: list[UUID] | None) -> StoredProposal:
        """Approve all or chosen hunks; ApprovalStale when a byte of the proposal or of its base has moved."""
        stored = await self._read(proposal_id, Permission.APPROVE)
        check_digest(stored, digest)
        await self._check_base(stored)
        async with self.scopes() as scope:
            return await ProposalService(scope).approve(proposal_id, digest=digest, hunk_ids=hunk_ids)

    async def apply(self, proposal_id: UUID, *, push_branch: str | None, once: Once) -> Job:
        """Ask for an approved proposal to be applied; ApprovalStale as for `approve`."""
        if push_branch is not None:
            check_branch(push_branch)
        stored = await self._read(proposal_id, Permission.APPLY)
        if stored.proposal.status == "approved":
            await self._check_base(stored)
        async with self.scopes() as scope:
            service = ProposalService(scope)
            return await once(scope, lambda: service.request_apply(proposal_id, push_branch=push_branch))

    async def revert(self, proposal_id: UUID) -> StoredProposal:
        """Open a proposal that undoes an applied one against the repository as it is now."""
        stored = await self._read(proposal_id, Permission.APPLY)
        if stored.applied is None or stored.proposal.status != "applied":
            raise ProposalConflict("Only an applied proposal can be undone.", status=stored.proposal.status)
        reader = self.mirrors.reader(stored.proposal.project_id)
        draft = await draft_undo(reader, stored.proposal, plan_of(stored), stored.applied.commit)
        async with self.scopes() as scope:
            service = ProposalService(scope)
            undo = await service.open_undo(draft)
            return await service.read(undo.id, Permission.READ)

    async def patch(self, proposal_id: UUID, *, hunk_ids: Collection[UUID] | None, chosen: bool) -> bytes:
        """Write all selectable hunks, those named, or those that were chosen, as a patch against the base."""
        stored = await self._read(proposal_id, Permission.READ)
        if chosen and stored.applied is not None:
            return stored.applied.patch
        selectable = {hunk.id for hunk in stored.hunks if hunk.selectable}
        wanted = selectable if hunk_ids is None else set(hunk_ids)
        if not wanted <= selectable:
            raise HunkRefused(hunks=sorted(str(hunk_id) for hunk_id in wanted - selectable)[:50])
        files = [file.planned(lambda hunk: hunk.id in wanted and (hunk.chosen or not chosen)) for file in stored.files]
        contents = await read_files(self.mirrors.reader(stored.proposal.project_id), stored.base)
        return unified_diff(change_files(files, contents))

    async def _read(self, proposal_id: UUID, permission: Permission) -> StoredProposal:
        async with self.scopes(read_only=True) as scope:
            return await ProposalService(scope).read(proposal_id, permission)

    async def _check_base(self, stored: StoredProposal) -> None:
        """Compare an undecided proposal with its rows and its base, and note what moved."""
        proposal = stored.proposal
        if proposal.status not in UNDECIDED:
            raise why_not(proposal)
        if proposal.apply_job_id is not None:
            # The worker that applies it looks for itself; it must not be disturbed half-way.
            return
        try:
            if stored.digest_of_rows != proposal.digest:
                raise ApprovalStale(reason="proposal_changed", digest=stored.digest_of_rows)
            await read_base(self.mirrors.reader(proposal.project_id), stored.base)
        except ApprovalStale as stale:
            async with self.scopes() as scope:
                await ProposalService(scope).mark_stale(proposal.id, stale.details, idle=True)
            raise
