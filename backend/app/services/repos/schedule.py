"""The chore of the scheduler's leader: ask for the syncs whose time has come."""

import structlog

from app.adapters.container import Container
from app.services.repos.service import RepoService

log = structlog.get_logger(__name__)

# A tick must stay short; what is left over is due in the next one.
_AT_ONCE = 50


async def stage_due_syncs(container: Container) -> int:
    """Stage a batch of due syncs; answer how many."""
    async with container.scope() as scope:
        count = await RepoService(scope).stage_due(limit=_AT_ONCE)
    if count:
        log.info("repos.syncs_staged", syncs=count)
    return count
