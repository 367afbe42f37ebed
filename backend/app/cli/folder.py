"""`hivesync folder …`: folders of this machine beside projects: compare, send, preview, apply here, take back."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.client import CommandFailed
from app.cli.common import (
    JsonOption,
    ProjectArgument,
    ServerOption,
    checked_id,
    chosen_settings,
    connected,
    find_project,
    somebody_answers,
)
from app.cli.console import count, err, moment, out, safe, show_diff, show_facts, show_json, show_table, size
from app.cli.folder_progress import shown_progress
from app.cli.preview import PlatformOption, show_code
from app.config.client import load_client_settings

if TYPE_CHECKING:
    from app.agent.folders import Folder
    from app.agent.service import Agent

folder = typer.Typer(
    no_args_is_help=True,
    help="Work with folders of this machine: map them to projects, compare, send, preview, apply, take back.",
    epilog="Example: hivesync folder map . shop",
)
PathOption = Annotated[Path, typer.Argument(metavar="PATH", help="The mapped folder, or something in it.")]
_MOST_NAMES = 30
_HERE = Path()


@folder.command("map", epilog="Example: hivesync folder map ~/code/shop shop")
def map_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder.")],
    project: ProjectArgument,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which project a folder of this machine belongs to. Nothing is sent."""
    with connected(server) as client:
        project_id = str(find_project(client, project)["id"])
    agent = _agent(server)

    async def mapped() -> dict[str, Any]:
        return await agent.described(await agent.map(path.absolute(), project_id))

    made = asyncio.run(mapped())
    if as_json:
        show_json(made)
        return
    out.print(f"{safe(made['path'])} is {safe(made['project_name'])}.")
    out.print(f"Next: hivesync folder diff {safe(made['path'])}", style="dim")


@folder.command("list", epilog="Example: hivesync folder list --json")
def list_folders(as_json: JsonOption = False) -> None:
    """List the mapped folders."""
    agent = _agent(None)

    async def described() -> list[dict[str, Any]]:
        return [await agent.described(each) for each in agent.folders.mapped()]

    rows = asyncio.run(described())
    if as_json:
        show_json(rows)
        return
    shown = [
        (row["path"] if row["exists"] else f"{row['path']} (gone)", row["project_name"], row["branch"],
         (row["head"] or "")[:12] or None, "repository" if row["has_remote"] else "this folder")
        for row in rows
    ]  # fmt: skip
    empty = "No folder is mapped. Map one: hivesync folder map PATH PROJECT"
    show_table(("path", "project", "branch", "commit", "source"), shown, empty=empty)


@folder.command("unmap", epilog="Example: hivesync folder unmap ~/code/shop")
def unmap(path: PathOption, as_json: JsonOption = False) -> None:
    """Forget that a folder belongs to a project. No file is touched."""
    agent = _agent(None)
    found = _mapped(agent, path)
    asyncio.run(agent.unmap(found))
    if as_json:
        show_json({"id": found.id, "path": found.path, "unmapped": True})
    else:
        out.print(f"{safe(found.path)} belongs to no project any more. Its files are as they were.")


