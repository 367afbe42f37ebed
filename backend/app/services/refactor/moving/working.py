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
from app.services.refactor.moving.texts import edits_of_paths
from app.services.refactor.plan import Note
from app.services.refactor.tree import LANGUAGES, SourceTree, read_tree


async def move(ctx: JobContext, payload: ProposeMove, manifest: ManifestRef) -> Draft:
    """Bring a move from its request to the draft of its proposal."""
    await ctx.progress(0.1, "reading files")
    language = LANGUAGES[PurePosixPath(payload.path).suffix]
    tree = await read_tree(ctx.container.mirrors.reader(payload.project_id), manifest.commit, language)
    await ctx.progress(0.2, f"analysing {len(tree.code)} files")
    request = MoveRequest(payload.path, payload.line, payload.column, payload.to_path)
    async with ctx.container.languages.open(language, tree.roots, key=str(payload.project_id)) as session:
        await session.sync(tree.code)
        work = await plan_python(request, tree, session)
        await ctx.progress(0.6, f"proving {len(work.plan.edits)} edits")
        await check_move(work, session)
    plan = finished(work, tree)
    await ctx.progress(0.9, f"proposing changes in {len({edit.path for edit in plan.edits})} files")
    files = {**tree.texts, **tree.code}
    return await asyncio.to_thread(draft_of_move, plan, files, tree.entries, manifest, payload.proposal_id)


async def plan_python(request: MoveRequest, tree: SourceTree, session: LanguageSession) -> MoveWork:
    """Work a move out in Python. NameCollision for a place that something unreadable takes."""
    if request.to_path in tree.unread:
        said = f"{request.to_path} is there, and cannot be read."
        raise NameCollision(said, name=request.to_path, reason="file_exists", paths=[request.to_path])
    work = await plan_move(request, tree.code, tree.roots, session)
    work.plan.settle(tree.code)
    return work


def finished(work: MoveWork, tree: SourceTree) -> MovePlan:
    """Add what texts say, and what was not read."""
    plan = work.plan
    plan.notes += tree.notes
    word = plan.name.encode()
    for path in (path for path, data in tree.unread.items() if data is None or word in data):
        plan.notes.append(Note("doubt", path, 0, "this file was not read, and may use the name"))
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
    plan.texts = [edit for edit in plan.texts if not _is_in_block(plan, edit.path, edit.start)]
    return plan


def _is_in_block(plan: MovePlan, path: str, offset: int) -> bool:
    return path == plan.block.path and plan.block.start <= offset < plan.block.end
