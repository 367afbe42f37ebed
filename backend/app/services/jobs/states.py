"""Jobs as every client polls them: rows, the people who do the work, and a sentence."""

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from app.adapters.container import Container
from app.adapters.http.accepted import POLL_AFTER_SECONDS
from app.adapters.http.etag import etagged
from app.adapters.jobs.heartbeat import WorkerBeat, WorkerStatus, read_workers
from app.adapters.kv.port import KvUnavailable
from app.core.jobs import JobStatus, Queue
from app.models.job import Job
from app.schemas.jobs import JobError, JobState
from app.services.jobs.service import Standing
from app.services.jobs.why import Situation, Workforce, diagnose


async def describe(container: Container, standing: Standing) -> JobState:
    """Turn a job into what clients poll. Asks Redis about workers, so call it outside a scope."""
    return (await describe_all(container, [standing]))[0]


async def describe_all(container: Container, standings: Sequence[Standing]) -> list[JobState]:
    """Turn several jobs into what clients poll, asking Redis once, and only if one of them waits."""
    waiting = any(standing.job.status == JobStatus.QUEUED for standing in standings)
    beats = await _beats(container) if waiting else None
    now = container.clock.now()
    return [
        _state(each.job, Situation(now, each.ahead, _workforce(beats, each.job, now), each.paused))
        for each in standings
    ]


def answer(request: Request, state: JobState) -> Response:
    """Answer a poll: the state or 304, and how soon to ask again while the job is not finished."""
    return etagged(request, state, headers=poll_headers(state.status))


def poll_headers(status: str) -> dict[str, str]:
    """Say how soon to ask again; nothing once the job has ended."""
    return {} if JobStatus(status).is_final else {"Retry-After": str(POLL_AFTER_SECONDS)}


async def _beats(container: Container) -> list[WorkerBeat] | None:
    try:
        return await read_workers(container.kv)
    except KvUnavailable:
        return None


def _workforce(beats: Sequence[WorkerBeat] | None, job: Job, now: datetime) -> Workforce | None:
    if beats is None:
        return None
    serving = [beat for beat in beats if Queue(job.queue) in beat.queues or (job.gpu_required and beat.type == "gpu")]
    if job.gpu_required:
        serving = [beat for beat in serving if beat.type == "gpu"]
    alive = [beat for beat in serving if beat.status(now) is WorkerStatus.ALIVE]
    return Workforce(
        alive=len(alive),
        silent=len(serving) - len(alive),
        busy_slots=sum(beat.active for beat in alive),
        slots=sum(beat.slots for beat in alive),
    )


def _state(job: Job, situation: Situation) -> JobState:
    told = diagnose(job, situation)
    error = None
    if job.error_code:
        error = JobError(code=job.error_code, message=job.error_message or "", details=job.error_details or {})
    return JobState(
        job_id=job.id,
        kind=job.kind,
        queue=job.queue,
        project_id=job.project_id,
        status=job.status,
        phase=job.phase,
        progress=job.progress,
        attempt=job.attempt,
        max_attempts=job.max_attempts,
        created_at=job.created_at,
        run_at=job.run_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        error=error,
        why=told.sentence,
        cause=told.cause.value,
    )
