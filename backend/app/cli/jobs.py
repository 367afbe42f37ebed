"""`hivesync jobs …`: why a job waits or failed, and what to do next."""

from typing import Annotated

import typer

from app.cli.common import JsonOption, ServerOption, connected, find_project
from app.cli.console import out, safe, show_json, show_table, state, wait_for

jobs = typer.Typer(invoke_without_command=True, help="See background work: what runs, what waits and why.")
JobArgument = Annotated[str, typer.Argument(help="The job's id.")]


@jobs.callback()
def list_jobs(
    context: typer.Context,
    project: Annotated[str | None, typer.Option("--project", help="Only of this project.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only of this kind, such as repo.sync.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="queued, running, success, failed or cancelled.")
    ] = None,
    most: Annotated[int, typer.Option("--limit", help="How many.", min=1, max=1000)] = 20,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the newest jobs."""
    if context.invoked_subcommand:
        return
    with connected(server) as client:
        project_id = find_project(client, project)["id"] if project else None
        rows = list(client.pages("/jobs", most=most, project_id=project_id, kind=kind, status=status))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("id", "kind", "status", "done", "why"),
            [(r["job_id"], r["kind"], state(r["status"]), f"{r['progress']:.0%}", r["why"]) for r in rows],
            empty="No jobs.",
        )


@jobs.command("show")
def show_job(job_id: JobArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Show one job and say why it stands as it does."""
    with connected(server) as client:
        job = client.get(f"/jobs/{job_id}")
        if as_json:
            show_json(job)
            return
        for field in ("kind", "status", "phase", "progress", "attempt", "created_at", "started_at", "finished_at"):
            out.print(f"{field.replace('_', ' '):<12} {safe(job[field] if job[field] is not None else '-')}")
        out.print(safe(job["why"]), style="bold")


@jobs.command("watch")
def watch_job(job_id: JobArgument, server: ServerOption = None) -> None:
    """Follow a job to its end."""
    with connected(server) as client:
        out.print(safe(wait_for(client, job_id, label="Job")["why"]))


@jobs.command("cancel")
def cancel_job(job_id: JobArgument, server: ServerOption = None) -> None:
    """Stop a job that waits or runs."""
    with connected(server) as client:
        out.print(safe(client.post(f"/jobs/{job_id}/cancel")["why"]))
