"""One sentence for every job: why it waits, what it does, or why it failed and what to do next (pure).

Times are given as moments, never as "in 5 seconds": the sentence changes when something happened, not while
a clock ticks, so that polling clients are told "not modified".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.adapters.jobs.turns import BAND
from app.core.jobs import WAITS_FOR_A_CALL, JobStatus, Queue
from app.models.job import Job
from app.services.jobs.causes import RETURNED, Cause, failure_cause, is_capped
from app.services.jobs.sentences import reason_and_step, reason_of

# A push takes milliseconds and the sweep repairs a lost one within a second or two.
_PUSH_TAKES = timedelta(seconds=5)
# How far a turn lies behind when others of the same owner pushed it back; a clock that is ahead does not do that.
_GAVE_WAY_MS = 30_000
# Counting further costs every poll time and tells nobody more.
MOST_COUNTED = 1000
# Queues that are missing here have no worker in this version.
ROLES = {
    Queue.AI: "ai_worker",
    Queue.GPU_AI: "gpu_worker",
    Queue.REFACTOR: "refactor_worker",
    Queue.REPO_SYNC: "repo_sync_worker",
    Queue.PREVIEW_BUILD: "preview_builder",
    Queue.CLEANUP: "cleanup_worker",
    Queue.MIRROR: "mirror_queue_worker",
    Queue.SYSTEM_EVENTS: "system_worker",
}
# Back in the queue without a wait; the database's clock may be a little ahead of ours.
_BACK_AT_ONCE = ("worker died", "worker left", "retried by an administrator")


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who serves one queue: workers that live, their busy and all slots, and workers that fell silent."""

    alive: int
    silent: int
    busy_slots: int
    slots: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when a queue is paused, and why."""

    since: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known besides the row. `ahead` counts due jobs before it; no workforce means Redis does not answer."""

    now: datetime
    ahead: int = 0
    workforce: Workforce | None = None
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a job stands as it does: a name for programs, and a sentence for people."""

    cause: Cause
    sentence: str


def diagnose(job: Job, situation: Situation) -> Diagnosis:
    """Name the cause, and say in one sentence how a job stands and, where somebody can do something about it, what."""
    match JobStatus(job.status):
        case JobStatus.QUEUED:
            return _queued(job, situation)
        case JobStatus.RUNNING:
            return _running(job, situation)
        case JobStatus.SUCCESS:
            return Diagnosis(Cause.DONE, "Done.")
        case JobStatus.CANCELLED:
            return Diagnosis(Cause.CANCELLED, _cancelled(job))
        case JobStatus.FAILED:
            return Diagnosis(failure_cause(job), _failed(job))


def _queued(job: Job, situation: Situation) -> Diagnosis:
    if job.run_at > situation.now and job.waiting_for not in _BACK_AT_ONCE:
        return _later(job)
    cause, clause = _in_line(job, situation)
    if cause is Cause.NEXT and job.waiting_for in RETURNED:
        cause = RETURNED[job.waiting_for]
    told = f"{_returned(job)}{clause}"
    return Diagnosis(cause, told[0].upper() + told[1:])


def _later(job: Job) -> Diagnosis:
    at = _moment(job.run_at)
    if job.waiting_for == "retry":
        return Diagnosis(
            Cause.EXTERNAL_CAP if is_capped(job) else Cause.RETRY_WAIT,
            f"Attempt {job.attempt} of {job.max_attempts} failed ({job.error_code}: {reason_of(job.error_message)}); "
            f"it is tried again by itself at {at}.",
        )
    if job.waiting_for:
        return Diagnosis(
            Cause.SNOOZED, f"It waits because {reason_of(job.waiting_for)}; it looks again by itself at {at}."
        )
    return Diagnosis(Cause.SCHEDULED, f"It is scheduled for {at} and starts by itself.")


def _returned(job: Job) -> str:
    """Say how it came back to the queue, if it was out already."""
    match job.waiting_for:
        case "worker died":
            return f"the worker that ran it died (attempt {job.attempt} of {job.max_attempts}), so it will run again: "
        case "worker left":
            return "the worker that ran it was stopped and gave it back, at no cost: "
        case "retried by an administrator":
            return "an administrator brought it back: "
        case "retry":
            return f"attempt {job.attempt} of {job.max_attempts} failed with {job.error_code} and the wait is over: "
        case None:
            return ""
        case reason:
            return f"it waited because {reason_of(reason)}, and is due again: "


def _in_line(job: Job, situation: Situation) -> tuple[Cause, str]:
    workers = situation.workforce
    if situation.paused is not None:
        return Cause.QUEUE_PAUSED, _paused(job, situation.paused)
    if workers is None:
        return (
            Cause.REDIS_UNREACHABLE,
            "Redis does not answer, so no worker can be told; the job is recorded and starts once Redis is back.",
        )
    if workers.alive == 0:
        return _nobody(job, workers)
    if job.pushed_at is None and situation.now - max(job.run_at, job.created_at) > _PUSH_TAKES:
        return (
            Cause.NOT_HANDED_OVER,
            "it is recorded but was not handed to a worker yet; see that the scheduler runs (`hivesync scheduler`).",
        )
    if situation.ahead:
        return _behind(job, situation.ahead, workers)
    if workers.slots and workers.busy_slots >= workers.slots:
        return (
            Cause.WORKERS_BUSY,
            f"it is the next in the queue {job.queue}, and every worker there is busy; more workers would help.",
        )
    return Cause.NEXT, "it is the next in line and starts in a moment."


def _paused(job: Job, pause: Pause) -> str:
    reason = f" ({reason_of(pause.reason)})" if pause.reason else ""
    return (
        f"an administrator paused the queue {job.queue} at {_moment(pause.since)}{reason}; "
        f"it starts once somebody resumes it (`hivesync admin resume {job.queue}`)."
    )


def _behind(job: Job, ahead: int, workers: Workforce) -> tuple[Cause, str]:
    jobs = _count(ahead, "job") if ahead <= MOST_COUNTED else f"more than {MOST_COUNTED:,} jobs"
    serve = f"{_count(workers.alive, 'worker')} {'serves' if workers.alive == 1 else 'serve'}"
    if (job.priority or 0) < 0:
        return Cause.LOWER_PRIORITY, (
            f"it waits behind {jobs} in the queue {job.queue}, which {serve}, "
            "because others have a higher priority; more workers would start it sooner."
        )
    if _gave_way(job):
        return Cause.FAIR_SHARE, (
            f"it waits behind {jobs} in the queue {job.queue}, which {serve}, because its project or user has "
            "several jobs there and others take turns with them; more workers would start it sooner."
        )
    return Cause.IN_LINE, (
        f"it waits behind {jobs} in the queue {job.queue}, which {serve}; more workers would start it sooner."
    )


def _gave_way(job: Job) -> bool:
    """Say whether a job's turn comes after the moment in which it was due: its owner's earlier ones count."""
    turn = (job.turn or 0) + (job.priority or 0) * BAND
    return turn - max(job.run_at, job.created_at).timestamp() * 1000 >= _GAVE_WAY_MS


def _nobody(job: Job, workers: Workforce) -> tuple[Cause, str]:
    role = ROLES.get(Queue(job.queue))
    if job.gpu_required:
        silent = f", and {_count(workers.silent, 'worker')} with one fell silent" if workers.silent else ""
        return Cause.NO_GPU_WORKER, (
            f"it needs a GPU, no worker with one is there{silent}; start one on a machine with a GPU "
            "(`hivesync worker --role gpu_worker`)."
        )
    if role is None:
        return (
            Cause.NO_WORKER,
            f"no worker of this version serves the queue {job.queue}; cancel the job, or update the workers.",
        )
    if workers.silent:
        return Cause.WORKERS_SILENT, (
            f"{_count(workers.silent, 'worker')} of the queue {job.queue} fell silent and no other serves it; "
            f"restart {'it' if workers.silent == 1 else 'them'} (`hivesync worker --role {role}`)."
        )
    return (
        Cause.NO_WORKER,
        f"no worker serves the queue {job.queue}; start one with `hivesync worker --role {role}`.",
    )


def _running(job: Job, situation: Situation) -> Diagnosis:
    if job.cancel_requested_at is not None:
        return Diagnosis(Cause.STOPPING, "It was asked to stop and ends within seconds.")
    if job.lease_until is not None and job.lease_until <= situation.now:
        return Diagnosis(
            Cause.ITS_WORKER_SILENT,
            f"Its worker was last heard of before {_moment(job.lease_until)}; "
            "if it does not come back, the job returns to the head of its queue within seconds.",
        )
    if job.phase == WAITS_FOR_A_CALL:
        return Diagnosis(
            Cause.EXTERNAL_CAP,
            "It waits because as many calls to the outside run as AI_MAX_CONCURRENT_CALLS allows; it goes on by itself "
            "once one ends, sooner with a higher limit.",
        )
    doing = f"Running: {job.phase}" if job.phase else "Running"
    attempt = f", attempt {job.attempt} of {job.max_attempts}" if job.attempt > 1 else ""
    return Diagnosis(Cause.RUNNING, f"{doing} ({round(job.progress * 100)} % done{attempt}).")


def _cancelled(job: Job) -> str:
    reason = reason_of(job.error_message or "it was no longer wanted")
    told = reason if reason.startswith("cancelled") else f"cancelled: {reason}"
    return f"{told[0].upper()}{told[1:]}; ask again if it is still wanted."


def _failed(job: Job) -> str:
    code = job.error_code or "INTERNAL"
    tried = f"Gave up after {_count(job.attempt, 'attempt')}" if job.exhausted else "Failed"
    return f"{tried} with {code}: {reason_and_step(code, job.error_message)}."


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"
