"""Queue door: describe a ref of a mirror."""

from app.adapters.git.errors import RefNotFound
from app.adapters.jobs.registry import handles
from app.core.jobs import Cancelled, JobContext, Outcome
from app.services.manifest.build import ensure_manifest
from app.services.manifest.messages import BuildManifest
from app.services.repos.errors import RepositoryEmpty


@handles(BuildManifest)
async def build(payload: BuildManifest, ctx: JobContext) -> Outcome:
    """Build the manifest; an empty repository and a branch that is gone have none, and that is no failure."""
    await ctx.progress(0.1, "reading the tree")
    try:
        await ensure_manifest(ctx, payload.project_id, payload.ref)
    except (RepositoryEmpty, RefNotFound) as nothing:
        return Cancelled(nothing.message)
    return None
