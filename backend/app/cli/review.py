"""`hivesync review …`: look at a proposal, approve all or chosen hunks, reject, apply, undo."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from app.cli.client import Client
from app.cli.common import (
    JsonOption,
    ServerOption,
    WaitOption,
    checked_id,
    connected,
    find_project,
    somebody_answers,
)
from app.cli.console import (
    count,
    moment,
    out,
    safe_lines,
    show_diff,
    show_facts,
    show_json,
    show_table,
    state,
    write_bytes,
)
from app.cli.deciding import ask_hunk_by_hunk
from app.cli.following import wait_for
from app.cli.notes import note_lines
from app.cli.proposals import hunks_of, hunks_of_tiers, named_hunks
from app.cli.receipts import receipt_sums, show_receipts

ProposalArgument = Annotated[
    str | None, typer.Argument(metavar="PROPOSAL", help="The proposal's id; without it, proposals are listed.")
]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What should be done with a proposal, in this order."""

    reject: bool
    reason: str | None
    approve: bool
    hunks: list[str] | None
    tiers: list[str] | None
    apply: bool
    push: str | None
    undo: bool

    @property
    def acts(self) -> bool:
        return self.reject or self.approve or self.apply or self.undo

    def check(self, *, proposal: str | None) -> None:
        """Refuse combinations that mean nothing, before anything is done."""
        wrong = {
            "name the proposal: hivesync review PROPOSAL": proposal is None and (self.acts or bool(self.hunks)),
            "either --approve or --reject": self.approve and self.reject,
            "--undo stands alone": self.undo and (self.approve or self.reject or self.apply),
            "--apply does not go with --reject": self.apply and self.reject,
            "--hunk chooses what to approve: say --approve too": bool(self.hunks) and not self.approve,
            "--tier chooses what to approve: say --approve too": bool(self.tiers) and not self.approve,
            "--reason explains a --reject": self.reason is not None and not self.reject,
            "--push needs --apply": self.push is not None and not self.apply,
        }
        for problem, is_so in wrong.items():
            if is_so:
                raise typer.BadParameter(problem)


