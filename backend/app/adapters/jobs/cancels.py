"""Asks which running jobs somebody wants cancelled: a read that costs little, so that it can be asked every second."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.jobs import JobStatus
from app.models.job import Job


async def unwanted_among(session: AsyncSession, job_ids: Collection[UUID]) -> set[UUID]:
    """Name those of some jobs that run and are to stop."""
    rows = await session.execute(
        select(Job.id).where(
            Job.id.in_(sorted(job_ids)), Job.status == JobStatus.RUNNING, Job.cancel_requested_at.is_not(None)
        )
    )
    return set(rows.scalars())
