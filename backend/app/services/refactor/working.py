"""The worker's side of a rename, step by step: read, understand, prove, propose. The tree it works on is temporary."""

import asyncio

from app.adapters.language.port import LanguageSession
from app.core.jobs import JobContext
from app.services.manifest.digest import ManifestRef
from app.services.refactor.caveats import note_caveats
from app.services.refactor.drafting import draft_of
from app.services.refactor.messages import ProposeRename
from app.services.refactor.plan import Note, Plan
from app.services.refactor.proof import check
from app.services.refactor.rename import RenameRequest, Work, plan_rename
from app.services.refactor.service import RefactorService
from app.services.refactor.texts import doubts_of_templates, edits_of_texts
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import SourceTree, read_tree


async def propose(ctx: JobContext, payload: ProposeRename, manifest: ManifestRef) -> None:
    """Bring a rename from its request to its proposal."""
    await ctx.progress(0.1, "reading files")
    tree = await read_tree(ctx.container.mirrors.reader(payload.project_id), manifest.commit, "python")
    await ctx.progress(0.2, f"analysing {len(tree.code)} files")
    request = RenameRequest(payload.path, payload.line, payload.column, payload.new_name)
    async with ctx.container.languages.open("python", tree.roots, key=str(payload.project_id)) as session:
        await session.sync(tree.code)
        work = await plan_rename(request, tree.code, session)
        await ctx.progress(0.6, f"proving {len(work.plan.of(Tier.PROVEN, Tier.LIKELY))} edits")
        await prove(work, tree, session)
    plan = finished(work, tree)
    await ctx.progress(0.9, f"proposing {len(plan.edits)} edits")
    files = {**tree.texts, **tree.code}
    draft = await asyncio.to_thread(draft_of, plan, files, tree.entries, manifest, payload.proposal_id)
    async with ctx.scope() as scope:
        await RefactorService(scope).finish(draft)


async def prove(work: Work, tree: SourceTree, session: LanguageSession) -> None:
    """Prove the plan, as far as the files were read."""
    note_caveats(work)
    await check(work, session)
    word = work.plan.old.encode()
    for path in (path for path, data in tree.unread.items() if data is None or word in data):
        work.plan.notes.append(Note("doubt", path, 0, "this file was not read, and may use the name"))


def finished(work: Work, tree: SourceTree) -> Plan:
    """Add what texts say, and call nothing certain that is not."""
    plan = work.plan
    plan.notes += tree.notes
    if not work.is_in_function:
        plan.edits += edits_of_texts(tree.texts, plan.old, plan.new)
    if work.is_member:
        plan.notes += doubts_of_templates(tree.texts, plan.old)
    return plan.lowered()
