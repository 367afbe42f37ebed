"""One sentence for every state and cause."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from app.core.jobs import Queue
from app.models.job import Job
from app.services.jobs.why import Situation, Workforce, explain

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
    return explain(job(**fields), Situation(now=NOW, ahead=ahead, workforce=workforce))


FAILURE = {"error_code": "AI_PROVIDER_UNAVAILABLE", "error_message": "The provider does not answer."}
LATER = NOW + timedelta(minutes=5)

QUEUED: list[tuple[dict[str, Any], str]] = [
    ({}, "it is the next in line and starts in a moment."),
    (
        {"workforce": BUSY},
        "it is the next in the queue ai_jobs, and every worker there is busy; more workers would help.",
    ),
    ({"ahead": 1}, "it waits behind 1 job in the queue ai_jobs, which 2 workers serve."),
    ({"ahead": 1200, "workforce": BUSY}, "it waits behind 1,200 jobs in the queue ai_jobs, which 1 worker serves."),
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
    ({"run_at": LATER}, "It is scheduled for 2026-05-04 12:05:00 UTC."),
    (
        {"run_at": LATER, "waiting_for": "retry", "attempt": 2, **FAILURE},
        "Attempt 2 of 5 failed (AI_PROVIDER_UNAVAILABLE: The provider does not answer); "
        "it is tried again at 2026-05-04 12:05:00 UTC.",
    ),
    (
        {"waiting_for": "retry", "attempt": 2, **FAILURE},
        "Attempt 2 of 5 failed with AI_PROVIDER_UNAVAILABLE and the wait is over: "
        "it is the next in line and starts in a moment.",
    ),
    (
        {"run_at": LATER, "waiting_for": "another sync of this project runs"},
        "It waits because another sync of this project runs; it looks again at 2026-05-04 12:05:00 UTC.",
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
    ({"status": "cancelled", "error_message": "Cancelled while it ran."}, "Cancelled: Cancelled while it ran."),
    ({"status": "cancelled"}, "Cancelled: it was no longer wanted."),
    (
        {"status": "failed", "error_code": "REPO_AUTH_FAILED", "error_message": "The repository is private"},
        "Failed with REPO_AUTH_FAILED: The repository is private. "
        "Give the project credentials that may read the repository, then sync again.",
    ),
    (
        {"status": "failed", "error_code": "APPROVAL_STALE", "error_message": "The files were changed."},
        "Failed with APPROVAL_STALE: The files were changed. Look at what moved, then ask for a new proposal.",
    ),
    (
        {"status": "failed", "attempt": 5, "exhausted": True, **FAILURE},
        "Gave up after 5 attempts with AI_PROVIDER_UNAVAILABLE: The provider does not answer. "
        "Check the provider's address and key, or ask again later.",
    ),
    (
        {"status": "failed", "attempt": 1, "exhausted": True},
        "Gave up after 1 attempt with INTERNAL: the reason was not recorded. "
        "Try once more; if it fails again, report it with the job's id.",
    ),
    (
        {"status": "failed", "error_code": "NAME_COLLISION", "error_message": "x exists."},
        "Failed with NAME_COLLISION: x exists.",
    ),
]


@pytest.mark.parametrize(("given", "told"), ENDED)
def test_an_ended_job_says_how_and_what_to_do_next(given: dict[str, Any], told: str) -> None:
    assert why(**given) == told


@pytest.mark.parametrize("queue", list(Queue))
def test_every_queue_names_the_role_to_start(queue: Queue) -> None:
    assert "hivesync worker --role " in why(queue=queue.value, workforce=NOBODY)


def test_the_sentence_stays_while_the_clock_ticks() -> None:
    waiting = job(run_at=LATER, waiting_for="retry", attempt=1, **FAILURE)
    said = {explain(waiting, Situation(NOW + timedelta(seconds=second), workforce=READY)) for second in range(60)}
    assert len(said) == 1
