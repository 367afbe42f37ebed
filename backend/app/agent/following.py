"""Waits for a job of the server's. Blocks: run it in a thread."""

from collections.abc import Callable
from typing import Any

from app.agent.reporting import Reporter, check_stopped
from app.cli.client import Client, CommandFailed

# Most jobs end within a second: the first looks are frequent, the later ones are not.
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_UNFINISHED = ("queued", "running")


def follow(
    client: Client, job_id: str, reporter: Reporter, on_look: Callable[[dict[str, Any]], None] | None = None
) -> dict[str, Any]:
    """Wait for a job's end; CommandFailed with its reason when it fails, Stopped when nobody waits any more."""
    pause = _FIRST_PAUSE_SECONDS
    while True:
        check_stopped(reporter)
        job: dict[str, Any] = client.get(f"/jobs/{job_id}")
        if on_look is not None:
            on_look(job)
        if job["status"] == "success":
            return job
        if job["status"] not in _UNFINISHED:
            error = job["error"] or {}
            details = {**(error.get("details") or {}), "job_id": job_id}
            raise CommandFailed.of(error.get("code"), str(job["why"]), details)
        reporter.stopped.wait(pause)
        pause = min(pause * 1.3, _LONGEST_PAUSE_SECONDS)
