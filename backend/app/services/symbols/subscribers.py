"""What the symbol graph does when a new manifest can be read."""

from app.adapters.scope import Scope
from app.services.manifest.messages import ManifestBuilt
from app.services.symbols.service import SymbolService


async def on_manifest_built(scope: Scope, event: ManifestBuilt) -> None:
    """Keep a project's symbols up to date once somebody has asked about them."""
    if event.project_id is not None:
        await SymbolService(scope).follow(event.project_id, event.manifest_id)
