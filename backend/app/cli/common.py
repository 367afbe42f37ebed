"""What the people's commands share: options, the client of this run, finding a project by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

import typer

from app.cli.client import Client, CommandFailed
from app.config.client import load_client_settings

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
ServerOption = Annotated[
    str | None, typer.Option("--server", help="The server's address; default: the one you logged in to.")
]
ProjectArgument = Annotated[str, typer.Argument(help="The project's name or id.")]
RefOption = Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit; default: the default branch.")]
WaitOption = Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the job to its end.")]


@contextmanager
def connected(server: str | None = None) -> Iterator[Client]:
    """Open the client of one command."""
    client = Client(load_client_settings(), server=server)
    try:
        yield client
    finally:
        client.close()


def find_project(client: Client, name: str) -> dict[str, Any]:
    """Find a project by id, exact name, or the only one whose name starts so."""
    try:
        found: dict[str, Any] = client.get(f"/projects/{UUID(name)}")
        return found
    except ValueError:
        pass
    projects = list(client.pages("/projects", most=1000))
    exact = [each for each in projects if each["name"] == name]
    near = exact or [each for each in projects if each["name"].lower().startswith(name.lower())]
    if len(near) == 1:
        return near[0]
    if near:
        raise CommandFailed(f"'{name}' could be: {', '.join(each['name'] + ' (' + each['id'] + ')' for each in near)}.")
    raise CommandFailed(f"There is no project '{name}'. See: hivesync project list")
