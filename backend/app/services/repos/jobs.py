"""Queue door: sync a mirror, delete a mirror. Git works between short transactions, never inside one."""

from app.adapters.git.errors import MirrorBusy
from app.adapters.git.port import SyncResult
from app.adapters.git.urls import parse_remote_url
from app.adapters.jobs.registry import handles
from app.core.errors import AppError
from app.core.failpoints import failpoint
from app.core.jobs import Cancelled, Done, JobContext, Outcome
from app.services.repos.credentials import open_credentials
from app.services.repos.messages import WAIT_FOR_MIRROR, RemoveMirror, SyncRepo
from app.services.repos.progress import relayed
from app.services.repos.service import RepoService, SyncOrder


@handles(SyncRepo)
async def sync_repo(payload: SyncRepo, ctx: JobContext) -> Outcome:
    """Bring a mirror up to date; delivered twice, it fetches twice at worst and is recorded once."""
    async with ctx.scope() as scope:
        repos = RepoService(scope)
        if await repos.has_succeeded(payload.sync_run_id):
            return Done()
        order = await repos.begin(payload.sync_run_id)
    if order is None or order.remote_url is None:
        return Cancelled("There is nothing to sync any more.")
    failpoint(f"{SyncRepo.kind}:after begin")
    try:
        result = await _update(order, order.remote_url, ctx)
        refs = await ctx.container.mirrors.reader(payload.project_id).refs()
    except MirrorBusy:
        return WAIT_FOR_MIRROR
    except AppError as error:
        async with ctx.scope() as scope:
            await RepoService(scope).note_attempt(payload.sync_run_id, code=error.code, message=error.message)
        raise
    failpoint(f"{SyncRepo.kind}:before record")
    async with ctx.scope() as scope:
        is_recorded = await RepoService(scope).record(payload.sync_run_id, result, refs)
    return None if is_recorded else Cancelled("The project was deleted meanwhile.")


async def _update(order: SyncOrder, remote_url: str, ctx: JobContext) -> SyncResult:
    git = ctx.container.settings.git
    # Checked again: what the settings allow may have changed since the address was given.
    remote = parse_remote_url(
        remote_url,
        allow_local=git.allow_local_repos,
        allowed_private_hosts=frozenset(git.allowed_private_hosts),
    )
    credentials = open_credentials(ctx.container.secret_box, order.project_id, order.credential_box)
    await ctx.progress(0.02, "connecting")
    async with relayed(ctx) as report:
        result: SyncResult = await ctx.container.mirrors.writer().sync(
            order.project_id, remote, credentials, since=order.since, on_progress=report
        )
    return result


@handles(RemoveMirror)
async def remove_mirror(payload: RemoveMirror, ctx: JobContext) -> Outcome:
    """Delete a mirror's folder; nothing happens when it is gone already."""
    try:
        await ctx.container.mirrors.writer().remove(payload.project_id)
    except MirrorBusy:
        # A sync that began before the project was deleted may go on for as long as a fetch may take.
        return WAIT_FOR_MIRROR
    return None
