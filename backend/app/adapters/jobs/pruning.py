"""Takes old jobs away that ended. The ledger moves jobs; here, and only here, they go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.jobs import JobStatus
from app.models.ai import AiJob
from app.models.job import IdempotencyKey, Job
from app.models.preview import PreviewBundle
from app.models.proposal import Proposal

_FINAL = tuple(status.value for status in JobStatus if status.is_final)


def _unneeded(older_than: datetime) -> ColumnElement[bool]:
    """Choose jobs that ended long ago and that nothing else tells of.

    An AI job and a repeated request's key go with their job, a proposal and a bundle lead to theirs: those jobs stay as
    long as they do.
    """
    needed = [
        select(AiJob.id).where(AiJob.job_id == Job.id),
        select(IdempotencyKey.key).where(IdempotencyKey.job_id == Job.id),
        select(Proposal.id).where(Proposal.apply_job_id == Job.id),
        select(PreviewBundle.id).where(PreviewBundle.job_id == Job.id, PreviewBundle.status != "purged"),
    ]
    unneeded = Job.status.in_(_FINAL) & (Job.finished_at < older_than)
    for each in needed:
        unneeded &= ~each.exists()
    return unneeded


async def count_old_jobs(session: AsyncSession, older_than: datetime) -> int:
    """Count them."""
    return int(await session.scalar(select(func.count()).select_from(Job).where(_unneeded(older_than))) or 0)


async def delete_old_jobs(session: AsyncSession, older_than: datetime, *, limit: int) -> Sequence[UUID]:
    """Delete some of them, oldest first; their ids."""
    oldest = select(Job.id).where(_unneeded(older_than)).order_by(Job.finished_at).limit(limit)
    gone = await session.execute(delete(Job).where(Job.id.in_(oldest), _unneeded(older_than)).returning(Job.id))
    return gone.scalars().all()
