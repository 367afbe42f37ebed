"""`hivesync review …`: look at a proposal, approve all or chosen hunks, apply, undo."""

from typing import Annotated, Any

import typer

from app.cli.client import Client, CommandFailed
from app.cli.common import JsonOption, ServerOption, WaitOption, connected, find_project
from app.cli.console import err, out, safe, show_diff, show_json, show_table, state, wait_for


def review(
    proposal_id: Annotated[
        str | None, typer.Argument(help="The proposal's id; without it, proposals are listed.")
    ] = None,
    project: Annotated[str | None, typer.Option("--project", help="List this project's proposals.")] = None,
    approve: Annotated[bool, typer.Option("--approve", help="Approve all hunks, or those named by --hunk.")] = False,
    hunk: Annotated[list[str] | None, typer.Option("--hunk", help="A hunk's id or number; may be repeated.")] = None,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it is rejected.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Apply what is approved.")] = False,
    push: Annotated[str | None, typer.Option("--push", metavar="BRANCH", help="Also push it as a new branch.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Make a proposal that takes it back.")] = False,
    patch: Annotated[bool, typer.Option("--patch", help="Print the patch only.")] = False,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Review a proposal. With only its id on a terminal you are asked hunk by hunk: y, n, a, q."""
    with connected(server) as client:
        if proposal_id is None:
            _list(client, project, as_json=as_json)
            return
        if patch:
            out.out(str(client.get(f"/proposals/{proposal_id}/patch")), end="", highlight=False)
            return
        shown = client.get(f"/proposals/{proposal_id}")
        if reject:
            shown = client.post(f"/proposals/{proposal_id}/reject", {"reason": reason} if reason else {})
        if approve:
            shown = _approve(client, shown, _named(shown, hunk) if hunk else None)
        if apply:
            shown = _apply(client, shown, push, wait=wait)
        if undo:
            shown = client.post(f"/proposals/{proposal_id}/revert")
        if as_json:
            show_json(shown)
            return
        acted = reject or approve or apply or undo
        if not acted and out.is_terminal and shown["status"] == "open":
            _ask_hunk_by_hunk(client, shown)
            return
        _show(client, shown, with_diff=not acted or undo)


def _list(client: Client, project: str | None, *, as_json: bool) -> None:
    projects = [find_project(client, project)] if project else list(client.pages("/projects", most=1000))
    rows = [row for each in projects for row in client.pages(f"/projects/{each['id']}/proposals", most=50)]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("id", "kind", "status", "title"),
        [(r["id"], r["kind"], state(r["status"]), r["title"]) for r in rows],
        empty="No proposals yet. Make one: hivesync docs PROJECT",
    )


def _hunks(proposal: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(file["path"], hunk) for file in proposal["files"] for hunk in file["hunks"]]


def _named(proposal: dict[str, Any], names: list[str]) -> list[str]:
    ids = [hunk["id"] for _, hunk in _hunks(proposal)]
    chosen = []
    for name in names:
        if name.isdigit() and 1 <= int(name) <= len(ids):
            chosen.append(ids[int(name) - 1])
        elif name in ids:
            chosen.append(name)
        else:
            raise CommandFailed(f"There is no hunk '{name}'. Use a number from 1 to {len(ids)}, or a hunk's id.")
    return chosen


def _approve(client: Client, proposal: dict[str, Any], hunks: list[str] | None) -> dict[str, Any]:
    body: dict[str, Any] = {"digest": proposal["digest"]}
    if hunks is not None:
        body["hunks"] = hunks
    approved: dict[str, Any] = client.post(f"/proposals/{proposal['id']}/approve", body)
    return approved


def _apply(client: Client, proposal: dict[str, Any], push: str | None, *, wait: bool) -> dict[str, Any]:
    accepted = client.post(f"/proposals/{proposal['id']}/apply", {"push_branch": push} if push else {})
    if wait:
        wait_for(client, accepted["job_id"], label="Applying")
    applied: dict[str, Any] = client.get(f"/proposals/{proposal['id']}")
    return applied


def _show(client: Client, proposal: dict[str, Any], *, with_diff: bool) -> None:
    out.print(safe(proposal["title"]), style="bold")
    if proposal.get("summary"):
        out.print(safe(proposal["summary"]))
    if with_diff:
        show_diff(str(client.get(f"/proposals/{proposal['id']}/patch")))
    for note in proposal.get("notes") or []:
        text = " ".join(str(value) for value in note.values()) if isinstance(note, dict) else note
        out.print(f"  note: {safe(text)}", style="dim")
    out.print(f"status  {proposal['status']}\ndigest  {proposal['digest']}")
    applied = proposal.get("applied") or {}
    if applied.get("commit"):
        out.print(f"commit  {applied['commit']}\nref     {applied.get('ref')}")
    out.print(_next_step(proposal), style="dim")


def _next_step(proposal: dict[str, Any]) -> str:
    steps = {
        "open": "--approve it (or some: --hunk 1 --hunk 3), or --reject it",
        "approved": "--apply it",
        "applied": "--undo it, if it was wrong",
        "stale": "what it was made from has moved: ask for a new one",
    }
    step = steps.get(proposal["status"])
    return f"Next: hivesync review {proposal['id']} {step}" if step else ""


def _ask_hunk_by_hunk(client: Client, proposal: dict[str, Any]) -> None:
    """Ask about each hunk: yes, no, all the rest, quit without deciding."""
    chosen: list[str] = []
    rest = False
    hunks = [(path, hunk) for path, hunk in _hunks(proposal) if hunk.get("selectable", True)]
    for number, (path, hunk) in enumerate(hunks, start=1):
        if not rest:
            out.print(f"\n{safe(path)}  hunk {number} of {len(hunks)}  {safe(hunk.get('label') or '')}", style="bold")
            show_diff(str(client.get(f"/proposals/{proposal['id']}/patch", hunks=hunk["id"])))
            answer = typer.prompt("Approve this hunk? [y]es, [n]o, [a]ll the rest, [q]uit", default="y")[:1].lower()
            if answer == "q":
                err.print("Nothing was decided.")
                return
            rest = answer == "a"
            if answer == "n":
                continue
        chosen.append(hunk["id"])
    if not chosen:
        err.print("No hunk chosen; nothing was decided. To refuse it all: --reject")
        return
    approved = _approve(client, proposal, chosen)
    if typer.confirm(f"{len(chosen)} of {len(hunks)} hunks approved. Apply now?", default=True):
        approved = _apply(client, approved, None, wait=True)
    _show(client, approved, with_diff=False)
