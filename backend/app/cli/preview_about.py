"""`hivesync preview about|compare|list|settings|usage|delete`: what runs, what there is, and how it is built."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.client import Client
from app.cli.common import JsonOption, ProjectOption, ServerOption, checked_id, connected, only_project
from app.cli.console import count, moment, out, safe, show_facts, show_json, show_table, size, state
from app.cli.preview import JobArgument, preview

__all__ = ["preview"]

PageOption = Annotated[Path | None, typer.Option("--page", help="Write the page with pictures to this file instead.")]
_MOST_NAMES = 20


@preview.command("about", epilog="Example: hivesync preview about 01890a5d-ac96-774b-bcce-b302099a8057")
def about(job: JobArgument, page: PageOption = None, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Say what a preview is made of, which proposals are in it, and what is new since you last opened one."""
    path = f"/preview/{checked_id(job, 'preview')}/about"
    with connected(server) as client:
        if page is not None:
            _keep(client, f"{path}.html", page)
            return
        found = client.get(path)
    if as_json:
        show_json(found)
        return
    _show_facts(found)
    _show_proposals(found["proposals"])
    if found["changes"] is None:
        out.print("It is the first preview of this project on this platform that you open.", style="dim")
    else:
        _show_changes(found["changes"])


@preview.command("compare", epilog="Example: hivesync preview compare OLD_JOB NEW_JOB --page compared.html")
def compare(
    left: Annotated[str, typer.Argument(metavar="LEFT", help="The id of one preview's job.")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="The id of another's.")],
    page: PageOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put two previews of a project beside each other."""
    both = {"left": checked_id(left, "preview"), "right": checked_id(right, "preview")}
    with connected(server) as client:
        if page is not None:
            _keep(client, "/preview/compare.html", page, **both)
            return
        found = client.get("/preview/compare", **both)
    if as_json:
        show_json(found)
        return
    rows = [(each["name"], each["left"], each["right"]) for each in found["differences"]]
    show_table(("fact", "left", "right"), rows, empty="They are made of the same.")
    _show_changes(found["changes"])


@preview.command("list", epilog="Example: hivesync preview list --project shop")
def list_previews(project: ProjectOption = None, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """List a project's preview sessions, the newest first."""
    with connected(server) as client:
        project_id = only_project(client, project, "preview list")
        found = list(client.pages("/preview/sessions", project_id=project_id))
    if as_json:
        show_json(found)
        return
    names = ("job_id", "platform", "source", "git_ref")
    rows = [(*(each[name] for name in names), state(each["status"]), moment(each["created_at"])) for each in found]
    show_table(("job", "platform", "source", "ref", "status", "opened"), rows, empty="No preview yet.")


