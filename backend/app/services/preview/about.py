"""What is running on that phone: what a bundle was made of, which proposals are in it, and what is new."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.git.errors import MirrorMissing
from app.adapters.git.port import MirrorReader
from app.adapters.scope import Scope, ScopeFactory
from app.adapters.storage.port import Bucket, StorageUnavailable
from app.core.errors import AppError, NotFound
from app.models.manifest import Manifest
from app.models.preview import PreviewBundle
from app.models.proposal import AppliedChange, Proposal
from app.services.preview.about_schemas import (
    AboutCommitOut,
    AboutManifestOut,
    AboutOut,
    AboutProposalOut,
    AboutProposalsOut,
    ComparisonOut,
    FactsOut,
)
from app.services.preview.changes import compare
from app.services.preview.errors import NotComparable, PictureMissing
from app.services.preview.evidence import read_picture
from app.services.preview.facts import differences, facts_of
from app.services.preview.opens import opened_before
from app.services.preview.service import PreviewService
from app.services.preview.showing import why_none
from app.services.preview.tokens import PreviewClaims

# Asking git whether one commit is in another's history walks it: a bound on how often.
_MOST_ASKED = 60
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says of one bundle; the rest is asked of the mirror and the storage, outside the scope."""

    bundle: PreviewBundle
    facts: FactsOut
    manifest: AboutManifestOut | None = None
    approved: tuple[AboutProposalOut, ...] = ()
    before: PreviewBundle | None = None


async def tell_about(
    container: Container, scopes: ScopeFactory, job_id: UUID, claims: PreviewClaims | None
) -> AboutOut:
    """Say what a preview is and what is new in it; PreviewNotFound, PreviewNotReady, PreviewFailed."""
    async with scopes(read_only=True) as scope:
        known = await _look(scope, job_id, claims, with_surroundings=True)
    bundle = known.bundle
    reader = container.mirrors.reader(known.facts.project_id)
    return AboutOut(
        **known.facts.model_dump(),
        of_commit=await _commit(reader, bundle.commit),
        manifest=known.manifest,
        proposals=await _sorted_out(reader, bundle.commit, known.approved),
        changes=await compare(container, known.before, bundle) if known.before is not None else None,
    )


async def compare_previews(container: Container, scopes: ScopeFactory, left: UUID, right: UUID) -> ComparisonOut:
    """Put two previews beside each other; NotComparable, and what `tell_about` raises."""
    async with scopes(read_only=True) as scope:
        one, other = [await _look(scope, each, None) for each in (left, right)]
    if one.facts.project_id != other.facts.project_id:
        raise NotComparable
    return ComparisonOut(
        left=one.facts,
        right=other.facts,
        differences=differences(one.facts, other.facts),
        changes=await compare(container, one.bundle, other.bundle),
    )


async def picture_of(container: Container, scopes: ScopeFactory, job_id: UUID, claims: PreviewClaims | None) -> bytes:
    """Read the picture that a preview drew without a phone, as a PNG; PictureMissing."""
    async with scopes(read_only=True) as scope:
        known = await _look(scope, job_id, claims)
    picture = await read_picture(container.buckets()[Bucket.PREVIEWS], known.bundle.evidence_key)
    if picture is None:
        raise PictureMissing
    return picture


async def find_picture(
    container: Container, scopes: ScopeFactory, job_id: UUID, claims: PreviewClaims | None = None
) -> bytes | None:
    """Read the picture for a page, which is good without one."""
    try:
        return await picture_of(container, scopes, job_id, claims)
    except (PictureMissing, StorageUnavailable):
        return None


async def _look(scope: Scope, job_id: UUID, claims: PreviewClaims | None, *, with_surroundings: bool = False) -> _Known:
    service = PreviewService(scope)
    preview = await service.read(job_id, claims)
    bundle = preview.bundle
    if bundle is None or bundle.project_id is None:
        raise why_none(preview.standing.job)
    platform = preview.payload.platform.value
    facts = facts_of(bundle, platform, await service.ref_of(bundle))
    if not with_surroundings:
        return _Known(bundle, facts)
    return _Known(
        bundle,
        facts,
        manifest=await _manifest(scope, bundle),
        approved=await _approved(scope, bundle),
        before=await opened_before(scope, bundle, platform),
    )


async def _manifest(scope: Scope, bundle: PreviewBundle) -> AboutManifestOut | None:
    query = select(Manifest.version, Manifest.hash).where(
        Manifest.project_id == bundle.project_id, Manifest.commit == bundle.commit
    )
    told = (bundle.facts or {}).get("manifest_hash")
    # Of a commit that several refs lead to there are several; the one it was built of, if that is known.
    newest = query.order_by((Manifest.hash == told).desc(), Manifest.version.desc()).limit(1)
    row = (await scope.session.execute(newest)).first()
    return AboutManifestOut(version=row.version, hash=row.hash) if row is not None else None


async def _approved(scope: Scope, bundle: PreviewBundle) -> tuple[AboutProposalOut, ...]:
    """List the newest proposals that people said yes to: applied ones with their commits, and those that wait."""
    query = (
        select(Proposal.id, Proposal.title, Proposal.status, AppliedChange.commit)
        .outerjoin(AppliedChange, AppliedChange.proposal_id == Proposal.id)
        .where(Proposal.project_id == bundle.project_id, Proposal.status.in_(("approved", "applied", "reverted")))
        .order_by(Proposal.id.desc())
        .limit(_MOST_ASKED)
    )
    return tuple(
        AboutProposalOut(proposal_id=row.id, title=row.title, status=row.status, commit=row.commit)
        for row in await scope.session.execute(query)
    )


async def _commit(reader: MirrorReader, commit: str | None) -> AboutCommitOut | None:
    if commit is None:
        return None
    try:
        info = await reader.commit_info(commit)
    except (NotFound, MirrorMissing):
        return AboutCommitOut(id=commit, known=False)
    return AboutCommitOut(
        id=commit, known=True, subject=info.subject[:300], author=info.author.name[:200], committed_at=info.committed_at
    )


async def _sorted_out(
    reader: MirrorReader, commit: str | None, approved: tuple[AboutProposalOut, ...]
) -> AboutProposalsOut | None:
    """Tell which proposals are in a commit's history; None where there is no commit, or no mirror to ask."""
    if commit is None:
        return None
    contained: list[AboutProposalOut] = []
    missing: list[AboutProposalOut] = []
    for each in approved:
        try:
            is_in = each.commit is not None and await reader.is_ancestor(each.commit, commit)
        except AppError:
            return None
        if is_in:
            contained.append(each)
        elif each.status != "reverted":
            missing.append(each)
    return AboutProposalsOut(contained=contained[:_MOST_SHOWN], missing=missing[:_MOST_SHOWN])
