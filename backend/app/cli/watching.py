"""`hivesync admin workers | queues | jobs | throughput | pause | resume`: what administrators see, over HTTP."""

from typing import Annotated, Any

import typer
from rich.text import Text

from app.cli.cleaning import commands
from app.cli.common import JsonOption, ServerOption, connected
from app.cli.console import moment, out, safe, show_json, show_table, size, state

__all__ = ["commands"]

_BAR = 24
_HEALTH = {"alive": "green", "unresponsive": "red", "stopped": "dim"}


@commands.command("workers", epilog="Example: hivesync admin workers --queue ai_jobs")
def workers(
    queue: Annotated[str | None, typer.Option("--queue", help="Only those that serve this queue.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="alive, unresponsive or stopped.")] = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the workers: what they serve and run, what they use, when they were last heard of."""
    with connected(server) as client:
        rows = list(client.pages("/admin/workers", most=1000, **_given(queue=queue, status=status)))
    if as_json:
        show_json(rows)
        return
    show_table(
        ("worker", "status", "type", "queues", "busy", "memory", "cpu", "failed", "last heard of"),
        [
            (
                row["worker_id"],
                Text(row["status"], style=_HEALTH.get(row["status"], "")),
                row["type"],
                ", ".join(row["queues"]),
                f"{row['active']}/{row['slots']}",
                size(row["memory_bytes"]) if row["memory_bytes"] else "-",
                _share(row["cpu"]),
                _share(row["failure_rate"]),
                moment(row["last_heartbeat"]),
            )
            for row in rows
        ],
        empty="No worker was heard of. Start one: hivesync worker --role ai_worker",
    )


@commands.command("queues", epilog="Example: hivesync admin queues")
def queues(server: ServerOption = None, as_json: JsonOption = False) -> None:
    """List the queues: what waits and since when, what runs, who serves it, what fails."""
    with connected(server) as client:
        rows = list(client.pages("/admin/queues", most=1000))
    if as_json:
        show_json(rows)
        return
    show_table(
        ("queue", "waiting", "running", "oldest", "workers", "in/min", "done/min", "failed", "paused"),
        [
            (
                row["name"],
                str(row["waiting"]),
                str(row["running"]),
                f"{row['oldest_seconds']:.0f} s",
                str(row["workers"]),
                f"{row['arrivals_per_minute']:g}",
                f"{row['finished_per_minute']:g}",
                _share(row["failure_rate"]),
                Text(safe(row["paused_reason"] or "yes"), style="yellow") if row["is_paused"] else "",
            )
            for row in rows
        ],
        empty="",
    )


@commands.command("jobs", epilog="Example: hivesync admin jobs --status failed --exhausted")
def search_jobs(
    queue: Annotated[str | None, typer.Option("--queue", help="Of this queue, or its alias.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Of this kind, such as repo.sync.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="queued, running, success, failed, cancelled.")] = None,
    worker: Annotated[str | None, typer.Option("--worker", help="Run by this worker.")] = None,
    error_code: Annotated[str | None, typer.Option("--error-code", help="Failed with this code.")] = None,
    exhausted: Annotated[bool, typer.Option("--exhausted", help="Only those that used up their attempts.")] = False,
    stuck: Annotated[bool, typer.Option("--stuck", help="Only those that try or run suspiciously long.")] = False,
    most: Annotated[int, typer.Option("--limit", help="How many.", min=1, max=1000)] = 30,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search everybody's jobs, newest first."""
    asked = _given(queue=queue, kind=kind, status=status, worker_id=worker, error_code=error_code)
    asked |= {name: "true" for name, wanted in (("exhausted", exhausted), ("stuck", stuck)) if wanted}
    with connected(server) as client:
        rows = list(client.pages("/admin/jobs", most=most, **asked))
    if as_json:
        show_json(rows)
        return
    show_table(
        ("id", "kind", "status", "tries", "cause", "why"),
        [
            (
                row["job_id"],
                row["kind"],
                state(row["status"]),
                f"{row['attempt']}/{row['max_attempts']}",
                row["cause"],
                row["why"],
            )
            for row in rows
        ],
        empty="No job is like that.",
    )


@commands.command("throughput", epilog="Example: hivesync admin throughput --queue ai_jobs")
def throughput(
    queue: Annotated[str | None, typer.Option("--queue", help="Only of this queue.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only of this kind.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="A moment, 2026-01-31T12:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="A moment.")] = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what ended over time, how well, and how long it waited and ran."""
    with connected(server) as client:
        told = client.get("/admin/throughput", **_given(queue=queue, kind=kind, to=until), **_given(**{"from": since}))
    if as_json:
        show_json(told)
        return
    highest = max((bucket["jobs"] for bucket in told["series"]), default=0)
    show_table(
        ("from", "jobs", "", "failed", "waited", "ran"),
        [
            (
                moment(bucket["at"]),
                str(bucket["jobs"]),
                "█" * round(_BAR * bucket["jobs"] / highest) if highest else "",
                _share(bucket["failure_rate"]),
                f"{bucket['average_wait_seconds']:.1f} s",
                f"{bucket['average_run_seconds']:.1f} s",
            )
            for bucket in told["series"]
            if bucket["jobs"]
        ],
        empty="Nothing ended in this time.",
    )


@commands.command("pause", epilog='Example: hivesync admin pause ai_jobs --reason "the provider is being repaired"')
def pause(
    queue: Annotated[str, typer.Argument(help="The queue, or its alias.")],
    reason: Annotated[str | None, typer.Option("--reason", help="Why, for whoever wonders later.")] = None,
    server: ServerOption = None,
) -> None:
    """Let nobody take jobs from a queue; what runs goes on."""
    with connected(server) as client:
        told = client.post(f"/admin/queues/{queue}/pause", {"reason": reason})
    out.print(f"{safe(told['name'])} is paused. Its jobs wait: hivesync admin resume {safe(told['name'])}")


@commands.command("resume", epilog="Example: hivesync admin resume ai_jobs")
def resume(queue: Annotated[str, typer.Argument(help="The queue, or its alias.")], server: ServerOption = None) -> None:
    """Let workers take jobs from a queue again; what waits starts at once."""
    with connected(server) as client:
        told = client.post(f"/admin/queues/{queue}/resume")
    out.print(f"{safe(told['name'])} is served again.")


def _given(**asked: str | None) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