def review(
    proposal_id: ProposalArgument = None,
    project: Annotated[str | None, typer.Option("--project", help="List this project's proposals.")] = None,
    status: Annotated[
        str | None,
        typer.Option("--status", help="List only open, approved, applied, reverted, rejected or stale ones."),
    ] = None,
    approve: Annotated[bool, typer.Option("--approve", help="Approve all hunks, or those named by --hunk.")] = False,
    hunk: Annotated[list[str] | None, typer.Option("--hunk", help="A hunk's number or id; may be repeated.")] = None,
    tier: Annotated[
        list[str] | None, typer.Option("--tier", help="Approve a rename's hunks of this tier; may be repeated.")
    ] = None,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it is rejected.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Apply what is approved, as a commit of its own.")] = False,
    push: Annotated[str | None, typer.Option("--push", metavar="BRANCH", help="Also push it as a new branch.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Make a proposal that takes it back.")] = False,
    patch: Annotated[bool, typer.Option("--patch", help="Print the patch only, for git apply.")] = False,
    receipts: Annotated[bool, typer.Option("--receipts", help="List what every statement rests on.")] = False,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Review a proposal. With only its id, on a terminal, you are asked hunk by hunk: y, n, a, q, ?."""
    wish = _Wish(reject, reason, approve, hunk, tier, apply, push, undo)
    wish.check(proposal=proposal_id)
    with connected(server) as client:
        if proposal_id is None:
            _list(client, project, status, as_json=as_json)
            return
        proposal_id = checked_id(proposal_id, "proposal")
        if patch:
            _print_patch(client, proposal_id)
            return
        shown = _carried_out(client, client.get(f"/proposals/{proposal_id}"), wish, wait=wait)
        if as_json:
            show_json(shown)
        elif not wish.acts and not receipts and shown["status"] == "open" and out.is_terminal and somebody_answers():
            _decide(client, shown)
        else:
            show_proposal(client, shown, with_diff=not wish.acts or undo, with_receipts=receipts)


def _carried_out(client: Client, proposal: dict[str, Any], wish: _Wish, *, wait: bool) -> dict[str, Any]:
    path = f"/proposals/{proposal['id']}"
    if wish.reject:
        proposal = client.post(f"{path}/reject", {"reason": wish.reason} if wish.reason else {})
    if wish.approve:
        named = named_hunks(proposal, wish.hunks) if wish.hunks else []
        named += hunks_of_tiers(proposal, wish.tiers) if wish.tiers else []
        proposal = _approve(client, proposal, list(dict.fromkeys(named)) or None)
    if wish.apply:
        proposal = _apply(client, proposal, wish.push, wait=wait)
    if wish.undo:
        proposal = client.post(f"{path}/revert")
    return proposal


def _list(client: Client, project: str | None, status: str | None, *, as_json: bool) -> None:
    projects = [find_project(client, project)] if project else list(client.pages("/projects", most=1000))
    names = {each["id"]: each["name"] for each in projects}
    found = (client.pages(f"/projects/{each}/proposals", most=50, status=status) for each in names)
    rows = sorted((row for page in found for row in page), key=lambda row: str(row["created_at"]), reverse=True)
    if as_json:
        show_json(rows)
        return
    show_table(
        ("id", "status", "made", "project", "title"),
        [(r["id"], state(r["status"]), moment(r["created_at"]), names[r["project_id"]], r["title"]) for r in rows],
        empty="No such proposals." if status else "No proposals yet. Make one: hivesync docs PROJECT",
    )
    if any(row["status"] == "open" for row in rows):
        out.print("Next: hivesync review PROPOSAL", style="dim")


def _patch(client: Client, proposal: dict[str, Any]) -> bytes:
    """Read what was approved, once something was; before, all that can be."""
    chosen = "true" if proposal["status"] in ("approved", "applied", "reverted") else None
    return client.download(f"/proposals/{proposal['id']}/patch", chosen=chosen)


def _print_patch(client: Client, proposal_id: str) -> None:
    data = _patch(client, client.get(f"/proposals/{proposal_id}"))
    if out.is_terminal:
        show_diff(data.decode(errors="replace"))
    else:
        write_bytes(data)


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


def _decide(client: Client, proposal: dict[str, Any]) -> None:
    """Ask about every hunk, then about applying what was approved."""
    _show_head(proposal)
    _show_notes(proposal)
    chosen = ask_hunk_by_hunk(client, proposal)
    if not chosen:
        return
    approved = _approve(client, proposal, chosen)
    out.print(f"{len(chosen)} of {count(len(hunks_of(proposal)), 'hunk')} approved.", style="bold")
    if typer.confirm("Apply now, as a commit of its own?", default=True, err=True):
        approved = _apply(client, approved, None, wait=True)
    _show_state(approved)


def show_proposal(
    client: Client, proposal: dict[str, Any], *, with_diff: bool = False, with_receipts: bool = False
) -> None:
    """Print what a proposal is, and what can be done next."""
    _show_head(proposal)
    if with_diff:
        show_diff(_patch(client, proposal).decode(errors="replace"))
    receipts = [receipt for hunk in hunks_of(proposal) for receipt in hunk["receipts"]]
    if with_receipts:
        show_receipts(receipts)
    elif with_diff and receipts:
        out.print(receipt_sums(receipts), style="dim")
    if with_diff or with_receipts:
        _show_notes(proposal)
    _show_state(proposal)


def _show_notes(proposal: dict[str, Any]) -> None:
    for line in note_lines(proposal["notes"]):
        out.print(line, style="dim")


def _show_head(proposal: dict[str, Any]) -> None:
    out.print(safe_lines(proposal["title"]), style="bold")
    if proposal["summary"]:
        out.print(safe_lines(proposal["summary"]))


def _show_state(proposal: dict[str, Any]) -> None:
    hunks = hunks_of(proposal)
    chosen = sum(hunk["chosen"] for hunk in hunks)
    decided = proposal["status"] not in ("open", "stale", "rejected")
    approved = f", {chosen} of {count(len(hunks), 'hunk')} approved" if decided else f", {count(len(hunks), 'hunk')}"
    applied = proposal["applied"] or {}
    show_facts((
        ("proposal", proposal["id"]), ("status", state(proposal["status"]).append(approved, style="default")),
        ("digest", proposal["digest"]), ("base", f"{proposal['base_commit']} ({proposal['base_ref']})"),
        ("commit", applied.get("commit")), ("ref", applied.get("ref")), ("pushed as", applied.get("pushed_branch")),
    ))  # fmt: skip
    for step in _next_steps(proposal):
        out.print(step, style="dim")


def _next_steps(proposal: dict[str, Any]) -> list[str]:
    command = f"hivesync review {proposal['id']}"
    steps = {
        "open": [f"Next: {command} --approve", "   or: --approve --hunk 1 --hunk 3 for some of it, --reject for none"],
        "approved": [f"Next: {command} --apply"],
        "applied": [f"Next: {command} --patch to take it", "   or: --undo if it was wrong"],
        "stale": ["What it was made from has moved. Ask for a new one: hivesync docs"],
    }
    return steps.get(proposal["status"], [])
