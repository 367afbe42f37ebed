"""Brings back the jobs of dead workers, and says so where a job died for good."""

from uuid import UUID

import structlog

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import forget_worker
from app.core.errors import Unavailable
from app.core.events import JobEnded

log = structlog.get_logger(__name__)


async def rescue(container: Container, *, worker_id: str | None = None) -> int:
    """Requeue jobs whose lease ran out, or all of one dead worker's; return how many rows changed."""
    try:
        touched = part = await _bring_back(container, worker_id=worker_id)
        while worker_id is not None and part:  # A worker may have held more than one transaction takes.
            part = await _bring_back(container, worker_id=worker_id)
            touched += part
    except Exception:  # a subscriber that breaks on one job's end must not keep the others of the batch dead
        log.exception("jobs.rescue_failed", worker_id=worker_id)
        touched = await _one_by_one(container, worker_id=worker_id)
    if worker_id is not None:
        try:
            await forget_worker(container.kv, worker_id)
        except Unavailable as error:
            log.warning("heartbeat.failed", code=error.code)
    return touched


async def _one_by_one(container: Container, *, worker_id: str | None) -> int:
    async with container.scope(read_only=True) as scope:
        dead = await scope.ledger.dead(worker_id=worker_id)
    touched = 0
    for job_id in dead:
        try:
            touched += await _bring_back(container, worker_id=worker_id, only=job_id)
        except Exception:
            log.exception("jobs.rescue_failed", job_id=str(job_id))
    return touched


async def _bring_back(container: Container, *, worker_id: str | None, only: UUID | None = None) -> int:
    async with container.scope() as scope:
        back, ended = await scope.ledger.rescue(worker_id=worker_id, only=only)
        for job in ended:
            scope.publish(
                JobEnded(
                    project_id=job.project_id,
                    user_id=job.user_id,
                    job_id=job.id,
                    kind=job.kind,
                    status=job.status,
                    error_code=job.error_code,
                    error_message=job.error_message,
                )
            )
    if back or ended:
        log.warning("jobs.rescued", requeued=back, ended=len(ended), worker_id=worker_id)
    return back + len(ended)
