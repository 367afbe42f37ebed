"""One sentence for every job: why it waits, what it does, or why it failed and what to do next (pure).

Times are given as moments, never as "in 5 seconds": the sentence changes when something happened, not while
a clock ticks, so that polling clients are told "not modified".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.jobs import JobStatus, Queue
from app.models.job import Job

# A push takes milliseconds and the sweep repairs a lost one within a second or two.
_PUSH_TAKES = timedelta(seconds=5)
_ROLES = {
    Queue.AI: "ai_worker",
    Queue.GPU_AI: "gpu_worker",
    Queue.REFACTOR: "refactor_worker",
    Queue.REPO_SYNC: "repo_sync_worker",
    Queue.PREVIEW_BUILD: "preview_builder",
    Queue.CLEANUP: "cleanup_worker",
    Queue.MIRROR: "gallery_worker",
    Queue.SYSTEM_EVENTS: "system_worker",
}
_NEXT_STEPS = {
    "REPO_URL_REFUSED": "Change the project's address.",
    "REPO_UNREACHABLE": "Check the project's address, or sync again later.",
    "REPO_AUTH_FAILED": "Give the project credentials that may read the repository, then sync again.",
    "REPO_TOO_LARGE": "Ask the operator to raise GIT_MAX_REPO_BYTES.",
    "MANIFEST_NOT_READY": "Sync the project first, then ask again.",
    "PATH_NOT_FOUND": "Check path and ref, then ask again.",
    "AI_PROVIDER_UNAVAILABLE": "Check the provider's address and key, or ask again later.",
    "AI_OUTPUT_INVALID": "Ask again, or choose another model.",
    "AI_BUDGET_EXCEEDED": "Ask for fewer files at once.",
    "APPROVAL_STALE": "Look at what moved, then ask for a new proposal.",
    "NOT_APPROVED": "Approve the proposal first.",
    "PROPOSAL_CONFLICT": "Resolve the conflicting hunks, then apply again.",
    "NOT_FOUND": "What the job was about is gone, or you may not see it any more.",
    "FORBIDDEN": "Ask an owner of the project for the role this needs.",
    "UNAVAILABLE": "Ask again in a moment.",
    "INTERNAL": "Try once more; if it fails again, report it with the job's id.",
}


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who serves one queue: workers that live, their busy and all slots, and workers that fell silent."""

    alive: int
    silent: int
    busy_slots: int
    slots: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known besides the row. `ahead` counts due jobs before it; no workforce means Redis does not answer."""

    now: datetime
    ahead: int = 0
    workforce: Workforce | None = None


def explain(job: Job, situation: Situation) -> str:
    """Say in one sentence how a job stands and, where somebody can do something about it, what."""
    match JobStatus(job.status):
        case JobStatus.QUEUED:
            return _queued(job, situation)
        case JobStatus.RUNNING:
            return _running(job, situation)
        case JobStatus.SUCCESS:
            return "Done."
        case JobStatus.CANCELLED:
            return f"Cancelled: {_sentence(job.error_message or 'it was no longer wanted')}"
        case JobStatus.FAILED:
            return _failed(job)


def _queued(job: Job, situation: Situation) -> str:
    if job.run_at > situation.now:
        return _later(job)
    told = f"{_returned(job)}{_in_line(job, situation)}"
    return told[0].upper() + told[1:]


def _later(job: Job) -> str:
    at = _moment(job.run_at)
    if job.waiting_for == "retry":
        return (
            f"Attempt {job.attempt} of {job.max_attempts} failed ({job.error_code}: {_clause(job.error_message)}); "
            f"it is tried again at {at}."
        )
    if job.waiting_for:
        return f"It waits because {_clause(job.waiting_for)}; it looks again at {at}."
    return f"It is scheduled for {at}."


def _returned(job: Job) -> str:
    """Say how it came back to the queue, if it was out already."""
    match job.waiting_for:
        case "worker died":
            return f"The worker that ran it died (attempt {job.attempt} of {job.max_attempts}), so it will run again: "
        case "worker left":
            return "The worker that ran it was stopped and gave it back, at no cost: "
        case "retry":
            return f"Attempt {job.attempt} of {job.max_attempts} failed with {job.error_code} and the wait is over: "
        case None:
            return ""
        case reason:
            return f"It waited because {_clause(reason)}, and is due again: "


def _in_line(job: Job, situation: Situation) -> str:
    workers = situation.workforce
    if workers is None:
        return "Redis does not answer, so no worker can be told; the job is recorded and starts once Redis is back."
    if workers.alive == 0:
        return _nobody(job, workers)
    if job.pushed_at is None and situation.now - max(job.run_at, job.created_at) > _PUSH_TAKES:
        return "it is recorded but was not handed to a worker yet; see that the scheduler runs (`hivesync scheduler`)."
    if situation.ahead:
        return (
            f"it waits behind {_count(situation.ahead, 'job')} in the queue {job.queue}, "
            f"which {_count(workers.alive, 'worker')} {'serves' if workers.alive == 1 else 'serve'}."
        )
    if workers.slots and workers.busy_slots >= workers.slots:
        return f"it is the next in the queue {job.queue}, and every worker there is busy; more workers would help."
    return "it is the next in line and starts in a moment."


def _nobody(job: Job, workers: Workforce) -> str:
    role = _ROLES[Queue(job.queue)]
    if workers.silent:
        return (
            f"{_count(workers.silent, 'worker')} of the queue {job.queue} fell silent and no other serves it; "
            f"restart {'it' if workers.silent == 1 else 'them'} (`hivesync worker --role {role}`)."
        )
    return f"no worker serves the queue {job.queue}; start one with `hivesync worker --role {role}`."


def _running(job: Job, situation: Situation) -> str:
    if job.cancel_requested_at is not None:
        return "It was asked to stop and ends within seconds."
    if job.lease_until is not None and job.lease_until <= situation.now:
        return (
            f"Its worker was last heard of before {_moment(job.lease_until)}; "
            "if it does not come back, the job returns to the head of its queue within seconds."
        )
    doing = f"Running: {job.phase}" if job.phase else "Running"
    attempt = f", attempt {job.attempt} of {job.max_attempts}" if job.attempt > 1 else ""
    return f"{doing} ({round(job.progress * 100)} % done{attempt})."


def _failed(job: Job) -> str:
    code = job.error_code or "INTERNAL"
    tried = f"Gave up after {_count(job.attempt, 'attempt')}" if job.exhausted else "Failed"
    step = _NEXT_STEPS.get(code, "")
    message = _sentence(job.error_message or "the reason was not recorded")
    return f"{tried} with {code}: {message}{f' {step}' if step else ''}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _clause(text: str | None) -> str:
    return (text or "no reason was given").strip().rstrip(".")


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"