@folder.command("diff", epilog="Example: hivesync folder diff ~/code/shop --all")
def diff(
    path: PathOption = _HERE,
    everything: Annotated[bool, typer.Option("--all", help="List every path, not the first ones.")] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare a folder with its project's newest manifest, byte by byte. Nothing is sent."""
    agent = _agent(server)
    found = _mapped(agent, path)
    with shown_progress("Comparing") as reporter:
        told = asyncio.run(agent.difference(found, reporter)).told()
    if as_json:
        show_json(told)
        return
    most = None if everything else _MOST_NAMES
    for mark, name, style in (("+", "added", "green"), ("~", "changed", "yellow"), ("-", "removed", "red")):
        for each in told[name][:most]:
            out.print(f"{mark} {safe(each)}", style=style)
        if most is not None and len(told[name]) > most:
            out.print(f"  … {len(told[name]) - most:,} more {name}; all of them: --all", style="dim")
    _show_refused(told["refused"][:most])
    sums = ", ".join(f"{len(told[name]):,} {name}" for name in ("added", "changed", "removed"))
    out.print(f"{sums}, {told['unchanged']:,} the same; {told['ignored']:,} ignored, {len(told['refused']):,} refused")


@folder.command("sync", epilog="Example: hivesync folder sync ~/code/shop")
def sync(
    path: PathOption = _HERE,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also over what somebody else sent since this folder was sent last.")
    ] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a project that has no repository to what the folder holds: only what the server lacks is sent."""
    agent = _agent(server)
    found = _mapped(agent, path)
    with shown_progress("Sending") as reporter:
        told = asyncio.run(agent.sync(found, reporter, overwrite=overwrite))
    if as_json:
        show_json(told)
        return
    _show_refused(told["refused"][:_MOST_NAMES])
    out.print(f"{count(told['files'], 'file')}; {count(told['files_sent'], 'file')} sent, {size(told['bytes_sent'])}.")
    out.print(f"Next: hivesync manifest show {found.project_id}", style="dim")


@folder.command("preview", epilog="Example: hivesync folder preview ~/code/shop --platform ios")
def preview(
    path: PathOption = _HERE,
    platform: PlatformOption = "ios",
    ref: Annotated[str | None, typer.Option("--ref", help="The branch or commit that this is of, to note it.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show what the bundler says.")] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the folder's Expo app on this machine, send the bundle, and show the code that opens it on a phone."""
    from app.services.preview.platforms import Platform  # noqa: PLC0415 - people's commands start without the server

    if platform not in list(Platform):
        raise typer.BadParameter("--platform is ios, android or web")
    agent = _agent(server)
    found, inside = agent.folders.holding(path.absolute())
    with shown_progress("Building", verbose=verbose and not as_json) as reporter:
        told = asyncio.run(agent.preview(found, Platform(platform), reporter, inside=inside, git_ref=ref))
    if as_json:
        show_json(told)
        return
    show_facts([("preview", told["job_id"]), ("platform", platform), ("sent", size(told["size_bytes"]))])
    show_code(told["qr_url"])
    out.print(f"token: {safe(told['token'])}")
    out.print(f"It works until {moment(told['expires_at'])}. End it: hivesync preview end {told['session_id']}")
    out.print(f"Next: hivesync preview open {told['job_id']}", style="dim")


@folder.command("apply", epilog="Example: hivesync folder apply 01890a5d-ac96-774b-bcce-b302099a8057 ~/code/shop --yes")
def apply(
    proposal: Annotated[str, typer.Argument(metavar="PROPOSAL", help="The proposal's id.")],
    path: PathOption = _HERE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a proposal's approved hunks change in the folder, ask, and write them: all of them or none.

    Refused where a file is not, to the byte, what the proposal was made from. With --json and without --yes nothing
    is written: the plan is printed.
    """
    agent = _agent(server)
    found = _mapped(agent, path)
    proposal_id = checked_id(proposal, "proposal")
    plan = asyncio.run(agent.plan(found, proposal_id))
    told = plan.told()
    if as_json and not yes:
        show_json(told)
        return
    if not as_json:
        _show_plan(told)
    plan.check(told["digest"])
    if not yes and not _agreed(f"Write this to {safe(found.path)}?"):
        err.print("Nothing was written.")
        raise typer.Exit(1)
    done = asyncio.run(agent.apply(found, proposal_id, told["digest"]))
    if as_json:
        show_json(done)
        return
    out.print(f"{count(len(done['files']), 'file')} written.")
    out.print(f"Take it back: hivesync folder undo {safe(found.path)}", style="dim")


@folder.command("undo", epilog="Example: hivesync folder undo ~/code/shop --list")
def undo(
    path: PathOption = _HERE,
    applied: Annotated[str | None, typer.Option("--id", help="Which change; default: the newest one.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Only list what was applied here.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Leave files alone that were changed since, take the others back.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Give the files of an applied change their former bytes. Refused for files that were changed since."""
    agent = _agent(None)
    found = _mapped(agent, path)
    rows = asyncio.run(agent.applied(found))
    if listed:
        _show_applied(rows, as_json=as_json)
        return
    standing = [row["applied_id"] for row in rows if row["undone_at"] is None]
    if applied is None and not standing:
        raise CommandFailed("Nothing was applied here that could be taken back.")
    told = asyncio.run(agent.undo(found, applied or standing[0], partial=partial))
    if as_json:
        show_json(told)
        return
    for each in told["files"]:
        state = "taken back" if each["state"] == "undone" else "changed since, left alone"
        out.print(f"{safe(each['path'])}: {state}")


_REASONS = {
    "link": "a link; only files are sent",
    "link_leaves": "a link that leads out of the folder",
    "special": "no plain file",
    "unreadable": "cannot be read",
    "too_large": "larger than 100 MiB",
    "name": "a name that not every system can have",
    "repository": "another repository",
    "submodule": "a submodule",
    "changing": "was being written",
}


def _agent(server: str | None) -> "Agent":
    from app.agent.service import Agent  # noqa: PLC0415 - people's commands start without loading the server

    return Agent(chosen_settings.get() or load_client_settings(), server=server)


def _mapped(agent: "Agent", path: Path) -> "Folder":
    return agent.folders.holding(path.absolute())[0]


def _agreed(question: str) -> bool:
    if not somebody_answers():
        raise typer.BadParameter("there is nobody to ask: say --yes")
    return typer.confirm(question, default=False, err=True)


def _show_refused(refused: list[dict[str, str]]) -> None:
    for each in refused:
        out.print(f"! {safe(each['path'])}: {_REASONS.get(each['reason'], each['reason'])}", style="magenta")


def _show_plan(told: dict[str, Any]) -> None:
    out.print(safe(told["title"]), style="bold")
    show_diff(told["patch"])
    for each in told["files"]:
        if each["state"] != "ready":
            out.print(f"{safe(each['path'])}: {_STATES[each['state']]}", style="red")


_STATES = {"differs": "is not what this was made for", "missing": "is not there", "already": "holds that already"}


def _show_applied(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        show_json(rows)
        return
    shown = [
        (row["applied_id"], moment(row["applied_at"]), moment(row["undone_at"]) if row["undone_at"] else None,
         len(row["files"]), row["title"])
        for row in rows
    ]  # fmt: skip
    show_table(("id", "applied", "taken back", "files", "title"), shown, empty="Nothing was applied here.")
