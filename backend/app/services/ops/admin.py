"""What administrators see of workers and queues, and bringing back jobs that gave up."""

from uuid import UUID

from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.errors import Conflict, NotFound
from app.models.job import Job
from app.services.ops.schemas import WorkerOut


def describe(worker: WorkerBeat, container: Container) -> WorkerOut:
    """Turn a heartbeat into what operators read."""
    return WorkerOut(
        worker_id=worker.worker_id,
        type=worker.type,
        role=worker.role,
        queues=[queue.value for queue in worker.queues],
        slots=worker.slots,
        active=worker.active,
        load=worker.load,
        last_heartbeat=worker.beat_at,
        status=worker.status(container.clock.now()).value,
    )


async def retry_job(scope: Scope, job_id: UUID) -> Job:
    """Put a failed or cancelled job back in its queue with fresh attempts."""
    job = await scope.ledger.bring_back(job_id, reason="retried by an administrator")
    if job is None:
        status = await scope.session.scalar(select(Job.status).where(Job.id == job_id))
        if status is None:
            raise NotFound("There is no such job.")
        raise Conflict(f"This job is {status}; only failed and cancelled jobs can be retried.", status=status)
    scope.uow.staged.append(job)
    scope.record(
        Effect(
            action="job.retried",
            subject="job",
            subject_id=str(job_id),
            project_id=job.project_id,
            after={"status": job.status, "kind": job.kind},
            inverse={"method": "POST", "path": f"/jobs/{job_id}/cancel", "body": {}},
        )
    )
    return job
