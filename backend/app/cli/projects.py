"""`hivesync project …`, `sync`, `files`, `cat`, `manifest …`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.client import Client, CommandFailed
from app.cli.common import JsonOption, ProjectArgument, RefOption, ServerOption, WaitOption, connected, find_project
from app.cli.console import err, out, safe, show_json, show_table, state, wait_for

project = typer.Typer(no_args_is_help=True, help="Connect repositories and see who may do what.")
manifest = typer.Typer(no_args_is_help=True, help="Numbered, hashed descriptions of a repository.")


@project.command("list")
def list_projects(server: ServerOption = None, as_json: JsonOption = False) -> None:
    """List the projects you may see."""
    with connected(server) as client:
        rows = list(client.pages("/projects", most=1000))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("name", "id", "repository", "branch"),
            [(row["name"], row["id"], row["repo_url"], row["default_branch"]) for row in rows],
            empty="No projects yet. Connect one: hivesync project create NAME --url URL",
        )


@project.command("create")
def create_project(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    url: Annotated[str | None, typer.Option("--url", help="https:// or ssh address of the repository.")] = None,
    branch: Annotated[str | None, typer.Option("--branch", help="Default branch; found out when left out.")] = None,
    username: Annotated[str | None, typer.Option("--username", help="For a private https repository.")] = None,
    ask_password: Annotated[bool, typer.Option("--ask-password", help="Ask for the password or token.")] = False,
    ssh_key: Annotated[Path | None, typer.Option("--ssh-key", help="File with a private key.", exists=True)] = None,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Connect a repository; it is mirrored at once."""
    body: dict[str, Any] = {"name": name}
    body |= {key: value for key, value in (("repo_url", url), ("default_branch", branch)) if value}
    credentials = {
        "username": username,
        "password": typer.prompt("Password or token", hide_input=True) if ask_password else None,
        "ssh_private_key": ssh_key.read_text(encoding="utf-8") if ssh_key else None,
    }
    given = {key: value for key, value in credentials.items() if value}
    if given:
        body["credentials"] = given
    with connected(server) as client:
        made = client.post("/projects", body)
        if wait and url:
            follow_sync(client, made["id"])
        if as_json:
            show_json(made)
        else:
            out.print(f"Created {safe(made['name'])} ({made['id']}). Next: hivesync docs {made['id']}")


@project.command("show")
def show_project(name: ProjectArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Show a project and how its mirror stands."""
    with connected(server) as client:
        found = find_project(client, name)
        history = client.get(f"/repos/{found['id']}/sync", limit=5) if found["repo_url"] else None
        if as_json:
            show_json({"project": found, "sync": history})
            return
        out.print(f"{safe(found['name'])}  {found['id']}\n{safe(found['repo_url'] or 'no repository')}")
        if history:
            _show_history(history)


@project.command("delete")
def delete_project(
    name: ProjectArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    server: ServerOption = None,
) -> None:
    """Delete a project."""
    with connected(server) as client:
        found = find_project(client, name)
        if not yes:
            typer.confirm(f"Delete the project {safe(found['name'])}?", abort=True)
        client.delete(f"/projects/{found['id']}")
        out.print("Deleted.")


@project.command("members")
def members(
    name: ProjectArgument,
    add: Annotated[str | None, typer.Option("--add", metavar="EMAIL", help="Give somebody a role.")] = None,
    role: Annotated[str, typer.Option("--role", help="owner, maintainer, reviewer or viewer.")] = "viewer",
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who may do what, or add somebody."""
    with connected(server) as client:
        path = f"/projects/{find_project(client, name)['id']}/members"
        if add:
            client.post(path, {"email": add, "role": role})
        rows = list(client.pages(path))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("email", "name", "role"), [(r["email"], r["display_name"], r["role"]) for r in rows], empty="Nobody."
        )


def follow_sync(client: Client, project_id: str) -> None:
    """Wait for the newest sync of a project and for the manifest that follows it."""
    runs = client.get(f"/repos/{project_id}/sync", limit=1)["items"]
    if runs and runs[0].get("job_id"):
        wait_for(client, runs[0]["job_id"], label="Syncing")
    for job in client.get("/jobs", project_id=project_id, kind="manifest.build", limit=1)["items"]:
        wait_for(client, job["job_id"], label="Manifest")


