"""The rules of the symbol graph: who may ask, and when a state of a mirror is read."""

from uuid import UUID

from app.adapters.scope import Scope
from app.models.job import Job
from app.services.manifest.digest import ManifestRef
from app.services.manifest.service import ManifestService
from app.services.symbols.listing import Listing
from app.services.symbols.messages import IndexSymbols
from app.services.symbols.store import SymbolStore


class SymbolService:
    """The symbol graph inside one scope. Callers have asked `require_project` before."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope

    async def find(self, manifest: ManifestRef) -> Listing | None:
        """Find the files of a manifest's commit, if all of them have been read."""
        return await SymbolStore(self._scope, manifest.project_id).find(manifest.core.root_tree)

    async def request(self, manifest: ManifestRef) -> Job:
        """Have a manifest's commit read in the background; an equal request that waits or runs is joined."""
        payload = IndexSymbols(
            project_id=manifest.project_id, manifest_id=manifest.id, root_tree=manifest.core.root_tree
        )
        return await self._scope.stage(payload, project_id=manifest.project_id)

    async def follow(self, project_id: UUID, manifest_id: UUID) -> None:
        """Have a new manifest's commit read, where somebody has asked about symbols before."""
        if not await SymbolStore(self._scope, project_id).is_wanted():
            return
        manifest = await ManifestService(self._scope).read_by_id(manifest_id)
        if await self.find(manifest) is None:
            await self.request(manifest)
