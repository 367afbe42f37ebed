"""`hivesync project …`: connect repositories, see how their mirrors stand, say who may do what."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.client import Client, CommandFailed
from app.cli.common import (
    JsonOption,
    ProjectArgument,
    ServerOption,
    WaitOption,
    ask_for,
    connected,
    find_project,
    somebody_answers,
)
from app.cli.console import count, moment, out, safe, show_facts, show_json, show_table
from app.cli.repository import follow_sync, shares

project = typer.Typer(no_args_is_help=True, help="Connect repositories and see who may do what.")

UrlOption = Annotated[
    str | None, typer.Option("--url", help="https:// or ssh address, or a folder where the server allows it.")
]
BranchOption = Annotated[str | None, typer.Option("--branch", help="Default branch; the remote's own when left out.")]
UsernameOption = Annotated[str | None, typer.Option("--username", help="For a private https repository.")]
AskOption = Annotated[
    bool, typer.Option("--ask-password", help="Ask for the password or token, or read it from standard input.")
]
KeyOption = Annotated[
    Path | None, typer.Option("--ssh-key", help="File with a private key.", exists=True, dir_okay=False)
]


@project.command("list", epilog="Example: hivesync project list")
def list_projects(server: ServerOption = None, as_json: JsonOption = False) -> None:
    """List the projects you may see."""
    with connected(server) as client:
        rows = list(client.pages("/projects", most=1000))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("id", "name", "branch", "repository"),
            [(row["id"], row["name"], row["default_branch"] or "(its own)", row["repo_url"]) for row in rows],
            empty="No projects yet. Connect one: hivesync project create NAME --url URL",
        )


@project.command("create", epilog="Example: hivesync project create requests --url https://github.com/psf/requests.git")
def create_project(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    url: UrlOption = None,
    branch: BranchOption = None,
    username: UsernameOption = None,
    ask_password: AskOption = False,
    ssh_key: KeyOption = None,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Connect a repository; it is mirrored at once, and you are told what was found."""
    body = {"name": name} | _wanted(url, branch, username, ask_password=ask_password, ssh_key=ssh_key)
    with connected(server) as client:
        made = client.post("/projects", body)
        try:
            found = follow_sync(client, made["id"]) if wait and url else None
        except CommandFailed as error:
            raise CommandFailed.of(
                error.server_code,
                f"{made['name']} was created, but it could not be mirrored. {error.message} Mend it with: "
                f"hivesync project update {made['id']} --url URL",
                error.details,
            ) from error
        if as_json:
            show_json(client.get(f"/projects/{made['id']}"))
            return
        out.print(f"Created {safe(made['name'])} ({made['id']})")
        if found:
            show_facts(_found(found))
        out.print(_next_step(made, waited=wait), style="dim")