def sync(
    name: ProjectArgument,
    history: Annotated[bool, typer.Option("--history", help="Show past syncs instead of starting one.")] = False,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a project's mirror up to date, or show how it went before."""
    with connected(server) as client:
        found = find_project(client, name)
        if not history:
            accepted = client.post(f"/repos/{found['id']}/sync")
            if wait:
                wait_for(client, accepted["job_id"], label=f"Syncing {found['name']}")
                follow_sync(client, found["id"])
            elif not as_json:
                out.print(f"Started. Follow it: hivesync jobs show {accepted['job_id']}")
        answer = client.get(f"/repos/{found['id']}/sync", limit=20)
        if as_json:
            show_json(answer)
        else:
            _show_history(answer)


def _show_history(answer: dict[str, Any]) -> None:
    attempt, success = answer.get("last_attempt"), answer.get("last_success")
    out.print(f"Last attempt: {_moment(attempt)}   last success: {_moment(success)}")
    show_table(
        ("status", "trigger", "started", "head", "error"),
        [
            (state(r["status"]), r["trigger"], r["started_at"], (r["head_after"] or "")[:10], r["error_message"])
            for r in answer["items"]
        ],
        empty="Never synced.",
    )


def _moment(fact: Any) -> str:
    if isinstance(fact, dict):
        return str(fact.get("finished_at") or fact.get("at") or fact.get("started_at") or "never")
    return str(fact or "never")


def files(
    name: ProjectArgument,
    path: Annotated[str, typer.Argument(help="A folder.")] = "",
    ref: RefOption = None,
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Everything below, too.")] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Browse the tree at any ref."""
    with connected(server) as client:
        where = f"/projects/{find_project(client, name)['id']}/files"
        rows = list(client.pages(where, most=10_000, path=path, ref=ref, recursive=str(recursive).lower()))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("kind", "size", "language", "path"),
            [(r.get("kind") or r.get("type"), r["size"], r.get("language"), r["path"]) for r in rows],
            empty="Nothing here.",
        )


def cat(name: ProjectArgument, path: str, ref: RefOption = None, server: ServerOption = None) -> None:
    """Print a file at any ref."""
    with connected(server) as client:
        answer = client.get(f"/projects/{find_project(client, name)['id']}/files/content", path=path, ref=ref)
        if answer["encoding"] != "utf-8":
            raise CommandFailed(f"{path} is not text ({answer['size']} bytes).")
        out.out(safe(answer["content"]), end="", highlight=False)


@manifest.command("show")
def show_manifest(
    name: ProjectArgument, ref: RefOption = None, server: ServerOption = None, as_json: JsonOption = False
) -> None:
    """Show the manifest of a ref."""
    with connected(server) as client:
        found = client.get(f"/projects/{find_project(client, name)['id']}/manifest", ref=ref)
        if as_json:
            show_json(found)
            return
        core = found.get("core", found)
        for field in ("version", "hash", "ref", "commit", "file_count", "total_bytes"):
            out.print(f"{field.replace('_', ' '):<12} {safe(core.get(field))}")
        languages = core.get("languages") or {}
        sizes = {language: _language_size(fact) for language, fact in languages.items()}
        rows = sorted(sizes.items(), key=lambda row: -row[1])
        show_table(("language", "bytes"), rows, empty="No files yet.")


def _language_size(fact: Any) -> int:
    return int(fact.get("bytes", 0)) if isinstance(fact, dict) else int(fact)


@manifest.command("versions")
def manifest_versions(name: ProjectArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """List every version."""
    with connected(server) as client:
        rows = list(client.pages(f"/projects/{find_project(client, name)['id']}/manifest/versions"))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("version", "hash", "commit", "files", "made"),
            [(r["version"], r["hash"][:16], r["commit"][:10], r["file_count"], r["created_at"]) for r in rows],
            empty="None yet. Run: hivesync sync",
        )


@manifest.command("diff")
def manifest_diff(
    name: ProjectArgument,
    old: Annotated[str, typer.Argument(help="A version number or a hash.")],
    new: Annotated[str, typer.Argument(help="Another one.")],
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two versions."""
    with connected(server) as client:
        path = f"/projects/{find_project(client, name)['id']}/manifest/diff"
        found = client.get(path, **{"from": old, "to": new})
        if as_json:
            show_json(found)
            return
        show_table(
            ("change", "path"),
            [(c.get("change") or c.get("kind"), c["path"]) for c in found.get("changes", found.get("items", []))],
            empty="Nothing changed.",
        )
        if found.get("next_cursor"):
            err.print("There is more; use --json and the cursor.")
