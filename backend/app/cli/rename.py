"""`hivesync rename PATH[:LINE:COL] NEW`: a rename across files, as a proposal in tiers."""

from typing import Annotated, Any

import typer

from app.cli.common import JsonOption, RefOption, ServerOption, WaitOption, connected, only_project, read_place
from app.cli.console import count, out, safe, show_diff, show_json
from app.cli.following import wait_for
from app.cli.notes import note_lines
from app.cli.proposals import hunks_of, tiers_of

# Hunks that are shown on a terminal; more are for a pager.
_MOST_SHOWN = 200
_MOST_NOTES = 30
_MEANING = {
    "proven": "every analysis, before and after, says that it is this",
    "likely": "called so, and nothing speaks against it",
    "text": "named in a comment or a string",
    "not_code": "named in documentation or settings",
}


def rename(
    place: Annotated[str, typer.Argument(metavar="PATH[:LINE:COL]", help="Where it stands; or a file or folder.")],
    new_name: Annotated[str, typer.Argument(metavar="NEW", help="What it is to be called.")],
    project: Annotated[str | None, typer.Option("--project", help="The project, if you have several.")] = None,
    ref: RefOption = None,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rename a symbol, or a module by its path alone, in all files that mean it. It ends in a proposal for review."""
    body = _read(place) | {"new_name": new_name} | ({"ref": ref} if ref else {})
    with connected(server) as client:
        body["project_id"] = only_project(client, project, "rename PATH[:LINE:COL] NEW")
        accepted = client.post("/refactor/rename", body)
        if not wait:
            _started(accepted, as_json=as_json)
            return
        wait_for(client, accepted["job_id"], label="Renaming")
        job = client.get(f"/refactor/jobs/{accepted['job_id']}")
        if as_json:
            show_json(job)
        else:
            show_rename(client.get(f"/proposals/{job['proposal_id']}"))


def _read(place: str) -> dict[str, Any]:
    """Read a place; a path alone is the module of that file or folder itself."""
    return read_place(place) if ":" in place else {"path": place.rstrip("/")}


def _started(accepted: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(accepted)
    else:
        out.print(f"Started. Follow it: hivesync jobs watch {accepted['job_id']}")


def show_rename(proposal: dict[str, Any]) -> None:
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
        old, new = (hunk[side].removesuffix("\n") for side in ("old_text", "new_text"))
        show_diff(f"@@ {hunk['old_start']} @@\n-{old}\n+{new}")
