"""`hivesync autoscaler …`: what it decided and why, and what other thresholds would have done."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from app.cli.console import out, safe, show_facts, show_json, show_table

if TYPE_CHECKING:
    from app.services.autoscaler.replay import Replay, Variant
    from app.services.autoscaler.schemas import AutoscalerOut

autoscaler = typer.Typer(no_args_is_help=True, help="How many workers there should be, straight on the database.")
_COLOURS = {"out": "yellow", "in": "cyan", "replace": "red", "hold": "dim"}
_THRESHOLDS = ("out", "in", "min", "max", "wait", "cooldown")


@autoscaler.command("status", epilog="Example: hivesync autoscaler status")
def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the last decision about every queue, and why; it decides even when it may not act."""
    from app.cli.replaying import read_status  # noqa: PLC0415 - people's commands start without loading the server

    found = asyncio.run(read_status())
    if as_json:
        show_json(found.model_dump(mode="json"))
        return
    mode = "acts" if found.enabled else "only records (AUTOSCALER_ENABLED=false)"
    show_facts((("autoscaler", mode), ("driver", found.driver), ("looks every", f"{found.poll_interval_seconds:g} s")))
    out.print("")
    _show_queues(found)


def _show_queues(found: "AutoscalerOut") -> None:
    rows = []
    for each in found.queues:
        limits, last = each.limits, each.last
        bounds = f"{limits.min_workers}-{limits.max_workers}"
        thresholds = f"{limits.scale_in_threshold}/{limits.scale_out_threshold}/{limits.longest_wait_seconds:g} s"
        if last is None:
            rows.append((each.queue, "-", bounds, thresholds, Text("-"), "No look yet: run hivesync scheduler."))
            continue
        why = f"{last.reason} Failed: {last.error}" if last.error else last.reason
        action = Text(last.action, style=_COLOURS[last.action])
        rows.append((each.queue, f"{last.workers} → {last.desired}", bounds, thresholds, action, why))
    show_table(
        ("queue", "workers", "min-max", "in/out/wait", "action", "why"), rows, empty="No queue is looked at yet."
    )


@autoscaler.command("replay", epilog="Example: hivesync autoscaler replay --out 50 --picture replay.svg")
def replay(
    since: Annotated[str | None, typer.Option("--from", metavar="TIME", help="From this moment on (UTC).")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Up to this moment (UTC).")] = None,
    queue: Annotated[str | None, typer.Option("--queue", help="Only this queue.")] = None,
    out_above: Annotated[int | None, typer.Option("--out", min=1, help="One more when more jobs wait.")] = None,
    in_below: Annotated[int | None, typer.Option("--in", min=0, help="One less when fewer jobs wait.")] = None,
    least: Annotated[int | None, typer.Option("--min", min=0, help="The fewest workers.")] = None,
    most: Annotated[int | None, typer.Option("--max", min=1, help="The most workers.")] = None,
    wait: Annotated[int | None, typer.Option("--wait", min=0, help="One more when the oldest waits longer.")] = None,
    cooldown: Annotated[int | None, typer.Option("--cooldown", min=0, help="Seconds of rest after a change.")] = None,
    compare: Annotated[
        list[str] | None, typer.Option("--compare", metavar="out=50,max=8", help="One more variant; may be repeated.")
    ] = None,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE.svg", help="Draw the busiest one.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Replay made-up hours instead of recorded ones.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Re-run recorded hours with other thresholds: waits, worker-hours, and how often workers came and went."""
    from app.cli.replaying import Wanted, run_replays  # noqa: PLC0415 - see status

    given = zip(_THRESHOLDS, (out_above, in_below, least, most, wait, cooldown), strict=True)
    mine = ",".join(f"{name}={value}" for name, value in given if value is not None)
    wanted = Wanted(since, until, queue, tuple(filter(None, [mine, *(compare or ())])), demo)
    found = asyncio.run(run_replays(wanted))
    if picture is not None:
        from app.services.autoscaler.picture import draw  # noqa: PLC0415 - see status

        picture.write_text(draw(found[0]), encoding="utf-8")
    if as_json:
        show_json([_as_json(each) for each in found])
        return
    for each in found:
        _show(each)
    if picture is not None:
        out.print(f"The picture of {safe(found[0].recording.queue)} is in {safe(picture)}.")


def _show(found: "Replay") -> None:
    recording = found.recording
    hours = recording.looks[-1].at / 3600
    kind = "made up" if recording.is_made_up else "recorded"
    out.print(
        f"{recording.queue}: {hours:.1f} h {kind} from {recording.began:%Y-%m-%d %H:%M} UTC, "
        f"{len(recording.looks)} looks, {recording.slots} slots a worker"
    )
    columns = ("thresholds", "jobs", "average wait", "p95", "longest", "worker-hours", "changes", "flaps", "left over")
    show_table(columns, [_row(variant) for variant in found.variants], empty="")
    if recording.measured_wait is not None:
        out.print(f"Measured then: {recording.measured_wait:.1f} s average wait; the first line simulates that time.")
    out.print("")


def _row(variant: "Variant") -> tuple[object, ...]:
    result = variant.result
    waits = (f"{each:,.1f} s" for each in (result.average_wait, result.p95_wait, result.longest_wait))
    return (variant.name, result.jobs, *waits, f"{result.worker_hours:,.2f}", result.changes, result.flaps, result.left)


def _as_json(found: "Replay") -> dict[str, Any]:
    recording = found.recording
    return {
        "queue": recording.queue,
        "from": recording.began.isoformat(),
        "seconds": recording.looks[-1].at,
        "is_made_up": recording.is_made_up,
        "slots": recording.slots,
        "measured_wait": recording.measured_wait,
        "variants": [
            {
                "name": variant.name,
                "limits": asdict(variant.limits) if variant.limits else None,
                **{name: value for name, value in asdict(variant.result).items() if name != "points"},
            }
            for variant in found.variants
        ],
    }
