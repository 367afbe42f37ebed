"""The worker's side of a replacement, step by step: read, search, check, draft."""

import asyncio

from app.core.jobs import JobContext
from app.services.manifest.digest import ManifestRef
from app.services.proposals.drafts import Draft
from app.services.refactor.drafting import draft_of
from app.services.refactor.messages import ProposeReplace
from app.services.refactor.patterns import ReplaceRequest
from app.services.refactor.replace import plan_replacement
from app.services.refactor.workspaces import code_of


async def replace(ctx: JobContext, payload: ProposeReplace, manifest: ManifestRef) -> Draft:
    """Bring a replacement from its request to the draft of its proposal."""
    asked = ReplaceRequest(payload.language, payload.pattern, payload.replacement, payload.paths)
    await ctx.progress(0.1, "reading files")
    tree, _ = await code_of(ctx, manifest, asked.wants)
    code = {path: data for path, data in tree.code.items() if asked.reads(path, data)}
    await ctx.progress(0.2, f"searching {len(code)} files")

    async def tell(matches: int, files: int) -> None:
        await ctx.progress(0.6, f"{matches} matches in {files} files")

    plan = await plan_replacement(asked, code, ctx.container.patterns, tell)
    plan.notes += tree.notes
    await ctx.progress(0.9, f"proposing {len(plan.edits)} edits")
    return await asyncio.to_thread(draft_of, plan, code, tree.entries, manifest, payload.proposal_id)
