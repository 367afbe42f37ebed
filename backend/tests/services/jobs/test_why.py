"""One sentence for every state and cause."""

import inspect
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from app import endpoints
from app.core.errors import every_error
from app.core.jobs import WAITS_FOR_A_CALL, Queue
from app.models.job import Job
from app.services.jobs.causes import MEANINGS, Cause
from app.services.jobs.why import Pause, Situation, Workforce, diagnose
from app.workers import roles, runner

# How a sentence tells somebody to do something.
TO_DO = re.compile(
    "approve|ask|change|check|choose|connect|delete|enter|give|have|install|list|load|log|look|make|mend|name|point"
    "|push|refresh|resolve|restore|send|start|sync|try|use|wait"
)
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
READY = Workforce(alive=2, silent=0, busy_slots=1, slots=4)
BUSY = Workforce(alive=1, silent=0, busy_slots=2, slots=2)
NOBODY = Workforce(alive=0, silent=0, busy_slots=0, slots=0)
SILENT = Workforce(alive=0, silent=2, busy_slots=0, slots=0)


def job(**fields: Any) -> Job:
    defaults: dict[str, Any] = {
        "id": uuid7(),
        "kind": "ai.run",
        "queue": "ai_jobs",
        "status": "queued",
        "attempt": 0,
        "max_attempts": 5,
        "progress": 0.0,
        "run_at": NOW - timedelta(seconds=1),
        "created_at": NOW - timedelta(seconds=1),
        "pushed_at": NOW,
        "exhausted": False,
    }
    return Job(**{**defaults, **fields})


def why(workforce: Workforce | None = READY, ahead: int = 0, **fields: Any) -> str:
    return diagnose(job(**fields), Situation(now=NOW, ahead=ahead, workforce=workforce)).sentence


FAILURE = {"error_code": "AI_PROVIDER_UNAVAILABLE", "error_message": "The provider does not answer."}
LATER = NOW + timedelta(minutes=5)

QUEUED: list[tuple[dict[str, Any], str]] = [
    ({}, "it is the next in line and starts in a moment."),
    (
        {"workforce": BUSY},
        "it is the next in the queue ai_jobs, and every worker there is busy; more workers would help.",
    ),
    (
        {"ahead": 1},
        "it waits behind 1 job in the queue ai_jobs, which 2 workers serve; more workers would start it sooner.",
    ),
    (
        {"ahead": 1000, "workforce": BUSY},
        "it waits behind 1,000 jobs in the queue ai_jobs, which 1 worker serves; more workers would start it sooner.",
    ),
    (
        {"ahead": 1001},
        "it waits behind more than 1,000 jobs in the queue ai_jobs, which 2 workers serve; "
        "more workers would start it sooner.",
    ),
    ({"workforce": NOBODY}, "no worker serves the queue ai_jobs; start one with `hivesync worker --role ai_worker`."),
    (
        {"workforce": SILENT},
        "2 workers of the queue ai_jobs fell silent and no other serves it; "
        "restart them (`hivesync worker --role ai_worker`).",
    ),
    (
        {"workforce": None},
        "Redis does not answer, so no worker can be told; the job is recorded and starts once Redis is back.",
    ),
    (
        {"pushed_at": None, "created_at": NOW - timedelta(minutes=1), "run_at": NOW - timedelta(minutes=1)},
        "it is recorded but was not handed to a worker yet; see that the scheduler runs (`hivesync scheduler`).",
    ),
    ({"pushed_at": None}, "it is the next in line and starts in a moment."),
    ({"run_at": LATER}, "It is scheduled for 2026-05-04 12:05:00 UTC and starts by itself."),
    (
        {"run_at": LATER, "waiting_for": "retry", "attempt": 2, **FAILURE},
        "Attempt 2 of 5 failed (AI_PROVIDER_UNAVAILABLE: the provider does not answer); "
        "it is tried again by itself at 2026-05-04 12:05:00 UTC.",
    ),
    (
        {"waiting_for": "retry", "attempt": 2, **FAILURE},
        "Attempt 2 of 5 failed with AI_PROVIDER_UNAVAILABLE and the wait is over: "
        "it is the next in line and starts in a moment.",
    ),
    (
        {"run_at": LATER, "waiting_for": "another sync of this project runs"},
        "It waits because another sync of this project runs; it looks again by itself at 2026-05-04 12:05:00 UTC.",
    ),
    (
        {"waiting_for": "another sync of this project runs"},
        "It waited because another sync of this project runs, and is due again: "
        "it is the next in line and starts in a moment.",
    ),
    (
        {"waiting_for": "worker died", "attempt": 1, "workforce": NOBODY},
        "The worker that ran it died (attempt 1 of 5), so it will run again: "
        "no worker serves the queue ai_jobs; start one with `hivesync worker --role ai_worker`.",
    ),
    (
        {"waiting_for": "retried by an administrator", "run_at": NOW + timedelta(milliseconds=5)},
        "an administrator brought it back: it is the next in line and starts in a moment.",
    ),
    (
        {"waiting_for": "worker left"},
        "The worker that ran it was stopped and gave it back, at no cost: "
        "it is the next in line and starts in a moment.",
    ),
]


