"""What people see: tables, colours only on a terminal, progress of jobs, JSON when asked for."""

import json
import re
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from app.cli.client import Client, CommandFailed

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

# Characters that reorder or hide text, and terminal controls: shown, never obeyed.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_STATES = {
    "success": "green", "applied": "green", "approved": "cyan", "running": "cyan", "open": "yellow",
    "queued": "yellow", "failed": "red", "stale": "red", "rejected": "dim", "cancelled": "dim", "reverted": "magenta",
}  # fmt: skip


def safe(text: object) -> str:
    """Show control, bidirectional and invisible characters instead of obeying them."""
    return _UNSAFE.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", str(text))


def state(name: str) -> Text:
    """Colour a state's name."""
    return Text(name, style=_STATES.get(name, ""))


def show_json(value: object) -> None:
    """Print a value as JSON, for programs."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows under column names, or the sentence for none."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(
            *(cell if isinstance(cell, Text) else Text(safe(cell if cell is not None else "-")) for cell in row)
        )
    if table.row_count:
        out.print(table)
    else:
        out.print(Text(empty, style="dim"))


def show_diff(patch: str) -> None:
    """Print a unified diff, coloured on a terminal."""
    for line in patch.split("\n"):
        style = ""
        if line.startswith(("+++", "---", "diff ", "index ")):
            style = "bold"
        elif line.startswith("@@"):
            style = "cyan"
        elif line.startswith("+"):
            style = "green"
        elif line.startswith("-"):
            style = "red"
        out.print(Text(safe(line), style=style))


def wait_for(client: Client, job_id: str, *, label: str, pause: float = 0.4) -> dict[str, Any]:
    """Follow a job to its end with a progress bar; CommandFailed with its reason when it fails."""
    ticks = threading.Event()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[phase]}"),
        TimeElapsedColumn(), console=err, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(safe(label), total=1.0, phase="")
        while True:
            job: dict[str, Any] = client.get(f"/jobs/{job_id}")
            phase = job["phase"] if job["status"] == "running" else job["status"]
            bar.update(task, completed=job["progress"], phase=safe(phase or ""))
            if job["status"] not in ("queued", "running"):
                break
            ticks.wait(pause)
    if job["status"] != "success":
        raise CommandFailed(str(job["why"]), job_id=job_id, **(job["error"] or {}))
    return job
