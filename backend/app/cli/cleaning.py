"""`hivesync admin run-task | tasks | schedules | warrant | restore-bundle`: cleanup at a shell, on the database."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import typer

from app.cli.admin import admin as commands
from app.cli.common import checked_id
from app.cli.console import count, err, moment, out, safe, show_facts, show_json, show_table, size, state

__all__ = ["commands"]

# What a terminal shows of a plan; --json shows all of it.
_ROWS = 50
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command("run-task", epilog="Example: hivesync admin run-task sweep_tmp --dry-run --wait")
def run_task(
    name: Annotated[str, typer.Argument(help="A task: see hivesync admin tasks.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only plan: write a warrant, delete nothing.")] = False,
    warrant: Annotated[str | None, typer.Option("--warrant", help="Execute this plan and nothing else.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow it to its end and show what went.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Have the cleanup worker run a task. Exit status 1 when it fails, or could not delete something."""
    from app.cli.cleaning_steps import follow, request  # noqa: PLC0415 - people's commands load no server

    warrant_id = UUID(checked_id(warrant, "warrant")) if warrant else None
    job_id = asyncio.run(request(name, dry_run=dry_run, warrant_id=warrant_id))
    if not wait:
        if as_json:
            show_json({"job_id": str(job_id), "status": "queued"})
        else:
            out.print(
                f"Asked the cleanup worker (job {job_id}). What came of it: hivesync admin warrant --job {job_id}"
            )
        return

    def tell(phase: str) -> None:
        if err.is_terminal:
            err.print(safe(phase))

    report = asyncio.run(follow(job_id, tell))
    if as_json:
        show_json(report)
    else:
        _show(report)
    if report["warrant"]["failed"]:
        raise typer.Exit(1)


@commands.command("tasks", epilog="Example: hivesync admin tasks")
def tasks(as_json: JsonOption = False) -> None:
    """List the cleanup tasks and when each was last run."""
    from app.cli.cleaning_steps import list_tasks  # noqa: PLC0415 - see run_task

    found = asyncio.run(list_tasks())
    if as_json:
        show_json(found)
        return
    show_table(
        ("task", "deletes", "last run", "last warrant", "what it does"),
        [
            (
                each["name"],
                "yes" if each["destructive"] else "no",
                moment(each["last_run_at"]),
                each["last"]["warrant_id"] if each["last"] else None,
                each["description"],
            )
            for each in found
        ],
        empty="",
    )


@commands.command("schedules", epilog="Example: hivesync admin schedules")
def schedules(as_json: JsonOption = False) -> None:
    """List what runs when, and how it last went. Times are UTC."""
    from app.cli.cleaning_steps import list_schedules  # noqa: PLC0415 - see run_task

    found = asyncio.run(list_schedules())
    if as_json:
        show_json(found)
        return
    show_table(
        ("schedule", "cron", "next run", "last run", "status", "what it does"),
        [
            (
                each["name"],
                each["cron"],
                moment(each["next_run_at"]) if each["enabled"] else "off",
                moment(each["last_run_at"]),
                state(each["last_status"]) if each["last_status"] else None,
                each["description"],
            )
            for each in found
        ],
        empty="No schedule is stored yet: the scheduler does that when it starts.",
    )


@commands.command("warrant", epilog="Example: hivesync admin warrant 01890a5d-ac96-774b-bcce-b302099a8057")
def warrant(
    warrant_id: Annotated[str | None, typer.Argument(help="A warrant.")] = None,
    job: Annotated[str | None, typer.Option("--job", help="Or the job that planned or executed it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a plan and what became of it."""
    from app.cli.cleaning_steps import read_warrant  # noqa: PLC0415 - see run_task

    if (warrant_id is None) == (job is None):
        raise typer.BadParameter("name a warrant, or a job with --job")
    found = asyncio.run(
        read_warrant(
            warrant_id=UUID(checked_id(warrant_id, "warrant")) if warrant_id else None,
            job_id=UUID(checked_id(job, "job")) if job else None,
        )
    )
    if as_json:
        show_json(found)
    else:
        _show(found)


@commands.command(
    "restore-bundle", epilog="Example: hivesync admin restore-bundle 01890a5d-ac96-774b-bcce-b302099a8057"
)
def restore_bundle(bundle_id: Annotated[str, typer.Argument(help="An expired or soft-deleted bundle.")]) -> None:
    """Bring a preview bundle back that is not yet purged."""
    from app.cli.cleaning_steps import restore  # noqa: PLC0415 - see run_task

    until = asyncio.run(restore(UUID(checked_id(bundle_id, "bundle"))))
    out.print(f"Restored. It lives until {moment(until)}.")


def _show(report: dict[str, Any]) -> None:
    warrant, items = report["warrant"], report["items"]
    planned = warrant["status"] in ("planned", "expired")
    show_table(
        ("what", "where", "bytes", "status", "reason"),
        [
            (each["kind"], each["target"], size(each["bytes"]), state(each["outcome"]), each["reason"])
            for each in items[:_ROWS]
        ],
        empty=warrant["note"] or "There is nothing to do.",
    )
    if len(items) > _ROWS:
        out.print(f"… and {count(len(items) - _ROWS, 'more item')}: --json shows all.")
    show_facts(
        [
            ("warrant", warrant["warrant_id"]),
            ("status", state(warrant["status"])),
            ("would go" if planned else "done", warrant["items"] if planned else warrant["deleted"]),
            ("bytes", size(warrant["bytes"] if planned else warrant["freed_bytes"])),
            ("spared", None if planned else warrant["spared"]),
            ("failed", None if planned else warrant["failed"]),
            ("note", warrant["note"]),
        ]
    )
    if warrant["status"] == "planned" and items:
        out.print(f"Execute it: hivesync admin run-task {warrant['task']} --warrant {warrant['warrant_id']}")