@pytest.mark.parametrize(("given", "told"), QUEUED)
def test_a_queued_job_says_why_it_waits(given: dict[str, Any], told: str) -> None:
    assert why(**given) == told[0].upper() + told[1:]


RUNNING: list[tuple[dict[str, Any], str]] = [
    ({}, "Running (0 % done)."),
    ({"phase": "reading files", "progress": 0.4}, "Running: reading files (40 % done)."),
    (
        {"phase": "reading files", "progress": 0.4, "attempt": 2},
        "Running: reading files (40 % done, attempt 2 of 5).",
    ),
    ({"cancel_requested_at": NOW}, "It was asked to stop and ends within seconds."),
    (
        {"lease_until": NOW - timedelta(seconds=2)},
        "Its worker was last heard of before 2026-05-04 11:59:58 UTC; "
        "if it does not come back, the job returns to the head of its queue within seconds.",
    ),
]


@pytest.mark.parametrize(("given", "told"), RUNNING)
def test_a_running_job_says_what_it_does(given: dict[str, Any], told: str) -> None:
    fields = {"status": "running", "attempt": 1, "lease_until": NOW + timedelta(seconds=9), **given}
    assert why(**fields) == told


ENDED: list[tuple[dict[str, Any], str]] = [
    ({"status": "success"}, "Done."),
    (
        {"status": "cancelled", "error_message": "Cancelled while it ran."},
        "Cancelled while it ran; ask again if it is still wanted.",
    ),
    ({"status": "cancelled"}, "Cancelled: it was no longer wanted; ask again if it is still wanted."),
    (
        {"status": "failed", "error_code": "REPO_AUTH_FAILED", "error_message": "The repository is private"},
        "Failed with REPO_AUTH_FAILED: the repository is private; "
        "give the project credentials that may read the repository, then sync again.",
    ),
    (
        {
            "status": "failed",
            "error_code": "APPROVAL_STALE",
            "error_message": "The files were changed. Look at what moved, then ask for a new one.",
        },
        "Failed with APPROVAL_STALE: the files were changed; look at what moved, then ask for a new one.",
    ),
    (
        {"status": "failed", "attempt": 5, "exhausted": True, **FAILURE},
        "Gave up after 5 attempts with AI_PROVIDER_UNAVAILABLE: the provider does not answer; "
        "check the provider's address and key, or ask again later.",
    ),
    (
        {"status": "failed", "attempt": 1, "exhausted": True},
        "Gave up after 1 attempt with INTERNAL: the reason was not recorded; "
        "try once more; if it fails again, report it with the job's id.",
    ),
    (
        {"status": "failed", "error_code": "NAME_COLLISION", "error_message": "Git has x.py. It is old!"},
        "Failed with NAME_COLLISION: Git has x.py; it is old; choose another name or place, then ask again.",
    ),
]


