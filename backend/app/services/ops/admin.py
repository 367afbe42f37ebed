"""What administrators see of workers and queues, and bringing back jobs that gave up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, WorkerStatus, read_workers
from app.adapters.scope import Scope, ScopeFactory
from app.core.effects import Effect
from app.core.errors import Conflict, NotFound
from app.models.job import Job
from app.services.ops.queues import FAILURES_OVER, Ends, read_ends
from app.services.ops.schemas import ActiveJobOut, WorkerOut


@dataclass(frozen=True, slots=True)
class WorkerFilter:
    """Which workers a list shows; None: all."""

    type: str | None = None
    queue: str | None = None
    status: WorkerStatus | None = None
    min_failure_rate: float | None = None


async def list_workers(container: Container, scopes: ScopeFactory, wanted: WorkerFilter) -> list[WorkerOut]:
    """Describe the workers that beat within a day, those that left within the hour too; Unavailable without Redis."""
    now = container.clock.now()
    beats = await read_workers(container.kv, with_stopped=True)
    async with scopes(read_only=True) as scope:
        ends = await read_ends(scope, FAILURES_OVER, Job.worker_id)
    listed = []
    for beat in beats:
        done = ends.get(beat.worker_id, Ends())
        if wanted.type not in (None, beat.type) or wanted.queue not in (None, *beat.queues):
            continue
        if wanted.status not in (None, beat.status(now)):
            continue
        if wanted.min_failure_rate is not None and (not done.failed or done.failure_rate < wanted.min_failure_rate):
            continue
        listed.append(_describe(beat, done, now))
    return listed


def _describe(worker: WorkerBeat, done: Ends, now: datetime) -> WorkerOut:
    """Turn a heartbeat into what operators read."""
    said = ("worker_id", "type", "role", "slots", "active", "load", "memory_bytes", "cpu", "host", "pid")
    return WorkerOut(
        **{name: getattr(worker, name) for name in (*said, "started_at", "version", "draining")},
        roles=list(worker.roles),
        queues=[queue.value for queue in worker.queues],
        jobs=[ActiveJobOut(job_id=job.job_id, kind=job.kind) for job in worker.jobs],
        last_heartbeat=worker.beat_at,
        status=worker.status(now).value,
        finished_last_hour=done.finished,
        failure_rate=done.failure_rate if done.finished else None,
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
