"""`hivesync sync`, `files`, `cat`, `manifest …`: what a project's mirror holds."""

from typing import Annotated, Any

import typer

from app.cli.client import Client, CommandFailed
from app.cli.common import JsonOption, ProjectArgument, RefOption, ServerOption, WaitOption, connected, find_project
from app.cli.console import (
    count,
    moment,
    out,
    safe,
    safe_lines,
    show_facts,
    show_json,
    show_table,
    size,
    state,
    write_bytes,
)
from app.cli.following import wait_for

manifest = typer.Typer(no_args_is_help=True, help="Numbered, hashed descriptions of a repository.")

_MOST_LANGUAGES = 5
_MOST_CHANGES = 1000


def follow_sync(client: Client, project_id: str) -> dict[str, Any] | None:
    """Wait for the newest sync of a project and for the manifest that follows it; the manifest, if there is one."""
    runs = client.get(f"/repos/{project_id}/sync", limit=1)["items"]
    if runs and runs[0].get("job_id"):
        wait_for(client, runs[0]["job_id"], label="Mirroring")
    for job in client.get("/jobs", project_id=project_id, kind="manifest.build", limit=1)["items"]:
        wait_for(client, job["job_id"], label="Describing")
    versions = client.get(f"/projects/{project_id}/manifest/versions", limit=1)["items"]
    return versions[0] if versions else None


def shares(languages: dict[str, Any]) -> str:
    """Show languages by their share of bytes, largest first."""
    sizes = sorted(((fact["bytes"], language) for language, fact in languages.items()), reverse=True)
    total = sum(bytes_ for bytes_, _ in sizes) or 1
    named = [f"{language} {bytes_ / total:.0%}" for bytes_, language in sizes[:_MOST_LANGUAGES]]
    more = f" and {len(sizes) - _MOST_LANGUAGES} more" if len(sizes) > _MOST_LANGUAGES else ""
    return ", ".join(named) + more if named else "no language known"


