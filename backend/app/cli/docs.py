"""`hivesync docs` and `hivesync ask …`: documentation as proposals, answers with receipts."""

from typing import Annotated, Any

import typer

from app.cli.client import Client
from app.cli.common import (
    JsonOption,
    ProjectArgument,
    RefOption,
    ServerOption,
    WaitOption,
    checked_id,
    connected,
    find_project,
)
from app.cli.console import count, out, safe, safe_lines, show_diff, show_facts, show_json, show_table
from app.cli.following import wait_for
from app.cli.notes import note_lines
from app.cli.receipts import receipt_sums, show_receipts

ask = typer.Typer(
    no_args_is_help=True, help="Ask about code: summaries, comments, better names. Answers cite the code."
)
# Lines of a diff that are shown on a terminal after asking; more are for a pager.
_LONGEST_SHOWN = 400
PathArgument = Annotated[str, typer.Argument(metavar="FILE", help="A file in the repository.")]


def docs(
    project_name: ProjectArgument,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATHS", help="Files and folders; default: the whole repository.")
    ] = None,
    ref: RefOption = None,
    visa: Annotated[bool, typer.Option("--visa", help="Only show what would be sent, to whom, at what cost.")] = False,
    receipts: Annotated[bool, typer.Option("--receipts", help="List what every statement rests on.")] = False,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for documentation. It ends in a proposal for you to review; nothing is changed."""
    with connected(server) as client:
        body: dict[str, Any] = {"project_id": find_project(client, project_name)["id"]}
        body |= {key: value for key, value in (("paths", paths), ("ref", ref)) if value}
        if visa:
            _show_visa(client.post("/ai/visa", body | {"kind": "documentation"}), as_json=as_json)
            return
        answer = _asked(client, "documentation", body, wait=wait)
        if as_json:
            show_json(answer)
        elif not wait:
            out.print(f"Started. Follow it: hivesync jobs watch {answer['job_id']}")
        else:
            _show_documented(client, answer, receipts=receipts)


def _show_documented(client: Client, answer: dict[str, Any], *, receipts: bool) -> None:
    result, proposal_id = answer["result"] or {}, answer["proposal_id"]
    if proposal_id:
        _show_patch(client.download(f"/proposals/{proposal_id}/patch").decode(errors="replace"), proposal_id)
    for line in note_lines(result.get("skipped") or []):
        out.print(line, style="dim")
    if not proposal_id:
        out.print("There was nothing to document, so there is no proposal.", style="bold")
        return
    files = [(file["documented"], file["path"]) for file in result.get("files") or []]
    show_table(("documented", "file"), files, empty="")
    found = result.get("receipts") or []
    if receipts:
        show_receipts(found)
    elif found:
        out.print(receipt_sums(found), style="dim")
    _show_who(answer)
    out.print(f"Proposal {proposal_id}. Nothing was changed.", style="bold")
    out.print(f"Next: hivesync review {proposal_id}", style="dim")


def _show_patch(patch: str, proposal_id: str) -> None:
    lines = patch.count("\n")
    if out.is_terminal and lines > _LONGEST_SHOWN:
        # It would only scroll by; what was documented and what was not must stay on the screen.
        out.print(f"The diff has {lines:,} lines. See it: hivesync review {proposal_id} --patch | less", style="dim")
    else:
        show_diff(patch)


@ask.command("summary", epilog="Example: hivesync ask summary requests src/requests/hooks.py")
def ask_summary(
    project_name: ProjectArgument,
    path: PathArgument,
    ref: RefOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Summarise a file."""
    _ask("file-summary", project_name, {"path": path, "ref": ref}, server=server, as_json=as_json)


