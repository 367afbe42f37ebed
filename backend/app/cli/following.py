"""Following a job to its end: a progress bar on a terminal, and its reason when it fails."""

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app.agent.following import follow
from app.agent.reporting import Silent
from app.cli.client import Client, CommandFailed
from app.cli.console import err, safe

_INTERRUPTED = 130
_NOT_READY = ("SYMBOLS_NOT_READY", "MANIFEST_NOT_READY")

T = TypeVar("T")


def wait_for(client: Client, job_id: str, *, label: str) -> dict[str, Any]:
    """Follow a job to its end; CommandFailed with its reason when it fails. Ctrl-C leaves the job at work."""
    try:
        return _followed(client, job_id, label)
    except KeyboardInterrupt:
        err.print(f"The job goes on. Follow it: hivesync jobs watch {job_id}   stop it: hivesync jobs cancel {job_id}")
        raise typer.Exit(_INTERRUPTED) from None


def when_ready(client: Client, ask: Callable[[], T], *, label: str = "Reading names") -> T:
    """Ask; where the commit has not been read yet, wait for that and ask again."""
    for _ in range(2):
        try:
            return ask()
        except CommandFailed as failed:
            job_id = failed.details.get("job_id")
            if failed.server_code not in _NOT_READY or not isinstance(job_id, str):
                raise
            wait_for(client, job_id, label=label)
    return ask()


def _followed(client: Client, job_id: str, label: str) -> dict[str, Any]:
    bar = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(),
        TextColumn("{task.fields[phase]}", markup=False), TimeElapsedColumn(),
        console=err, transient=True, disable=not err.is_terminal,
    )  # fmt: skip
    with bar:
        task = bar.add_task(safe(label), total=1.0, phase="")

        def show(job: dict[str, Any]) -> None:
            bar.update(task, completed=job["progress"], phase=safe(_phase(job)))

        return follow(client, job_id, Silent(), show)


def _phase(job: dict[str, Any]) -> str:
    if job["status"] == "running":
        return str(job["phase"] or "running")
    # A job that waits for a reason says it here: nobody should have to open another terminal to learn it.
    return str(job["why"]) if job["status"] == "queued" and job["attempt"] else str(job["status"])
