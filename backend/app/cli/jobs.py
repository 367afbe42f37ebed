"""`hivesync jobs …`: why a job waits or failed, and what to do next."""

from typing import Annotated, Any

import typer

from app.cli.common import JsonOption, ServerOption, checked_id, connected, find_project
from app.cli.console import moment, out, safe, show_facts, show_json, show_table, state
from app.cli.failures import detail_lines
from app.cli.following import wait_for

jobs = typer.Typer(
    invoke_without_command=True,
    help="See background work: what runs, what waits and why.",
    epilog="Example: hivesync jobs --status failed",
)
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]
# Below this many columns the sentence that explains a job stands under its row.
_WIDE = 140


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
        nothing = "No such jobs." if project or kind or status else "No jobs yet. Start one: hivesync sync PROJECT"
        _show(rows, empty=nothing)


def _show(rows: list[dict[str, Any]], *, empty: str) -> None:
    narrow = out.is_terminal and out.width < _WIDE
    columns = ("id", "kind", "status", "done") if narrow else ("id", "kind", "status", "done", "why")
    lines = [(r["job_id"], r["kind"], state(r["status"]), f"{r['progress']:.0%}", r["why"]) for r in rows]
    show_table(columns, [line[: len(columns)] for line in lines], empty=empty)
    for row in rows if narrow else []:
        if row["status"] != "success":
            out.print(f"{row['job_id']}\n  {safe(row['why'])}", style="dim")


@jobs.command("show", epilog="Example: hivesync jobs show 01890a5d-ac96-774b-bcce-b302099a8057")
def show_job(job_id: JobArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Show one job and say why it stands as it does."""
    job = checked_id(job_id, "job")
    with connected(server) as client:
        found = client.get(f"/jobs/{job}")
        if as_json:
            show_json(found)
            return
        show_facts((
            ("kind", found["kind"]), ("status", state(found["status"])), ("phase", found["phase"]),
            ("done", f"{found['progress']:.0%}"), ("attempt", f"{found['attempt']} of {found['max_attempts']}"),
            ("created", moment(found["created_at"])), ("started", moment(found["started_at"])),
            ("finished", moment(found["finished_at"])),
        ))  # fmt: skip
        out.print(safe(found["why"]), style="bold")
        for line in detail_lines((found["error"] or {}).get("details") or {}, told=str(found["why"])):
            out.print(line)


@jobs.command("watch", epilog="Example: hivesync jobs watch 01890a5d-ac96-774b-bcce-b302099a8057")
def watch_job(job_id: JobArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Follow a job to its end."""
    job = checked_id(job_id, "job")
    with connected(server) as client:
        ended = wait_for(client, job, label="Job")
        show_json(ended) if as_json else out.print(safe(ended["why"]))


@jobs.command("cancel", epilog="Example: hivesync jobs cancel 01890a5d-ac96-774b-bcce-b302099a8057")
def cancel_job(job_id: JobArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Stop a job that waits or runs."""
    job = checked_id(job_id, "job")
    with connected(server) as client:
        answer = client.post(f"/jobs/{job}/cancel")
        show_json(answer) if as_json else out.print(safe(answer["why"]))
