"""Brings back the jobs of dead workers, and says so where a job died for good."""

import structlog

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import forget_worker
from app.core.errors import Unavailable
from app.core.events import JobEnded

log = structlog.get_logger(__name__)


async def rescue(container: Container, *, worker_id: str | None = None) -> int:
    """Requeue jobs whose lease ran out, or all of one dead worker's; return how many rows changed."""
    async with container.scope() as scope:
        back, spent = await scope.ledger.rescue(worker_id=worker_id)
        for job in spent:
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
    if worker_id is not None:
        try:
            await forget_worker(container.kv, worker_id)
        except Unavailable as error:
            log.warning("heartbeat.failed", code=error.code)
    if back or spent:
        log.warning("jobs.rescued", requeued=back, given_up=len(spent), worker_id=worker_id)
    return back + len(spent)