def sync(
    project_name: ProjectArgument,
    history: Annotated[bool, typer.Option("--history", help="Show past syncs instead of starting one.")] = False,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a project's mirror up to date, or show how it went before."""
    with connected(server) as client:
        found = find_project(client, project_name)
        path = f"/repos/{found['id']}/sync"
        if history:
            answer = client.get(path, limit=20)
            show_json(answer) if as_json else _show_history(answer)
            return
        accepted = client.post(path)
        if not wait:
            told = f"Started. Follow it: hivesync jobs watch {accepted['job_id']}"
            show_json(accepted) if as_json else out.print(told)
            return
        wait_for(client, accepted["job_id"], label="Mirroring")
        described = follow_sync(client, found["id"])
        answer = client.get(path, limit=1)
        show_json(answer) if as_json else _show_run(answer["last_success"] or {}, described)


def _show_run(run: dict[str, Any], described: dict[str, Any] | None) -> None:
    changes = run.get("ref_changes") or []
    if not changes:
        out.print("Up to date: nothing has changed.")
    else:
        received = f", {size(run['bytes_received'])} received" if run.get("bytes_received") else ""
        out.print(f"{count(sum(run['ref_counts'].values()), 'ref')} changed{received}.")
        show_table(
            ("change", "ref", "from", "to"),
            [(c["action"], c["name"], (c["before"] or "-")[:10], (c["after"] or "-")[:10]) for c in changes[:20]],
            empty="",
        )
    for note in run.get("notes") or []:
        out.print(f"note: {safe(note)}", style="dim")
    if described:
        show_facts([("manifest", f"version {described['version']}, {count(described['file_count'], 'file')}")])


def _show_history(answer: dict[str, Any]) -> None:
    attempt, success = answer["last_attempt"], answer["last_success"]
    show_facts((
        ("last attempt", moment(attempt and (attempt["finished_at"] or attempt["created_at"]))),
        ("last success", moment(success and success["finished_at"])),
        ("next sync", moment(answer["next_sync_at"]) if answer["next_sync_at"] else None),
    ))  # fmt: skip
    show_table(
        ("status", "trigger", "started", "head", "refs", "error"),
        [
            (
                state(r["status"]), r["trigger"], moment(r["started_at"]), (r["head_after"] or "-")[:10],
                sum(r["ref_counts"].values()), f"{r['error_code']}: {r['error_message']}" if r["error_code"] else "",
            )
            for r in answer["items"]
        ],
        empty="Never synced.",
    )  # fmt: skip


def files(
    project_name: ProjectArgument,
    path: Annotated[str, typer.Argument(metavar="FOLDER", help="A folder; default: the root.")] = "",
    ref: RefOption = None,
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Everything below, too.")] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Browse the tree at any ref."""
    with connected(server) as client:
        where = f"/projects/{find_project(client, project_name)['id']}/files"
        rows = list(client.pages(where, most=100_000, path=path.strip("/"), ref=ref, recursive=str(recursive).lower()))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("kind", "size", "language", "path"),
            [(row["kind"], row["size"], row.get("language"), row["path"]) for row in rows],
            empty="Nothing here.",
        )


def cat(
    project_name: ProjectArgument,
    path: Annotated[str, typer.Argument(metavar="FILE", help="A file in the repository.")],
    ref: RefOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a file at any ref: its very bytes into a file or pipe; on a terminal, hidden characters are shown."""
    with connected(server) as client:
        where = f"/projects/{find_project(client, project_name)['id']}/files/content"
        if not as_json and not out.is_terminal:
            write_bytes(client.download(where, path=path, ref=ref, raw="true"))
            return
        answer = client.get(where, path=path, ref=ref)
        if as_json:
            show_json(answer)
            return
        if answer["encoding"] != "utf-8":
            raise CommandFailed(f"{path} is not text ({size(answer['size'])}). Save it: hivesync cat … > FILE")
        out.print(safe_lines(answer["content"]), end="")


@manifest.command("show", epilog="Example: hivesync manifest show requests --ref main")
def show_manifest(
    project_name: ProjectArgument, ref: RefOption = None, server: ServerOption = None, as_json: JsonOption = False
) -> None:
    """Show the manifest of a ref."""
    with connected(server) as client:
        found = client.get(f"/projects/{find_project(client, project_name)['id']}/manifest", ref=ref)
        if as_json:
            show_json(found)
            return
        show_facts([(field, found[field]) for field in ("version", "hash", "ref", "commit")])
        show_facts([("files", f"{count(found['file_count'], 'file')}, {size(found['total_bytes'])}")])
        if not found["up_to_date"]:
            out.print("The ref has moved on; its new manifest is being built.", style="yellow")
        facts = sorted(found["languages"].items(), key=lambda row: -row[1]["bytes"])
        show_table(
            ("language", "files", "bytes"), [(name, fact["files"], fact["bytes"]) for name, fact in facts], empty=""
        )


@manifest.command("versions", epilog="Example: hivesync manifest versions requests")
def manifest_versions(project_name: ProjectArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """List every version."""
    with connected(server) as client:
        rows = list(client.pages(f"/projects/{find_project(client, project_name)['id']}/manifest/versions"))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("version", "hash", "commit", "files", "made"),
            [(r["version"], r["hash"][:16], r["commit"][:10], r["file_count"], moment(r["created_at"])) for r in rows],
            empty="None yet. Run: hivesync sync",
        )


@manifest.command("diff", epilog="Example: hivesync manifest diff requests 1 2")
def manifest_diff(
    project_name: ProjectArgument,
    old: Annotated[
        str | None,
        typer.Argument(metavar="FROM", help="A version number or a hash; default: the one before TO, of its ref."),
    ] = None,
    new: Annotated[str | None, typer.Argument(metavar="TO", help="Another one; default: the newest.")] = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two versions."""
    with connected(server) as client:
        path = f"/projects/{find_project(client, project_name)['id']}/manifest/diff"
        found = _whole_diff(client, path, {"from": old, "to": new})
        if as_json:
            show_json(found)
            return
        rows = [(c["change"], _growth(c), " → ".join(filter(None, (c["old_path"], c["path"])))) for c in found["items"]]
        out.print(f"version {found['from']['version']} → version {found['to']['version']}", style="bold")
        show_table(("change", "size", "path"), rows, empty="Nothing changed.")
        _show_sums(found)


def _whole_diff(client: Client, path: str, ends: dict[str, Any]) -> dict[str, Any]:
    """Read a comparison page by page, up to as much as anybody reads."""
    found: dict[str, Any] = client.get(path, limit=200, **ends)
    cursor = found["next_cursor"]
    while cursor and len(found["items"]) < _MOST_CHANGES:
        page = client.get(path, limit=200, cursor=cursor, **ends)
        found["items"] += page["items"]
        cursor = page["next_cursor"]
    return found | {"next_cursor": cursor}


def _growth(change: dict[str, Any]) -> str:
    before, after = change["before"] or {}, change["after"] or {}
    return f"{(after.get('size') or 0) - (before.get('size') or 0):+,}"


def _show_sums(found: dict[str, Any]) -> None:
    total = sum(found["counts"].values())
    if not total:
        return
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(found["counts"].items()) if number)
    out.print(f"{kinds}; {found['file_count_change']:+,} files, {found['total_bytes_change']:+,} bytes.", style="bold")
    shown = len(found["items"])
    if shown < total:
        out.print(f"The first {shown:,} of {total:,} changes are shown.", style="dim")