@preview.command("settings", epilog="Example: hivesync preview settings --set EXPO_PUBLIC_API_URL=https://api.example")
def settings(
    wanted: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Give builds this.")] = None,
    unwanted: Annotated[list[str] | None, typer.Option("--unset", metavar="NAME", help="No longer give this.")] = None,
    scripts: Annotated[
        bool | None, typer.Option("--allow-scripts/--no-scripts", help="May packages run scripts when installed?")
    ] = None,
    project: ProjectOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a project's previews are built, or change it. Variables end up in bundles: they are no secrets."""
    given = dict(_variable(each) for each in wanted or ())
    with connected(server) as client:
        project_id = only_project(client, project, "preview settings")
        path = f"/projects/{project_id}/preview-settings"
        found = client.get(path)
        if given or unwanted or scripts is not None:
            kept = {name: value for name, value in found["environment"].items() if name not in (unwanted or ())}
            allowed = found["allow_scripts"] if scripts is None else scripts
            found = client.put(path, {"environment": kept | given, "allow_scripts": allowed})
    if as_json:
        show_json(found)
        return
    show_table(("variable", "value"), sorted(found["environment"].items()), empty="Builds are given no variables.")
    may = "may" if found["allow_scripts"] else "may not"
    out.print(f"Packages {may} run scripts when they are installed.")


@preview.command("usage", epilog="Example: hivesync preview usage --project shop")
def usage(project: ProjectOption = None, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Say how much space a project's previews take, and how much they may."""
    with connected(server) as client:
        found = client.get("/preview/usage", project_id=only_project(client, project, "preview usage"))
    if as_json:
        show_json(found)
        return
    space, under_way, opened = found["bytes"], found["jobs"], found["sessions"]
    show_facts(
        [
            ("space", f"{size(space['used'])} of {size(space['limit'])}"),
            ("under way", f"{under_way['used']} of {under_way['limit']}"),
            ("opened", f"{opened['used']} of {opened['limit']} sessions in an hour"),
        ]
    )
    rows = [
        (each["job_id"], each["platform"], state(each["status"]), size(each["size_bytes"]), moment(each["expires_at"]))
        for each in found["oldest"]
    ]
    show_table(("job", "platform", "status", "size", "until"), rows, empty="No bundle takes space.")


@preview.command("delete", epilog="Example: hivesync preview delete 01890a5d-ac96-774b-bcce-b302099a8057")
def delete(
    job: JobArgument,
    for_good: Annotated[bool, typer.Option("--for-good", help="Let the next cleanup purge it. For owners.")] = False,
    server: ServerOption = None,
) -> None:
    """Delete a preview's bundle before its time."""
    with connected(server) as client:
        gone = client.delete(f"/preview/bundles/{checked_id(job, 'preview')}", for_good=for_good)
    said = "The next cleanup purges it." if for_good else f"It can be restored until {moment(gone['purge_at'])}."
    out.print(f"Deleted. {said}")


def _variable(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name:
        raise typer.BadParameter("write a variable as NAME=VALUE, such as EXPO_PUBLIC_API_URL=https://api.example")
    return name, value


def _keep(client: Client, path: str, target: Path, **query: str) -> None:
    target.write_bytes(client.download(path, "text/html", **query))
    out.print(f"Written to {safe(str(target))}")


def _show_facts(found: dict[str, Any]) -> None:
    commit, boot, manifest = found["of_commit"], found["boot"], found["manifest"]
    facts = [("preview", found["job_id"]), ("platform", found["platform"]), ("status", found["status"])]
    if commit is not None:
        told = f"{commit['subject']} ({commit['author']})" if commit["known"] else "the mirror no longer has it"
        facts.append(("commit", f"{commit['id'][:12]} {told}"))
    facts += [("ref", found["git_ref"]), ("manifest", f"version {manifest['version']}" if manifest else None)]
    facts.append(("tools", ", ".join(f"{name} {version}" for name, version in found["tools"].items()) or None))
    facts += [("variables", ", ".join(found["environment"]) or None), ("sandbox", found["sandbox"])]
    facts += [("size", size(found["size_bytes"])), ("sha-256", found["sha256"])]
    if boot is not None:
        why = f": {boot['error']['message'].partition(chr(10))[0]}" if boot["error"] else ""
        facts.append(("without phone", f"{'started' if boot['started'] else 'did not start'}{why}"))
    show_facts(facts)


def _show_proposals(found: dict[str, Any] | None) -> None:
    for title, name in (("In it", "contained"), ("Approved, not in it", "missing")):
        for each in found[name] if found else ():
            out.print(f"{title}: {safe(each['title'])} ({safe(each['status'])}, {each['proposal_id']})")


def _show_changes(changes: dict[str, Any]) -> None:
    before, after = changes["bundle_bytes"]["before"], changes["bundle_bytes"]["after"]
    since = (changes["since_commit"] or "a bundle of no known commit")[:12]
    out.print(f"Since {safe(since)} ({moment(changes['since_built_at'])}): {size(before)} → {size(after)}")
    for noun, found in (("file", changes["files"]), ("module", changes["modules"])):
        if found is None:
            continue
        rows = [(each["path"], each["change"], each["before"], each["after"]) for each in found["shown"][:_MOST_NAMES]]
        out.print(f"{count(found['total'], noun)} changed")
        show_table(("path", "change", "before", "after"), rows, empty="")
    for note in changes["notes"]:
        out.print(safe(note), style="dim")