@ask.command("comment", epilog='Example: hivesync ask comment requests src/requests/hooks.py 10-20 -q "Why a list?"')
def ask_comment(
    project_name: ProjectArgument,
    path: PathArgument,
    lines: Annotated[str, typer.Argument(metavar="LINES", help="FIRST-LAST, such as 10-20, or one line.")],
    question: Annotated[str | None, typer.Option("--question", "-q", help="What you want to know.")] = None,
    ref: RefOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain some lines, or answer a question about them."""
    first, _, last = lines.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        raise typer.BadParameter("write LINES as FIRST-LAST, such as 10-20")
    body = {"path": path, "start_line": int(first), "end_line": int(last or first), "question": question, "ref": ref}
    _ask("inline-comment", project_name, body, server=server, as_json=as_json)


@ask.command("names", epilog="Example: hivesync ask names requests src/requests/hooks.py")
def ask_names(
    project_name: ProjectArgument,
    path: PathArgument,
    ref: RefOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suggest better names."""
    _ask("rename-suggestions", project_name, {"path": path, "ref": ref}, server=server, as_json=as_json)


@ask.command("replay", epilog="Example: hivesync ask replay 01890a5d-ac96-774b-bcce-b302099a8057")
def replay(
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="The AI job's id.")],
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Work a recorded answer out again; nobody is asked, and the suggestions must be byte-identical."""
    job = checked_id(job_id, "job")
    with connected(server) as client:
        answer = client.post(f"/ai/jobs/{job}/replay")
        if as_json:
            show_json(answer)
        else:
            show_facts((("recorded", answer["recorded_sha256"]), ("replayed", answer["replayed_sha256"])))
            out.print("Byte-identical." if answer["identical"] else "The suggestions differ!", style="bold")
        if not answer["identical"]:
            raise typer.Exit(1)


def _ask(kind: str, project_name: str, body: dict[str, Any], *, server: str | None, as_json: bool) -> None:
    with connected(server) as client:
        given = {key: value for key, value in body.items() if value is not None}
        given["project_id"] = find_project(client, project_name)["id"]
        answer = _asked(client, kind, given, wait=True)
        if as_json:
            show_json(answer)
            return
        result = answer["result"] or {}
        if kind == "rename-suggestions":
            _show_ideas(result.get("ideas") or [])
        else:
            out.print(safe_lines(result.get("summary") or result.get("comment") or "There is nothing to say."))
        show_receipts(result.get("receipts") or [])
        _show_who(answer)


def _show_ideas(ideas: list[dict[str, Any]]) -> None:
    show_table(
        ("line", "name", "better", "why"),
        [(idea["line"], idea["symbol"], idea["suggestion"], idea["reason"]) for idea in ideas],
        empty="No better names were found.",
    )


def _asked(client: Client, kind: str, body: dict[str, Any], *, wait: bool) -> dict[str, Any]:
    accepted: dict[str, Any] = client.post(f"/ai/{kind}", body)
    if not wait:
        return accepted
    wait_for(client, accepted["job_id"], label=kind.replace("-", " ").capitalize())
    answer: dict[str, Any] = client.get(f"/ai/result/{accepted['job_id']}")
    return answer


def _show_who(answer: dict[str, Any]) -> None:
    """Say who answered, and who was not allowed to: what the offline engine reads off is not what a model thinks."""
    offline = " (no language model was asked)" if answer["provider"] == "offline" else ""
    cost = f", {answer['cost_usd']} US dollars" if answer["cost_usd"] and float(answer["cost_usd"]) else ""
    out.print(f"Answered by {safe(answer['provider'])}, {safe(answer['model'])}{offline}{cost}.", style="dim")
    passed_over = [each for each in answer["provider_attempts"] if each["outcome"] == "not_allowed"]
    for each in passed_over:
        out.print(f"{safe(each['provider'])} was passed over: {safe(each['message'] or '')}", style="yellow")


def _show_visa(visa: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(visa)
        return
    leaves = "yes: it is sent over the network" if visa["leaves_machine"] else "no: everything stays on this machine"
    left, price = visa["tokens_left_today"], visa["cost_usd"]
    show_facts((
        ("commit", visa["commit"]), ("manifest", visa["manifest_hash"]), ("leaves", leaves),
        ("tokens", f"about {visa['input_tokens']:,} in, at most {visa['max_output_tokens']:,} out"),
        ("left today", None if left is None else f"{left:,} tokens"),
        ("cost", f"about {price} US dollars at most" if price is not None else "unknown, no prices"),
    ))  # fmt: skip
    show_table(
        ("asked in turn", "model", "host"),
        [(p["provider"], p["model"], p["host"] or "this machine") for p in visa["providers"]],
        empty="",
    )
    show_table(
        ("bytes", "lines", "secrets removed", "file"),
        [(f["bytes"], f["lines"], _secrets(f["redactions"]), f["path"]) for f in visa["files"]],
        empty="No files would be read.",
    )
    for line in note_lines([*visa["withheld"], *visa["cut"]]):
        out.print(line, style="dim")
    out.print(f"{count(len(visa['files']), 'file')} would be read. Nothing was sent.", style="bold")


def _secrets(redactions: list[dict[str, Any]]) -> str:
    return ", ".join(f"{each['kind']} in line {each['line']}" for each in redactions) or "-"
