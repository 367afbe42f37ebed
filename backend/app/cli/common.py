"""What the people's commands share: options, the client of this run, finding a project by name."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any
from uuid import UUID

import typer

from app.cli.client import Client, CommandFailed
from app.config.client import ClientSettings, load_client_settings

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
ServerOption = Annotated[
    str | None, typer.Option("--server", help="The server's address; default: the one you logged in to.")
]
# Of commands that work in one project, which need not be named where there is no other.
ProjectOption = Annotated[str | None, typer.Option("--project", help="The project, if you have several.")]
ProjectArgument = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name or id.")]
RefOption = Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit; default: the default branch.")]
WaitOption = Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the job to its end.")]

# Whose session a command uses; what the environment says, unless a caller in this process says otherwise.
chosen_settings: ContextVar[ClientSettings | None] = ContextVar("chosen_settings", default=None)

_PLACE = re.compile(r"(?P<path>.+):(?P<line>[1-9][0-9]{0,7}):(?P<column>[1-9][0-9]{0,7})")


@contextmanager
def connected(server: str | None = None) -> Iterator[Client]:
    """Open the client of one command."""
    client = Client(chosen_settings.get() or load_client_settings(), server=server)
    try:
        yield client
    finally:
        client.close()


def find_project(client: Client, name: str, *, whole: bool = False) -> dict[str, Any]:
    """Find a project by id, exact name, or the only one whose name starts so; `whole` names have no such short form."""
    try:
        found: dict[str, Any] = client.get(f"/projects/{UUID(name)}")
        return found
    except ValueError:
        pass
    projects = list(client.pages("/projects", most=1000))
    exact = [each for each in projects if each["name"] == name]
    # Every name starts with nothing: a variable that is not set names no project.
    short = "" if whole else name.lower()
    near = exact or [each for each in projects if short and each["name"].lower().startswith(short)]
    if len(near) == 1:
        return near[0]
    if near:
        raise CommandFailed(f"'{name}' could be: {', '.join(each['name'] + ' (' + each['id'] + ')' for each in near)}.")
    raise CommandFailed(f"There is no project '{name}'. See: hivesync project list")


def only_project(client: Client, name: str | None, usage: str) -> str:
    """Give the id of a project by name; without one, of the only project there is."""
    if name is not None:
        return str(find_project(client, name)["id"])
    projects = list(client.pages("/projects", most=2))
    if len(projects) != 1:
        raise CommandFailed(f"Say which project it is about: hivesync {usage} --project PROJECT")
    return str(projects[0]["id"])


def read_place(text: str) -> dict[str, Any]:
    """Read `PATH:LINE:COL` into the fields that the server takes; wrong usage for anything else."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise typer.BadParameter("write the place as PATH:LINE:COL, such as src/app.py:12:5")
    return {"path": found["path"], "line": int(found["line"]), "column": int(found["column"])}


def checked_id(text: str, what: str) -> str:
    """Check that an argument is an id before it becomes part of an address; wrong usage otherwise."""
    try:
        return str(UUID(text))
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not the id of a {what}: copy it from a list.") from None


def somebody_answers() -> bool:
    """Say whether there is a person at a terminal who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_for(label: str, *, hidden: bool = False, twice: bool = False) -> str:
    """Ask a person; without one, read a line of standard input, so that scripts can log in too."""
    if somebody_answers():
        answer: str = typer.prompt(label, hide_input=hidden, confirmation_prompt=twice, err=True)
        return answer
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise typer.BadParameter(f"{label}: there is nobody to ask. Give the option, or a line on standard input.")
    return line
