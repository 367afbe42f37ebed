"""Names for why a job waits, runs or failed: stable words for programs, beside the sentence for people (pure)."""

from collections.abc import Mapping
from enum import StrEnum

from app.models.job import Job


class Cause(StrEnum):
    """Why a job stands as it does. Names stay; new ones may come."""

    NEXT = "next_in_line"
    IN_LINE = "waits_in_line"
    WORKERS_BUSY = "workers_busy"
    FAIR_SHARE = "others_turn_first"
    LOWER_PRIORITY = "lower_priority"
    NO_WORKER = "no_worker"
    NO_GPU_WORKER = "no_gpu_worker"
    WORKERS_SILENT = "workers_silent"
    QUEUE_PAUSED = "queue_paused"
    SCHEDULED = "scheduled"
    RETRY_WAIT = "retry_wait"
    SNOOZED = "snoozed"
    REDIS_UNREACHABLE = "redis_unreachable"
    NOT_HANDED_OVER = "not_handed_over"
    WORKER_DIED = "worker_died"
    HANDED_BACK = "handed_back"
    BROUGHT_BACK = "brought_back"
    EXTERNAL_CAP = "external_call_cap"
    RUNNING = "running"
    STOPPING = "stopping"
    ITS_WORKER_SILENT = "its_worker_silent"
    DONE = "done"
    CANCELLED = "cancelled"
    TIME_LIMIT = "time_limit_exceeded"
    POISON = "killed_its_workers"
    PROVIDER = "provider_unavailable"
    CREDENTIALS = "credentials_refused"
    UNREACHABLE = "repository_unreachable"
    NO_ROOM = "disk_full"
    STORAGE = "storage_unavailable"
    BUDGET = "budget_exceeded"
    STALE = "approval_stale"
    EXHAUSTED = "attempts_exhausted"
    BUG = "internal_error"
    OTHER = "refused_with_error"


# What each means and what to do, for the documentation.
MEANINGS: Mapping[Cause, tuple[str, str]] = {
    Cause.NEXT: ("it is the next one of its queue", "nothing: it starts in a moment"),
    Cause.IN_LINE: ("due jobs come before it", "start more workers, or wait"),
    Cause.WORKERS_BUSY: ("it is the next one, and every worker is busy", "start more workers, or wait"),
    Cause.FAIR_SHARE: ("its project or user has several jobs there, others take turns", "start more workers, or wait"),
    Cause.LOWER_PRIORITY: ("jobs of a higher priority come first", "start more workers, or wait"),
    Cause.NO_WORKER: ("no worker serves its queue", "start one: `hivesync worker --role …`"),
    Cause.NO_GPU_WORKER: ("it needs a GPU, and no worker has one", "start a `gpu_worker` on a machine with a GPU"),
    Cause.WORKERS_SILENT: ("the workers of its queue were not heard for 120 s", "restart them"),
    Cause.QUEUE_PAUSED: ("an administrator paused its queue", "`hivesync admin resume QUEUE`"),
    Cause.SCHEDULED: ("it was asked for a later time", "nothing: it starts by itself"),
    Cause.RETRY_WAIT: ("an attempt failed, the next one has a time", "nothing, or mend what the error names"),
    Cause.SNOOZED: ("what it needs is in use", "nothing: it looks again by itself"),
    Cause.REDIS_UNREACHABLE: ("Redis does not answer", "start Redis, check `REDIS_URL`"),
    Cause.NOT_HANDED_OVER: ("it is recorded and no worker was told", "see that `hivesync scheduler` runs"),
    Cause.WORKER_DIED: ("its worker died; it is at the head of its queue", "nothing: it starts in a moment"),
    Cause.HANDED_BACK: ("its worker was stopped and gave it back", "nothing: it starts in a moment"),
    Cause.BROUGHT_BACK: ("an administrator retried it", "nothing: it starts in a moment"),
    Cause.EXTERNAL_CAP: ("as many calls to the outside run as are allowed", "wait, or raise the limit"),
    Cause.RUNNING: ("a worker runs it", "nothing"),
    Cause.STOPPING: ("it was asked to stop", "nothing: it ends within seconds"),
    Cause.ITS_WORKER_SILENT: ("its worker has not been heard of in time", "nothing: it is rescued within seconds"),
    Cause.DONE: ("it ended well", "nothing"),
    Cause.CANCELLED: ("somebody or something no longer wanted it", "ask again if it is wanted"),
    Cause.TIME_LIMIT: ("it ran longer than its time limit", "ask for less at once, then retry"),
    Cause.POISON: ("its worker died every time", "look at the workers' logs before retrying it"),
    Cause.PROVIDER: ("the AI provider does not answer", "check its address and key, then retry"),
    Cause.CREDENTIALS: ("the repository refused the credentials", "enter new ones, then sync again"),
    Cause.UNREACHABLE: ("the repository does not answer", "check its address, then sync again"),
    Cause.NO_ROOM: ("the disk is full", "make room, then retry"),
    Cause.STORAGE: ("the object store does not answer", "check its settings, then retry"),
    Cause.BUDGET: ("the AI budget does not suffice", "ask for fewer files, or raise the budget"),
    Cause.STALE: ("what was approved has changed", "ask for a new proposal"),
    Cause.EXHAUSTED: ("its last attempt failed", "mend what the error names, then retry"),
    Cause.BUG: ("something broke that should not", "retry once, then report it with the job's id"),
    Cause.OTHER: ("it was refused with the error it shows", "do what the error says"),
}
# How jobs come back to their queue, by what `waiting_for` says.
RETURNED: Mapping[str | None, Cause] = {
    "worker died": Cause.WORKER_DIED,
    "worker left": Cause.HANDED_BACK,
    "retried by an administrator": Cause.BROUGHT_BACK,
}
_CODES: Mapping[str, Cause] = {
    "AI_PROVIDER_UNAVAILABLE": Cause.PROVIDER,
    "REPO_AUTH_FAILED": Cause.CREDENTIALS,
    "REPO_UNREACHABLE": Cause.UNREACHABLE,
    "DISK_FULL": Cause.NO_ROOM,
    "STORAGE_UPLOAD_FAILED": Cause.STORAGE,
    "AI_BUDGET_EXCEEDED": Cause.BUDGET,
    "APPROVAL_STALE": Cause.STALE,
    "RATE_LIMITED": Cause.EXTERNAL_CAP,
}
_DIED = "The worker died every time it ran this job"
_TOO_LONG = "The job ran longer than its time limit"


def failure_cause(job: Job) -> Cause:
    """Name why a job failed for good."""
    said = job.error_message or ""
    if said.startswith(_DIED):
        return Cause.POISON
    if said.startswith(_TOO_LONG):
        return Cause.TIME_LIMIT
    code = job.error_code or "INTERNAL"
    if is_capped(job):
        return Cause.EXTERNAL_CAP
    if code in _CODES:
        return _CODES[code]
    if job.exhausted:
        return Cause.EXHAUSTED
    return Cause.BUG if code == "INTERNAL" else Cause.OTHER


def is_capped(job: Job) -> bool:
    """Say whether an attempt failed because others hold every call to the outside that is allowed."""
    return job.error_code == "RATE_LIMITED" or (job.error_details or {}).get("reason") == "rate_limited"
