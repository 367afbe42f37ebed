"""The rules of refactors: who may ask for one, that it happens once, and how it is found again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.errors import NotFound
from app.models.job import Job
from app.models.proposal import Hunk, Proposal
from app.services.auth.capabilities import Capability, require_client
from app.services.jobs.service import JobService, Standing
from app.services.manifest.digest import ManifestRef
from app.services.manifest.service import ManifestService
from app.services.projects.access import Permission, require_project
from app.services.proposals.drafts import Draft
from app.services.proposals.service import ProposalService
from app.services.refactor.errors import RefactorNotFound
from app.services.refactor.messages import REFACTORS, RefactorPayload
from app.services.refactor.tiers import Tier


@dataclass(frozen=True, slots=True)
class AskedRefactor:
    """A refactor with how it stands, and, once there is a proposal, how many hunks of each tier that has."""

    payload: RefactorPayload
    standing: Standing
    manifest: ManifestRef
    tiers: Mapping[str, int] | None


class RefactorService:
    """Refactors inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope

    async def allow(self, project_id: UUID) -> None:
        """Let the actor ask for a refactor there, or raise ClientNotAllowed and what `require_project` raises."""
        require_client(self._scope.actor, Capability.CHANGE_CODE)
        await require_project(self._scope, project_id, Permission.REVIEW)

    async def request(self, manifest: ManifestRef, kind: type[RefactorPayload], facts: Mapping[str, Any]) -> Job:
        """Stage a refactor of a kind at the manifest's commit; the id of its proposal is chosen now."""
        await self.allow(manifest.project_id)
        shared = {"project_id": manifest.project_id, "manifest_id": manifest.id, "proposal_id": self._scope.ids.new()}
        payload = kind.model_validate({**facts, **shared})
        job = await self._scope.stage(payload, project_id=manifest.project_id)
        after = {**payload.facts, "commit": manifest.commit}
        action = f"{kind.kind.removeprefix('refactor.')}.asked"
        self._scope.record(Effect(action, "job", str(job.id), project_id=manifest.project_id, after=after))
        return job

    async def begin(self, payload: RefactorPayload) -> ManifestRef | None:
        """Read what a refactor is worked out on; None when its proposal is there already."""
        await require_project(self._scope, payload.project_id, Permission.REVIEW)
        if await self._scope.session.get(Proposal, payload.proposal_id) is not None:
            return None
        return await ManifestService(self._scope).read_by_id(payload.manifest_id)

    async def finish(self, draft: Draft) -> None:
        """Open the proposal; a second time changes nothing."""
        await ProposalService(self._scope).open(draft)

    async def read(self, job_id: UUID) -> AskedRefactor:
        """Read a refactor by its job's id; RefactorNotFound also for what is not the actor's to see."""
        try:
            standing = await JobService(self._scope).read(job_id)
            kind = REFACTORS.get(standing.job.kind)
            if kind is None:
                raise RefactorNotFound
            payload = kind.model_validate(standing.job.payload)
            await require_project(self._scope, payload.project_id, Permission.READ)
            manifest = await ManifestService(self._scope).read_by_id(payload.manifest_id)
        except NotFound:
            raise RefactorNotFound from None
        return AskedRefactor(payload, standing, manifest, await self._tiers(payload.proposal_id))

    async def _tiers(self, proposal_id: UUID) -> Mapping[str, int] | None:
        if await self._scope.session.get(Proposal, proposal_id) is None:
            return None
        rows = select(Hunk.tier, func.count()).where(Hunk.proposal_id == proposal_id).group_by(Hunk.tier)
        counts: Counter[str] = Counter()
        for tier, count in await self._scope.session.execute(rows):
            counts[tier] = count
        return {tier.value: counts[tier.value] for tier in Tier}
