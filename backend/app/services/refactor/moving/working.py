"""The worker's side of a move, step by step: read, understand, prove, draft. The tree it works on is temporary."""

import asyncio
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession
from app.core.jobs import JobContext
from app.services.manifest.digest import ManifestRef
from app.services.proposals.drafts import Draft
from app.services.refactor.errors import NameCollision
from app.services.refactor.messages import ProposeMove
from app.services.refactor.moving.drafting import draft_of_move
from app.services.refactor.moving.model import MovePlan, MoveRequest
from app.services.refactor.moving.python_move import plan_move
from app.services.refactor.moving.python_proof import check_move
from app.services.refactor.moving.python_work import MoveWork
from app.services.refactor.moving.script_move import plan_script_move
from app.services.refactor.moving.script_proof import check_script_move
from app.services.refactor.moving.script_work import ScriptMove
from app.services.refactor.moving.texts import edits_of_paths
from app.services.refactor.plan import Note
from app.services.refactor.tree import LANGUAGES, SourceTree
from app.services.refactor.workspaces import TYPESCRIPT, session_on, settings_of, tree_of, unread


async def move(ctx: JobContext, payload: ProposeMove, manifest: ManifestRef) -> Draft:
    """Bring a move from its request to the draft of its proposal."""
    await ctx.progress(0.1, "reading files")
    language = LANGUAGES[PurePosixPath(payload.path).suffix]
    tree = await tree_of(ctx, manifest, language)
    await ctx.progress(0.2, f"analysing {len(tree.code)} files")
    request = MoveRequest(payload.path, payload.line, payload.column, payload.to_path)
    async with session_on(ctx, manifest, tree, language) as session:
        work = await plan(request, tree, session)
        await ctx.progress(0.6, f"proving {len(work.plan.edits)} edits")
        await prove(work, tree, session)
    found = await asyncio.to_thread(finished, work, tree)
    await ctx.progress(0.9, f"proposing changes in {len({edit.path for edit in found.edits})} files")
    files = {**tree.texts, **tree.code}
    return await asyncio.to_thread(draft_of_move, found, files, tree.entries, manifest, payload.proposal_id)


async def plan(request: MoveRequest, tree: SourceTree, session: LanguageSession) -> MoveWork | ScriptMove:
    """Work a move out. NameCollision for a place that something unreadable takes."""
    if request.to_path in tree.unread:
        said = f"{request.to_path} is there, and cannot be read."
        raise NameCollision(said, name=request.to_path, reason="file_exists", paths=[request.to_path])
    work: MoveWork | ScriptMove
    if LANGUAGES[PurePosixPath(request.path).suffix] == TYPESCRIPT:
        work = await plan_script_move(request, tree.code, session)
    else:
        work = await plan_move(request, tree.code, tree.roots, session)
    work.plan.settle(tree.code)
    return work


async def prove(work: MoveWork | ScriptMove, tree: SourceTree, session: LanguageSession) -> None:
    """Prove a move; the session's tree is as it was afterwards."""
    if isinstance(work, MoveWork):
        await check_move(work, session)
        return
    made = SourceTree({**tree.code, work.to: b""}, tree.texts)
    before = SourceTree(tree.code, tree.texts)
    await check_script_move(work, session, settings_of(made, TYPESCRIPT), settings_of(before, TYPESCRIPT))


def finished(work: MoveWork | ScriptMove, tree: SourceTree) -> MovePlan:
    """Add what texts say, and what was not read."""
    plan = work.plan
    plan.notes += tree.notes
    if not plan.changed(tree.code)[plan.block.path].strip():
        plan.notes.append(Note("not_touched", plan.block.path, 0, "nothing is left in this file"))
    plan.notes += unread(tree, plan.name)
    if isinstance(work, MoveWork):
        _add_texts(work, tree)
    plan.texts = [edit for edit in plan.texts if not _is_in_block(plan, edit.path, edit.start)]
    return plan


def _add_texts(work: MoveWork, tree: SourceTree) -> None:
    """Find comments, strings and documentation that name it by its whole path."""
    plan = work.plan
    spans = {
        path: [
            *work.file(path).spans("comment", 0, len(tree.code[path])),
            *work.file(path).spans("string_content", 0, len(tree.code[path])),
        ]
        for path in work.found.scopes
    }
    for old in work.modules.names(work.source):
        new = work.modules.absolute(work.to, like=(work.source, old))
        plan.texts += edits_of_paths(tree.code, spans, old, new, plan.name)
        plan.texts += edits_of_paths(tree.texts, None, old, new, plan.name)


def _is_in_block(plan: MovePlan, path: str, offset: int) -> bool:
    return path == plan.block.path and plan.block.start <= offset < plan.block.end
