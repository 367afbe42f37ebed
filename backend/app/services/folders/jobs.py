"""Queue door: commit a folder that was sent. Git works between short transactions, never inside one."""

from app.adapters.files.staging import Staged
from app.adapters.git.errors import MirrorBusy, MirrorMissing
from app.adapters.git.port import FolderCommit, SyncResult
from app.adapters.jobs.registry import handles
from app.core.errors import AppError
from app.core.failpoints import failpoint
from app.core.jobs import Cancelled, Done, JobContext, Outcome
from app.services.folders.errors import ListingLost
from app.services.folders.listing import decode_files
from app.services.folders.messages import CommitFolder
from app.services.folders.service import DEFAULT_BRANCH, CommitOrder, FolderService, listing_digest
from app.services.repos.messages import WAIT_FOR_MIRROR
from app.services.repos.progress import relayed


@handles(CommitFolder)
async def commit_folder(payload: CommitFolder, ctx: JobContext) -> Outcome:
    """Commit a folder; delivered twice, or killed anywhere, it gives one commit and one record."""
    staged = Staged.of(ctx.container.settings.data_dir, payload.sync_id)
    async with ctx.scope() as scope:
        folders = FolderService(scope)
        is_done = await folders.is_done(payload.sync_id)
        order = None if is_done else await folders.begin(payload, ctx.job_id)
    if is_done:
        await staged.remove()
        return Done()
    if order is None:
        return Cancelled("There is nothing to commit any more.")
    failpoint(f"{CommitFolder.kind}:after begin")
    try:
        result = await _commit(order, staged, ctx)
        refs = await ctx.container.mirrors.reader(payload.project_id).refs()
    except MirrorBusy:
        return WAIT_FOR_MIRROR
    except AppError as error:
        async with ctx.scope() as scope:
            await FolderService(scope).note_attempt(order, code=error.code, message=error.message)
        raise
    failpoint(f"{CommitFolder.kind}:before record")
    async with ctx.scope() as scope:
        is_recorded = await FolderService(scope).record(order, result, refs)
    await staged.remove()
    return None if is_recorded else Cancelled("The project was deleted meanwhile.")


async def _commit(order: CommitOrder, staged: Staged, ctx: JobContext) -> SyncResult:
    listing = await staged.listing()
    if listing is None or listing_digest(listing) != order.digest:
        raise ListingLost
    branch = order.branch or await _own_branch(order, ctx) or DEFAULT_BRANCH
    change = FolderCommit(
        mark=str(order.sync_id),
        branch=branch,
        base=order.base_commit,
        files=decode_files(listing),
        contents=staged.contents,
        author=order.author,
    )
    await ctx.progress(0.02, "looking at the mirror")
    async with relayed(ctx) as report:
        result: SyncResult = await ctx.container.mirrors.writer().commit_folder(
            order.project_id, change, since=order.since, on_progress=report
        )
    return result


async def _own_branch(order: CommitOrder, ctx: JobContext) -> str | None:
    """Find the branch that the mirror has as its default, where people chose none."""
    try:
        branch: str | None = await ctx.container.mirrors.reader(order.project_id).default_branch()
    except MirrorMissing:
        return None
    return branch
