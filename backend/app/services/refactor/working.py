"""The worker's side of a rename, step by step: read, understand, prove, propose. The tree it works on is temporary."""

import asyncio
from collections.abc import Mapping
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession
from app.adapters.language.tsc import HOW_TO_GET_IT
from app.adapters.process.port import ProgramMissing
from app.core.jobs import JobContext
from app.services.manifest.digest import ManifestRef
from app.services.refactor.caveats import note_caveats
from app.services.refactor.drafting import draft_of
from app.services.refactor.errors import LanguageUnsupported
from app.services.refactor.messages import ProposeRename
from app.services.refactor.plan import Note, Plan
from app.services.refactor.proof import check
from app.services.refactor.proof_typescript import check_script
from app.services.refactor.rename import RenameRequest, Work, plan_rename
from app.services.refactor.rename_typescript import ScriptWork, plan_script_rename
from app.services.refactor.service import RefactorService
from app.services.refactor.shelf import Shelf
from app.services.refactor.symbols.typescript_config import workspace_config
from app.services.refactor.texts import doubts_of_settings, doubts_of_templates, edits_of_texts
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import LANGUAGES, SourceTree, read_tree

TYPESCRIPT = "typescript"
# Of this process; contents never change, so nothing in it can be out of date.
_SHELF = Shelf()


async def propose(ctx: JobContext, payload: ProposeRename, manifest: ManifestRef) -> None:
    """Bring a rename from its request to its proposal."""
    await ctx.progress(0.1, "reading files")
    language = LANGUAGES[PurePosixPath(payload.path).suffix]
    reader, shelf = ctx.container.mirrors.reader(payload.project_id), _SHELF.of(payload.project_id)
    tree = await read_tree(reader, manifest.commit, language, shelf)
    await ctx.progress(0.2, f"analysing {len(tree.code)} files")
    request = RenameRequest(payload.path, payload.line, payload.column, payload.new_name)
    try:
        async with ctx.container.languages.open(language, tree.roots, key=str(payload.project_id)) as session:
            await session.sync({**tree.code, **settings_of(tree, language)})
            work = await plan(request, tree.code, session, language)
            await ctx.progress(0.6, f"proving {len(work.plan.of(Tier.PROVEN, Tier.LIKELY))} edits")
            await prove(work, tree, session)
    except ProgramMissing as missing:
        if language != TYPESCRIPT:
            raise
        raise LanguageUnsupported(HOW_TO_GET_IT, language=language, missing="typescript") from missing
    found = finished(work, tree)
    await ctx.progress(0.9, f"proposing {len(found.edits)} edits")
    files = {**tree.texts, **tree.code}
    draft = await asyncio.to_thread(draft_of, found, files, tree.entries, manifest, payload.proposal_id)
    async with ctx.scope() as scope:
        await RefactorService(scope).finish(draft)


def settings_of(tree: SourceTree, language: str) -> dict[str, bytes]:
    """Give the files that tell the server of a language what to read; notes go to the tree."""
    if language != TYPESCRIPT:
        return {}
    files, notes = workspace_config(tree.code, tree.texts)
    tree.notes += notes
    return files


async def plan(
    request: RenameRequest, code: Mapping[str, bytes], session: LanguageSession, language: str
) -> Work | ScriptWork:
    """Work a rename out."""
    if language == TYPESCRIPT:
        return await plan_script_rename(request, code, session)
    return await plan_rename(request, code, session)


async def prove(work: Work | ScriptWork, tree: SourceTree, session: LanguageSession) -> None:
    """Prove the plan, as far as the files were read."""
    if isinstance(work, ScriptWork):
        await check_script(work, session)
    else:
        note_caveats(work)
        await check(work, session)
    word = work.plan.old.encode()
    for path in (path for path, data in tree.unread.items() if data is None or word in data):
        work.plan.notes.append(Note("doubt", path, 0, "this file was not read, and may use the name"))


def finished(work: Work | ScriptWork, tree: SourceTree) -> Plan:
    """Add what texts say, and call nothing certain that is not."""
    plan = work.plan
    plan.notes += tree.notes
    if not work.is_in_function:
        plan.edits += edits_of_texts(tree.texts, plan.old, plan.new)
    if work.is_member or (isinstance(work, Work) and work.is_definition):
        plan.notes += doubts_of_templates(tree.texts, plan.old, is_member=work.is_member)
    if isinstance(work, Work) and not work.is_in_function:
        plan.notes += doubts_of_settings(tree.texts, plan.old, work.owners)
    return plan.lowered()
