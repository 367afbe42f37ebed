"""Queue door: record an approved proposal in the mirror. Git works between short transactions, never inside one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.adapters.git.errors import MirrorBusy, RefNotFound
from app.adapters.git.port import CommitInfo, MirrorReader
from app.adapters.git.urls import parse_remote_url
from app.adapters.jobs.registry import handles
from app.core.failpoints import failpoint
from app.core.jobs import JobContext, Outcome
from app.services.proposals.application import ApplyPlan, changed_files
from app.services.proposals.applying import Application, Applied
from app.services.proposals.base import read_base, read_files
from app.services.proposals.errors import ApprovalStale
from app.services.proposals.messages import ApplyProposal
from app.services.proposals.patch import unified_diff
from app.services.proposals.service import ProposalService
from app.services.repos.credentials import open_credentials
from app.services.repos.messages import WAIT_FOR_MIRROR
from app.services.repos.service import RepoService


@handles(ApplyProposal)
async def apply_proposal(payload: ApplyProposal, ctx: JobContext) -> Outcome:
    """Apply what was approved; delivered twice, or killed anywhere, it gives one commit and one record."""
    try:
        async with ctx.scope() as scope:
            plan, is_applied = await Application(scope).begin(payload.proposal_id)
        if not is_applied:
            await _apply(plan, ctx)
        if payload.push_branch is not None:
            await _push(plan, payload.push_branch, ctx)
    except ApprovalStale as stale:
        await _mark_stale(payload.proposal_id, stale.details, ctx)
        raise
    except MirrorBusy:
        return WAIT_FOR_MIRROR
    return None


async def _apply(plan: ApplyPlan, ctx: JobContext) -> None:
    await ctx.progress(0.1, "checking")
    reader: MirrorReader = ctx.container.mirrors.reader(plan.project_id)
    present = await _find(reader, plan.ref_name)
    # A change that was committed before the worker died is a change: record it, whatever has moved since.
    committed = present is not None and plan.made(present)
    contents = await (read_files if committed else read_base)(reader, plan.base)
    changes = plan.changes(contents)
    await ctx.progress(0.4, "committing")
    if present is not None and not committed and plan.made_before(present):
        # Left by an earlier approval whose record failed for good: nobody was told of it.
        await ctx.container.mirrors.writer().withdraw_change(plan.project_id, plan.ref_name, commit=present.id)
    commit = await ctx.container.mirrors.writer().record_change(
        plan.project_id,
        plan.ref_name,
        base_commit=plan.base.commit,
        files=changed_files(changes),
        message=plan.message,
        author=plan.author,
    )
    failpoint(f"{ApplyProposal.kind}:committed")
    inverse = unified_diff([change.reversed() for change in changes])
    applied = Applied(commit, plan.base.commit, patch=unified_diff(changes), inverse_patch=inverse)
    async with ctx.scope() as scope:
        await Application(scope).record(plan.proposal_id, applied)


async def _find(reader: MirrorReader, ref_name: str) -> CommitInfo | None:
    try:
        return await reader.commit_info(await reader.resolve(ref_name))
    except RefNotFound:
        return None


async def _push(plan: ApplyPlan, branch: str, ctx: JobContext) -> None:
    await ctx.progress(0.7, "pushing")
    async with ctx.scope() as scope:
        remote_url, box = await RepoService(scope).read_remote(plan.project_id)
    git = ctx.container.settings.git
    remote = parse_remote_url(
        remote_url,
        allow_local=git.allow_local_repos,
        allowed_private_hosts=frozenset(git.allowed_private_hosts),
    )
    credentials = open_credentials(ctx.container.secret_box, plan.project_id, box)
    await ctx.container.mirrors.writer().push_change(
        plan.project_id, remote, credentials, ref_name=plan.ref_name, branch=branch
    )
    failpoint(f"{ApplyProposal.kind}:pushed")
    async with ctx.scope() as scope:
        await Application(scope).record_pushed(plan.proposal_id, branch)


async def _mark_stale(proposal_id: UUID, details: Mapping[str, Any], ctx: JobContext) -> None:
    async with ctx.scope() as scope:
        await ProposalService(scope).mark_stale(proposal_id, details)
