"""HTTP door: read, download, approve, reject, apply and undo proposals."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.adapters.http.accepted import accepted
from app.adapters.http.etag import etagged
from app.adapters.http.idempotency import IdempotencyDep
from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.adapters.http.scope import ContainerDep
from app.schemas.jobs import JobAccepted
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import ActorScope, ActorScopes
from app.services.projects.access import Permission
from app.services.proposals.review import Review
from app.services.proposals.schemas import (
    ApplyIn,
    ApproveIn,
    ProposalOut,
    ProposalStatus,
    ProposalSummaryOut,
    RejectIn,
)
from app.services.proposals.service import ProposalService

router = APIRouter(tags=["proposals"])

_READS = [limit("api")]
_DECISIONS = [limit("proposals")]
_PATCH: dict[int | str, dict[str, Any]] = {200: {"content": {"text/x-diff": {"schema": {"type": "string"}}}}}


def get_review(scopes: ActorScopes, container: ContainerDep) -> Review:
    """Build what looks at the repository between transactions."""
    return Review(scopes, container.mirrors)


ReviewDep = Annotated[Review, Depends(get_review)]


@router.get("/projects/{project_id}/proposals", dependencies=_READS)
async def list_proposals(
    project_id: UUID,
    scope: ActorScope,
    page: Annotated[PageQuery, Depends(page_query)],
    status: ProposalStatus | None = None,
) -> PageOut[ProposalSummaryOut]:
    """List a project's proposals, newest first."""
    found = await ProposalService(scope).page(project_id, page, status=status)
    items = [ProposalSummaryOut.of(proposal) for proposal in found.items]
    return PageOut[ProposalSummaryOut](items=items, next_cursor=found.next_cursor)


@router.get("/proposals/{proposal_id}", dependencies=_READS, response_model=ProposalOut)
async def read_proposal(proposal_id: UUID, scope: ActorScope, request: Request) -> Response:
    """Read a proposal with every hunk and decision."""
    stored = await ProposalService(scope).read(proposal_id, Permission.READ)
    return etagged(request, ProposalOut.whole(stored))


@router.get("/proposals/{proposal_id}/patch", dependencies=_READS, response_class=Response, responses=_PATCH)
async def download_patch(
    proposal_id: UUID,
    review: ReviewDep,
    hunks: Annotated[list[UUID] | None, Query(description="Only these hunks.", max_length=1000)] = None,
    chosen: Annotated[bool, Query(description="Only what was approved.")] = False,
) -> Response:
    """Download the changes as a patch that `git apply` takes, byte for byte."""
    patch = await review.patch(proposal_id, hunk_ids=hunks, chosen=chosen)
    name = f'attachment; filename="proposal-{proposal_id}.patch"'
    return Response(patch, media_type="text/x-diff", headers={"Content-Disposition": name})


@router.post("/proposals/{proposal_id}/approve", dependencies=_DECISIONS)
async def approve_proposal(proposal_id: UUID, wanted: ApproveIn, review: ReviewDep) -> ProposalOut:
    """Approve all hunks or those named, exactly as they were shown."""
    return ProposalOut.whole(await review.approve(proposal_id, digest=wanted.digest, hunk_ids=wanted.hunks))


@router.post("/proposals/{proposal_id}/reject", dependencies=_DECISIONS)
async def reject_proposal(proposal_id: UUID, scope: ActorScope, wanted: RejectIn | None = None) -> ProposalOut:
    """Refuse a proposal for good."""
    reason = wanted.reason if wanted else None
    return ProposalOut.whole(await ProposalService(scope).reject(proposal_id, reason=reason))


@router.post("/proposals/{proposal_id}/apply", dependencies=_DECISIONS, status_code=202, response_model=JobAccepted)
async def apply_proposal(
    proposal_id: UUID, review: ReviewDep, idempotency: IdempotencyDep, wanted: ApplyIn | None = None
) -> Response:
    """Record what was approved as a commit of its own; upstream branches are never touched."""
    branch = wanted.branch_for(proposal_id) if wanted else None
    job = await review.apply(proposal_id, push_branch=branch, once=idempotency.once)
    return accepted(job.id, status=job.status)


@router.post("/proposals/{proposal_id}/revert", dependencies=_DECISIONS, status_code=201)
async def revert_proposal(proposal_id: UUID, review: ReviewDep) -> ProposalOut:
    """Propose to take an applied change back: clean hunks to choose, conflicts to see, later edits kept."""
    return ProposalOut.whole(await review.revert(proposal_id))
