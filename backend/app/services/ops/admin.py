"""What administrators see of workers and queues, and bringing back jobs that gave up."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, WorkerStatus, read_workers
from app.adapters.scope import Scope, ScopeFactory
from app.core.errors import Conflict, NotFound, Unavailable
from app.core.jobs import JobStatus, Queue
from app.models.job import Job
from app.services.ops.schemas import QueueOut, WorkerOut


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


async def list_queues(container: Container, scopes: ScopeFactory) -> list[QueueOut]:
    """Describe every queue: the ledger's truth beside the engine's hint."""
    state = {status: func.sum(case((Job.status == status, 1), else_=0)) for status in JobStatus}
    async with scopes(read_only=True) as scope:
        due = case((Job.status == JobStatus.QUEUED, Job.run_at))
        rows = await scope.session.execute(
            select(
                Job.queue, state[JobStatus.QUEUED], state[JobStatus.RUNNING], state[JobStatus.FAILED], func.min(due)
            ).group_by(Job.queue)
        )
        known = {row[0]: row for row in rows}
    now = container.clock.now()
    try:
        alive = [each for each in await read_workers(container.kv) if each.status(now) is WorkerStatus.ALIVE]
        messages: dict[Queue, int | None] = {queue: await container.queue.depth(queue) for queue in Queue}
    except Unavailable:
        alive, messages = [], dict.fromkeys(Queue)
    described = []
    for queue in Queue:
        row = known.get(queue.value)
        waited = now - row[4] if row and row[4] else timedelta(0)
        described.append(
            QueueOut(
                name=queue.value,
                waiting=row[1] if row else 0,
                running=row[2] if row else 0,
                failed=row[3] if row else 0,
                oldest_seconds=max(0.0, round(waited.total_seconds(), 1)),
                messages=messages[queue],
                workers=sum(queue in each.queues for each in alive),
            )
        )
    return described


async def retry_job(scope: Scope, job_id: UUID) -> Job:
    """Put a failed or cancelled job back in its queue with fresh attempts."""
    job = await scope.ledger.bring_back(job_id, reason="retried by an administrator")
    if job is None:
        status = await scope.session.scalar(select(Job.status).where(Job.id == job_id))
        if status is None:
            raise NotFound("There is no such job.")
        raise Conflict(f"This job is {status}; only failed and cancelled jobs can be retried.", status=status)
    scope.uow.staged.append(job)
    return job
