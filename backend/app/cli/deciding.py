"""Asking a person about one hunk after the other. Nothing is decided before the last answer."""

from typing import Any

import typer

from app.cli.client import Client
from app.cli.console import count, err, out, safe, show_diff
from app.cli.proposals import hunks_of
from app.cli.receipts import show_receipts, unsupported_count

_HELP = """y  approve this hunk
n  leave this hunk out
a  approve this one and all that follow
d  leave this one and all that follow out
q  stop; nothing is decided
?  this help, and what the hunk's statements rest on"""


def ask_hunk_by_hunk(client: Client, proposal: dict[str, Any]) -> list[str]:
    """Ask about every hunk that can be chosen; the ids of those to approve, none when nothing was decided."""
    chosen: list[str] = []
    hunks = hunks_of(proposal)
    rest = ""
    units: dict[str, str] = {}
    for number, hunk in enumerate(hunks, start=1):
        if not hunk["selectable"]:
            continue
        # What hides characters, or can run commands, is never approved in a row with others.
        careful = hunk["is_deceptive"] or hunk["confirm"]
        unit = hunk["details"].get("together")
        earlier = units.get(str(unit), "") if unit else ""
        answer = earlier or rest if rest and not (careful and (earlier or rest) == "y") else ""
        if not answer:
            _show(client, proposal, hunk, title=f"hunk {number} of {len(hunks)}")
            answer = _ask_once(hunk, earlier, default="n" if careful else "y")
        if unit:
            units.setdefault(str(unit), "y" if answer == "a" else "n" if answer == "d" else answer)
        if answer == "q":
            err.print("Nothing was decided.")
            return []
        rest = {"a": "y", "d": "n"}.get(answer, rest)
        if answer in ("y", "a"):
            chosen.append(hunk["id"])
    if not chosen:
        err.print(
            f"No hunk was chosen, so nothing was decided. To refuse it all: hivesync review {proposal['id']} --reject"
        )
    return chosen


def _show(client: Client, proposal: dict[str, Any], hunk: dict[str, Any], *, title: str) -> None:
    out.print(f"\n{safe(hunk['path'])}   {title}   {safe(hunk['label'])}", style="bold cyan")
    patch = client.download(f"/proposals/{proposal['id']}/patch", hunks=hunk["id"]).decode(errors="replace")
    show_diff(patch[patch.index("@@") :] if "@@" in patch else patch)
    if hunk["is_deceptive"]:
        out.print("Careful: it holds characters that are not seen or turn the reading direction.", style="bold red")
    if unbacked := unsupported_count(hunk["receipts"]):
        told = f"Careful: {count(unbacked, 'statement')} of it could not be found in the code; ? shows what."
        out.print(told, style="yellow")
    if hunk["confirm"]:
        out.print("Careful: this file can run commands.", style="bold red")


def _ask_once(hunk: dict[str, Any], earlier: str, *, default: str) -> str:
    """Take the answer for one that it makes sense with only; a hunk that needs care is asked about all the same."""
    if earlier and not (earlier == "y" and default == "n"):
        out.print(f"Together with one before: {earlier}", style="dim")
        return earlier
    return _ask(hunk, default=default)


def _ask(hunk: dict[str, Any], *, default: str) -> str:
    choices = "y,n,a,d,q,?".replace(default, default.upper(), 1)
    while True:
        answer = str(typer.prompt(f"Approve this hunk [{choices}]", default=default, show_default=False, err=True))
        answer = answer.strip().lower()[:1]
        if answer in ("y", "n", "a", "d", "q"):
            return answer
        out.print(_HELP, style="dim")
        if hunk["receipts"]:
            show_receipts(hunk["receipts"])
        else:
            out.print("This hunk makes no statement that cites code.", style="dim")
