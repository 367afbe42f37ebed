"""`hivesync docs` and `hivesync ask …`: documentation as proposals, answers with receipts."""

from typing import Annotated, Any

import typer

from app.cli.client import Client
from app.cli.common import JsonOption, ProjectArgument, RefOption, ServerOption, WaitOption, connected, find_project
from app.cli.console import out, safe, show_diff, show_json, show_table, wait_for

ask = typer.Typer(
    no_args_is_help=True, help="Ask about code: summaries, comments, better names. Answers cite the code."
)
PathArgument = Annotated[str, typer.Argument(help="A file in the repository.")]


def docs(
    name: ProjectArgument,
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files to document; default: the ones that need it.")
    ] = None,
    ref: RefOption = None,
    visa: Annotated[bool, typer.Option("--visa", help="Only show what would be sent, to whom, at what cost.")] = False,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for documentation. It ends in a proposal for you to review; nothing is changed."""
    with connected(server) as client:
        project_id = find_project(client, name)["id"]
        body: dict[str, Any] = {"project_id": project_id}
        body |= {key: value for key, value in (("paths", paths), ("ref", ref)) if value}
        if visa:
            _show_visa(client.post("/ai/visa", body | {"kind": "documentation"}), as_json=as_json)
            return
        result = _asked(client, "documentation", body, wait=wait)
        if as_json:
            show_json(result)
            return
        proposal_id = result.get("proposal_id")
        if not wait:
            out.print(f"Started. Follow it: hivesync jobs watch {result['job_id']}")
        elif proposal_id:
            show_diff(str(client.get(f"/proposals/{proposal_id}/patch")))
            out.print(f"Proposal {proposal_id}. Decide: hivesync review {proposal_id}", style="bold")
        else:
            out.print("There was nothing to document; see the reasons: hivesync docs … --json")


@ask.command("summary")
def ask_summary(
    name: ProjectArgument,
    path: PathArgument,
    ref: RefOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Summarise a file."""
    _ask("file-summary", name, {"path": path, "ref": ref}, server=server, as_json=as_json)


@ask.command("comment")
def ask_comment(
    name: ProjectArgument,
    path: PathArgument,
    lines: Annotated[str, typer.Argument(help="FIRST-LAST, such as 10-20.")],
    question: Annotated[str | None, typer.Option("--question", "-q", help="What you want to know.")] = None,
    ref: RefOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain some lines."""
    first, _, last = lines.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        raise typer.BadParameter("write FIRST-LAST, such as 10-20")
    body = {"path": path, "start_line": int(first), "end_line": int(last or first), "question": question, "ref": ref}
    _ask("inline-comment", name, body, server=server, as_json=as_json)


@ask.command("names")
def ask_names(
    name: ProjectArgument,
    path: PathArgument,
    ref: RefOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suggest better names."""
    _ask("rename-suggestions", name, {"path": path, "ref": ref}, server=server, as_json=as_json)


@ask.command("replay")
def replay(
    job_id: Annotated[str, typer.Argument(help="The AI job.")], server: ServerOption = None, as_json: JsonOption = False
) -> None:
    """Work a recorded answer out again; nobody is asked, and the suggestions must be byte-identical."""
    with connected(server) as client:
        answer = client.post(f"/ai/jobs/{job_id}/replay")
        if as_json:
            show_json(answer)
        else:
            out.print("Byte-identical." if answer.get("identical") else "The suggestions differ!")


def _ask(kind: str, name: str, body: dict[str, Any], *, server: str | None, as_json: bool) -> None:
    with connected(server) as client:
        given = {key: value for key, value in body.items() if value is not None}
        given["project_id"] = find_project(client, name)["id"]
        answer = _asked(client, kind, given, wait=True)
        if as_json:
            show_json(answer)
            return
        result = answer["result"] or {}
        out.print(safe(result.get("summary") or result.get("comment") or ""))
        for idea in result.get("ideas", []):
            out.print(f"{safe(idea['symbol'])} → {safe(idea['suggestion'])}: {safe(idea['reason'])}")
        show_receipts(result)
        out.print(f"Answered by {safe(answer['provider'])} {safe(answer['model'])}", style="dim")


def _asked(client: Client, kind: str, body: dict[str, Any], *, wait: bool) -> dict[str, Any]:
    accepted: dict[str, Any] = client.post(f"/ai/{kind}", body)
    if not wait:
        return accepted
    wait_for(client, accepted["job_id"], label=kind)
    answer: dict[str, Any] = client.get(f"/ai/result/{accepted['job_id']}")
    return answer


def show_receipts(result: dict[str, Any]) -> None:
    """Print what an answer rests on: the statement, the place, and whether the place says so."""
    rows = [
        (
            "✓" if receipt["status"] == "supported" else "?",
            f"{receipt['path']}:{receipt.get('start_line') or '-'}",
            receipt["text"],
        )
        for receipt in result.get("receipts", [])
    ]
    show_table(("", "where", "claim"), rows, empty="")


def _show_visa(visa: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(visa)
        return
    for field, value in visa.items():
        if not isinstance(value, list | dict):
            out.print(f"{field.replace('_', ' '):<20} {safe(value)}")
    show_table(
        ("file", "bytes", "redactions"),
        [(f["path"], f.get("bytes"), len(f.get("redactions") or [])) for f in visa.get("files", [])],
        empty="No files would be read.",
    )
    out.print("Nothing was sent.", style="bold")