@project.command("update", epilog="Example: hivesync project update requests --branch main")
def update_project(
    project_name: ProjectArgument,
    rename: Annotated[str | None, typer.Option("--name", help="Call it something else.")] = None,
    url: UrlOption = None,
    branch: BranchOption = None,
    username: UsernameOption = None,
    ask_password: AskOption = False,
    ssh_key: KeyOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a project's name, address, branch or credentials; owners only."""
    body = _wanted(url, branch, username, ask_password=ask_password, ssh_key=ssh_key)
    body |= {"name": rename} if rename else {}
    if not body:
        raise typer.BadParameter(
            "say what should change: --name, --url, --branch, --username, --ask-password, --ssh-key"
        )
    with connected(server) as client:
        changed = client.patch(f"/projects/{find_project(client, project_name)['id']}", body)
        if as_json:
            show_json(changed)
            return
        out.print(f"Changed {safe(changed['name'])}.")
        out.print(f"Next: hivesync sync {changed['id']}", style="dim")


@project.command("show", epilog="Example: hivesync project show requests")
def show_project(project_name: ProjectArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Show a project, how its mirror stands, and what was found in it."""
    with connected(server) as client:
        found = find_project(client, project_name)
        history = client.get(f"/repos/{found['id']}/sync", limit=5) if found["repo_url"] else None
        versions = client.get(f"/projects/{found['id']}/manifest/versions", limit=1)["items"]
        if as_json:
            show_json({"project": found, "sync": history, "manifest": versions[0] if versions else None})
            return
        out.print(safe(found["name"]), style="bold")
        show_facts((("id", found["id"]), ("your role", found["role"]), ("repository", found["repo_url"] or "none")))
        if history:
            show_facts(_standing(history))
        if versions:
            show_facts(_found(versions[0]))


@project.command("delete", epilog="Example: hivesync project delete requests")
def delete_project(
    project_name: ProjectArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a project, its mirror, proposals and comments. The repository itself is never touched."""
    with connected(server) as client:
        # The beginning of a name could be that of another project once the one that was meant is gone.
        found = find_project(client, project_name, whole=True)
        if not yes:
            if not somebody_answers():
                raise typer.BadParameter("there is nobody to ask: say --yes to delete it")
            typer.confirm(f"Delete the project {safe(found['name'])} with everything in it?", abort=True, err=True)
        client.delete(f"/projects/{found['id']}")
        if as_json:
            show_json({"deleted": found["id"]})
        else:
            out.print(f"Deleted {safe(found['name'])}.")


@project.command("members", epilog="Example: hivesync project members requests --add bo@example.org --role reviewer")
def members(
    project_name: ProjectArgument,
    add: Annotated[str | None, typer.Option("--add", metavar="EMAIL", help="Give somebody a role, or another.")] = None,
    role: Annotated[str, typer.Option("--role", help="owner, maintainer, reviewer or viewer.")] = "viewer",
    remove: Annotated[str | None, typer.Option("--remove", metavar="EMAIL", help="Take somebody's role away.")] = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who may do what, give somebody a role, or take it away."""
    with connected(server) as client:
        path = f"/projects/{find_project(client, project_name)['id']}/members"
        if add:
            _give_role(client, path, add, role)
        if remove:
            client.delete(f"{path}/{_member(client, path, remove)['user_id']}")
        rows = list(client.pages(path, most=None))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("email", "name", "role"), [(r["email"], r["display_name"], r["role"]) for r in rows], empty="Nobody."
        )


def _give_role(client: Client, path: str, email: str, role: str) -> None:
    already = [row for row in client.pages(path, most=None) if row["email"] == email.lower()]
    if already:
        client.patch(f"{path}/{already[0]['user_id']}", {"role": role})
    else:
        client.post(path, {"email": email, "role": role})


def _member(client: Client, path: str, email: str) -> dict[str, Any]:
    for row in client.pages(path, most=None):
        if row["email"] == email.lower():
            return row
    raise CommandFailed(f"{email} has no role in this project.")


def _wanted(
    url: str | None, branch: str | None, username: str | None, *, ask_password: bool, ssh_key: Path | None
) -> dict[str, Any]:
    body: dict[str, Any] = {"repo_url": _absolute(url) if url else None, "default_branch": branch}
    credentials = {
        "username": username,
        "password": ask_for("Password or token", hidden=True) if ask_password else None,
        "ssh_private_key": ssh_key.read_text(encoding="utf-8") if ssh_key else None,
    }
    body["credentials"] = {key: value for key, value in credentials.items() if value} or None
    return {key: value for key, value in body.items() if value is not None}


def _absolute(url: str) -> str:
    """Name a folder on this machine by its whole path: the server stands elsewhere in the tree."""
    folder = Path(url)
    return str(folder.resolve()) if "://" not in url and folder.is_dir() else url


def _found(manifest: dict[str, Any]) -> list[tuple[str, object]]:
    return [
        ("branch", str(manifest["ref"]).removeprefix("refs/heads/")),
        ("commit", manifest["commit"]),
        ("files", f"{count(manifest['file_count'], 'file')}: {shares(manifest['languages'])}"),
        ("manifest", f"version {manifest['version']}, {manifest['hash']}"),
    ]


def _standing(history: dict[str, Any]) -> list[tuple[str, object]]:
    attempt, success = history["last_attempt"], history["last_success"]
    error = history["last_error"]
    return [
        ("mirror", f"{count(history['branches'], 'branch', 'branches')}, {count(history['tags'], 'tag')}"),
        ("last attempt", moment(attempt and (attempt["finished_at"] or attempt["created_at"]))),
        ("last success", moment(success and success["finished_at"])),
        ("last error", f"{error['code']}: {error['message']}" if error else None),
        ("next sync", moment(history["next_sync_at"]) if history["next_sync_at"] else None),
    ]


def _next_step(made: dict[str, Any], *, waited: bool) -> str:
    if not made["repo_url"]:
        return f"Next: hivesync project update {made['id']} --url URL"
    return f"Next: hivesync docs {made['id']}" if waited else f"Next: hivesync sync {made['id']} --history"
