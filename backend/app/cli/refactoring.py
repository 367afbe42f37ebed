"""What the commands that refactor share: ask, wait, and show the proposal tier by tier. Nothing is changed."""

from dataclasses import dataclass
from typing import Any

from app.cli.common import connected, only_project
from app.cli.console import count, out, safe, show_diff, show_json
from app.cli.following import wait_for
from app.cli.notes import note_lines
from app.cli.proposals import hunks_of, tiers_of

# Hunks that are shown on a terminal; more are for a pager.
_MOST_SHOWN = 200
_MOST_NOTES = 30
_MEANING = {
    "proven": "every analysis, before and after, says that it is this",
    "likely": "called or written so, and nothing speaks against it",
    "text": "named in a comment or a string",
    "not_code": "named in documentation or settings",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """What all of these commands may be told: which project at which ref, and how to answer."""

    project: str | None
    ref: str | None
    wait: bool
    server: str | None
    as_json: bool


def refactor(kind: str, body: dict[str, Any], manner: Manner, *, usage: str, label: str) -> None:
    """Ask for a refactor of a kind (the last part of its address), and show the proposal it ends in."""
    with connected(manner.server) as client:
        about = {"project_id": only_project(client, manner.project, usage)} | (
            {"ref": manner.ref} if manner.ref else {}
        )
        accepted = client.post(f"/refactor/{kind}", body | about)
        if not manner.wait:
            _started(accepted, as_json=manner.as_json)
            return
        wait_for(client, accepted["job_id"], label=label)
        job = client.get(f"/refactor/jobs/{accepted['job_id']}")
        if manner.as_json:
            show_json(job)
        else:
            show_refactor(client.get(f"/proposals/{job['proposal_id']}"))


def _started(accepted: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(accepted)
    else:
        out.print(f"Started. Follow it: hivesync jobs watch {accepted['job_id']}")


def show_refactor(proposal: dict[str, Any]) -> None:
    """Print the diff tier by tier, what was left alone, and what to do next."""
    hunks = hunks_of(proposal)
    shown = hunks[:_MOST_SHOWN] if out.is_terminal else hunks
    for tier in tiers_of(hunks):
        of_tier = [hunk for hunk in hunks if hunk["tier"] == tier]
        out.print(f"\n{safe(tier)}   {count(len(of_tier), 'line')}: {_MEANING.get(tier, '')}", style="bold cyan")
        _show_hunks([hunk for hunk in shown if hunk["tier"] == tier])
    if len(shown) < len(hunks):
        out.print(f"{len(hunks) - len(shown):,} more lines. See all: hivesync review {proposal['id']} --patch | less")
    lines = note_lines(proposal["notes"])
    for line in lines[:_MOST_NOTES]:
        out.print(line, style="dim")
    if len(lines) > _MOST_NOTES:
        out.print(f"and {len(lines) - _MOST_NOTES:,} more notes: hivesync review {proposal['id']}", style="dim")
    out.print(f"\n{safe(proposal['title'])}: {safe(proposal['summary'])}", style="bold")
    out.print(f"Proposal {proposal['id']}. Nothing was changed.", style="bold")
    for tier in tiers_of(hunks)[:1]:
        out.print(f"Next: hivesync review {proposal['id']} --approve --tier {tier}", style="dim")


def _show_hunks(hunks: list[dict[str, Any]]) -> None:
    path = None
    for hunk in hunks:
        if hunk["path"] != path:
            path = hunk["path"]
            out.print(safe(path), style="bold")
        show_diff(
            "\n".join([f"@@ {hunk['old_start']} @@", *_lines("-", hunk["old_text"]), *_lines("+", hunk["new_text"])])
        )


def _lines(sign: str, text: str) -> list[str]:
    return [f"{sign}{line}" for line in text.removesuffix("\n").split("\n")] if text else []