@pytest.mark.parametrize(("given", "told"), ENDED)
def test_an_ended_job_says_how_and_what_to_do_next(given: dict[str, Any], told: str) -> None:
    assert why(**given) == told


@pytest.mark.parametrize("queue", list(Queue))
def test_a_queue_without_workers_names_a_role_that_exists_or_the_way_out(queue: Queue) -> None:
    said = why(queue=queue.value, workforce=NOBODY)
    serving = [role.name for role in roles.ROLES.values() if queue in role.queues]
    assert [name for name in serving if f"hivesync worker --role {name}" in said] == serving
    assert serving or "cancel the job, or update the workers" in said


CAUSES: list[tuple[dict[str, Any], Cause]] = [
    ({}, Cause.NEXT),
    ({"workforce": BUSY}, Cause.WORKERS_BUSY),
    ({"ahead": 3}, Cause.IN_LINE),
    ({"ahead": 3, "turn": int(NOW.timestamp() * 1000) + 60_000}, Cause.FAIR_SHARE),
    ({"ahead": 3, "priority": -5}, Cause.LOWER_PRIORITY),
    ({"workforce": NOBODY}, Cause.NO_WORKER),
    ({"workforce": NOBODY, "gpu_required": True}, Cause.NO_GPU_WORKER),
    ({"workforce": SILENT}, Cause.WORKERS_SILENT),
    ({"paused": Pause(NOW, "Repair.")}, Cause.QUEUE_PAUSED),
    ({"paused": Pause(NOW), "workforce": None}, Cause.QUEUE_PAUSED),
    ({"run_at": LATER}, Cause.SCHEDULED),
    ({"run_at": LATER, "waiting_for": "retry", "attempt": 1, **FAILURE}, Cause.RETRY_WAIT),
    (
        {"run_at": LATER, "waiting_for": "retry", "attempt": 1, **FAILURE, "error_details": {"reason": "rate_limited"}},
        Cause.EXTERNAL_CAP,
    ),
    ({"run_at": LATER, "waiting_for": "another sync runs"}, Cause.SNOOZED),
    ({"workforce": None}, Cause.REDIS_UNREACHABLE),
    (
        {"pushed_at": None, "created_at": NOW - timedelta(minutes=1), "run_at": NOW - timedelta(minutes=1)},
        Cause.NOT_HANDED_OVER,
    ),
    ({"waiting_for": "worker died", "attempt": 1}, Cause.WORKER_DIED),
    ({"waiting_for": "worker died", "attempt": 1, "workforce": NOBODY}, Cause.NO_WORKER),
    ({"waiting_for": "worker left"}, Cause.HANDED_BACK),
    ({"waiting_for": "retried by an administrator"}, Cause.BROUGHT_BACK),
    ({"status": "running", "attempt": 1}, Cause.RUNNING),
    ({"status": "running", "attempt": 1, "phase": WAITS_FOR_A_CALL}, Cause.EXTERNAL_CAP),
    ({"status": "running", "cancel_requested_at": NOW}, Cause.STOPPING),
    ({"status": "running", "attempt": 1, "lease_until": NOW - timedelta(seconds=1)}, Cause.ITS_WORKER_SILENT),
    ({"status": "success"}, Cause.DONE),
    ({"status": "cancelled"}, Cause.CANCELLED),
    ({"status": "failed", **FAILURE}, Cause.PROVIDER),
    ({"status": "failed", "error_code": "REPO_AUTH_FAILED"}, Cause.CREDENTIALS),
    ({"status": "failed", "error_code": "DISK_FULL", "exhausted": True}, Cause.NO_ROOM),
    ({"status": "failed", "exhausted": True, "attempt": 3}, Cause.EXHAUSTED),
    ({"status": "failed", "error_code": "INTERNAL"}, Cause.BUG),
    ({"status": "failed", "error_code": "NAME_COLLISION"}, Cause.OTHER),
    (
        {"status": "failed", "error_code": "INTERNAL", "error_message": runner._TOO_LONG.message},
        Cause.TIME_LIMIT,
    ),
    (
        {
            "status": "failed",
            "exhausted": True,
            "error_code": "INTERNAL",
            "error_message": "The worker died every time it ran this job.",
        },
        Cause.POISON,
    ),
]


