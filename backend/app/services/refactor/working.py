"""The worker's side of a rename, step by step: read, understand, prove, draft. The tree it works on is temporary."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession
from app.core.jobs import JobContext
from app.services.manifest.digest import ManifestRef
from app.services.proposals.drafts import Draft
from app.services.refactor.asked import RenameRequest
from app.services.refactor.carrying import carry
from app.services.refactor.caveats import note_caveats
from app.services.refactor.drafting import draft_of
from app.services.refactor.errors import NameCollision
from app.services.refactor.fixed_names import notes_of_fixed_names
from app.services.refactor.messages import ProposeRename
from app.services.refactor.module_names import edits_of_module
from app.services.refactor.modules_typescript import ScriptModuleWork, plan_script_module
from app.services.refactor.moves import Moves
from app.services.refactor.plan import Plan
from app.services.refactor.proof import check
from app.services.refactor.proof_modules import check_script_module
from app.services.refactor.proof_typescript import check_script
from app.services.refactor.rename import plan_rename
from app.services.refactor.rename_syntax import plan_syntax_rename
from app.services.refactor.rename_typescript import ScriptWork, plan_script_rename
from app.services.refactor.runtime_scripts import note_runtime_scripts
from app.services.refactor.texts import doubts_of_data, doubts_of_settings, doubts_of_templates, edits_of_texts
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import ALL_LANGUAGES, LANGUAGES, SourceTree
from app.services.refactor.work import Work
from app.services.refactor.workspaces import TYPESCRIPT, session_on, tree_of, unread

_IMPORTS = re.compile(rb"^[ \t]*(?:import|from)\b", re.MULTILINE)
Progress = Callable[[float, str], Awaitable[None]]
AnyWork = Work | ScriptWork | ScriptModuleWork


async def _silent(_done: float, _told: str) -> None:
    """Tell nobody."""


async def rename(ctx: JobContext, payload: ProposeRename, manifest: ManifestRef) -> Draft:
    """Bring a rename from its request to the draft of its proposal."""
    await ctx.progress(0.1, "reading files")
    language = payload.language or ALL_LANGUAGES[PurePosixPath(payload.path).suffix]
    tree = await tree_of(ctx, manifest, language)
    await ctx.progress(0.2, f"analysing {len(tree.code)} files")
    request = RenameRequest(payload.path, payload.line, payload.column, payload.new_name)
    if language not in LANGUAGES.values():
        found = await asyncio.to_thread(by_syntax, request, tree)
        return await drafted(ctx, found, tree, payload, manifest)
    async with session_on(ctx, manifest, tree, language) as session:
        work = await worked_out(request, tree, session, language, ctx.progress)
    return await drafted(ctx, await asyncio.to_thread(finished, work, tree), tree, payload, manifest)


def by_syntax(request: RenameRequest, tree: SourceTree) -> Plan:
    """Work a rename out in a language without a server."""
    found, is_local = plan_syntax_rename(request, tree.code)
    found.notes += tree.notes
    found.notes += unread(tree, found.old)
    if not is_local:
        found.edits += edits_of_texts(tree.texts, found.old, found.new)
    return found


async def drafted(
    ctx: JobContext, found: Plan, tree: SourceTree, payload: ProposeRename, manifest: ManifestRef
) -> Draft:
    """Draft the proposal of a plan."""
    await carry(found, tree, ctx.container.mirrors.reader(payload.project_id))
    await ctx.progress(0.9, f"proposing {len(found.edits)} edits")
    files = {**tree.texts, **tree.code, **tree.carried}
    return await asyncio.to_thread(draft_of, found, files, tree.entries, manifest, payload.proposal_id)


async def worked_out(
    request: RenameRequest, tree: SourceTree, session: LanguageSession, language: str, progress: Progress = _silent
) -> AnyWork:
    """Plan and prove. Files in which the new name is taken, and that import it, go on calling it by its old name."""
    first: NameCollision | None = None
    while True:
        try:
            work = await plan(request, tree, session, language)
            await progress(0.6, f"proving {len(work.plan.of(Tier.PROVEN, Tier.LIKELY))} edits")
            await prove(work, tree, session)
        except NameCollision as collision:
            kept = request.kept | _importing(collision, tree)
            first = first or collision
            if kept == request.kept:
                raise first from None
            request = replace(request, kept=kept)
        else:
            if first is not None and work.plan.is_disproved:
                # Others get it by way of such a file.
                raise first
            return work


def _importing(collision: NameCollision, tree: SourceTree) -> set[str]:
    """The files in which a name is taken, of those that import anything."""
    paths = {str(place["path"]) for place in collision.details.get("places", ())}
    return {path for path in paths if _IMPORTS.search(tree.code.get(path, b""))}


async def plan(request: RenameRequest, tree: SourceTree, session: LanguageSession, language: str) -> AnyWork:
    """Work a rename out."""
    if language == TYPESCRIPT:
        return plan_script_module(request, tree) or await plan_script_rename(request, tree.code, session)
    return await plan_rename(request, tree.code, session, tree.paths)


async def prove(work: AnyWork, tree: SourceTree, session: LanguageSession) -> None:
    """Prove the plan, as far as the files were read."""
    if isinstance(work, ScriptModuleWork):
        await check_script_module(work, session)
    elif isinstance(work, ScriptWork):
        await check_script(work, session)
        await asyncio.to_thread(note_runtime_scripts, work)
    else:
        await asyncio.to_thread(note_caveats, work)
        await check(work, session)
    work.plan.notes += unread(tree, work.plan.old)


def finished(work: AnyWork, tree: SourceTree) -> Plan:
    """Add what texts say, and call nothing certain that is not."""
    plan = work.plan
    plan.notes += tree.notes
    if work.module is not None:
        edits, notes = edits_of_module(tree.texts, work.module, plan.new)
        plan.edits += edits
        plan.notes += [*notes, *notes_of_fixed_names(Moves(plan.moves, plan.folders), plan.new, tree.paths)]
    elif not work.is_in_function:
        plan.edits += edits_of_texts(tree.texts, plan.old, plan.new)
    if work.is_member or (isinstance(work, Work) and work.is_definition):
        plan.notes += doubts_of_templates(tree.texts, plan.old, is_member=work.is_member)
    if isinstance(work, Work):
        plan.notes += doubts_of_data(tree.texts, plan)
    if isinstance(work, Work) and not work.is_in_function:
        plan.notes += doubts_of_settings(tree.texts, plan.old, work.owners)
    return plan.lowered()