@pytest.mark.parametrize(("given", "cause"), CAUSES)
def test_every_cause_has_a_name_and_a_sentence(given: dict[str, Any], cause: Cause) -> None:
    fields = dict(given)
    situation = Situation(NOW, fields.pop("ahead", 0), fields.pop("workforce", READY), fields.pop("paused", None))
    told = diagnose(job(**fields), situation)
    assert told.cause is cause
    assert is_one_sentence(told.sentence), told.sentence


def test_every_name_is_explained_and_reached() -> None:
    assert set(MEANINGS) == set(Cause)
    by_code = {Cause.UNREACHABLE, Cause.STORAGE, Cause.BUDGET, Cause.STALE}
    assert {cause for _, cause in CAUSES} | by_code == set(Cause)


def test_a_paused_queue_says_since_when_why_and_how_to_go_on() -> None:
    situation = Situation(NOW, workforce=READY, paused=Pause(NOW, "The provider is being repaired."))
    said = diagnose(job(), situation).sentence
    assert said == (
        "An administrator paused the queue ai_jobs at 2026-05-04 12:00:00 UTC (the provider is being repaired); "
        "it starts once somebody resumes it (`hivesync admin resume ai_jobs`)."
    )


def is_one_sentence(said: str) -> bool:
    """Begins with a capital, ends with the only full stop, and breaks off nowhere between."""
    return re.fullmatch(r"[A-Z0-9`](?:[^.!?\n]|[.!?](?=[^\s]))*\.", said) is not None


def every_message() -> list[tuple[str, str]]:
    """What can be said of every error by default, and of one that has no advice of its own."""
    assert endpoints.ROUTERS, "loaded with all errors of the product"
    kinds = [kind for kind in every_error() if kind.__module__.startswith("app.")]
    told = [(kind.code, " ".join(inspect.cleandoc(kind.__doc__ or "").split())) for kind in kinds]
    return sorted({*told, *((code, "It went wrong") for code, _ in told), ("SOME_NEW_CODE", "It went wrong.")})


def test_every_failure_is_told_in_one_sentence_that_ends_with_what_to_do() -> None:
    for code, message in every_message():
        for exhausted in (False, True):
            said = why(status="failed", attempt=3, exhausted=exhausted, error_code=code, error_message=message)
            assert is_one_sentence(said), said
            assert any(TO_DO.match(step) for step in said.split("; ")[1:]), said


def test_every_wait_is_told_in_one_sentence_with_what_happens_next() -> None:
    waits = [given for given, _ in QUEUED]
    waits += [{"queue": queue.value, "workforce": workforce} for queue in Queue for workforce in (NOBODY, SILENT)]
    waits += [
        {"run_at": LATER, "attempt": 1, "waiting_for": "retry", "error_code": code, "error_message": message}
        for code, message in every_message()
    ]
    for given in waits:
        said = why(**given)
        assert is_one_sentence(said), said
        assert re.search("by itself|starts|start one|restart|see that|would|cancel the job", said), said


@pytest.mark.parametrize("given", [given for given, _ in RUNNING + ENDED])
def test_any_other_state_is_told_in_one_sentence(given: dict[str, Any]) -> None:
    said = why(**{"status": "running", "attempt": 1, "lease_until": NOW + timedelta(seconds=9), **given})
    assert is_one_sentence(said), said


def test_the_sentence_stays_while_the_clock_ticks() -> None:
    waiting = job(run_at=LATER, waiting_for="retry", attempt=1, **FAILURE)
    moments = (NOW + timedelta(seconds=second) for second in range(60))
    said = {diagnose(waiting, Situation(moment, workforce=READY)).sentence for moment in moments}
    assert len(said) == 1
