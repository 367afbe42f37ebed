"""`hivesync login`, `register`, `logout`, `whoami`."""

from typing import Annotated

import typer

from app.cli.common import JsonOption, ServerOption, connected
from app.cli.console import out, safe, show_json

EmailOption = Annotated[str, typer.Option("--email", prompt="Email", help="Your e-mail address.")]
PasswordOption = Annotated[
    str, typer.Option("--password", prompt="Password", hide_input=True, help="Asked for when left out.")
]


def login(email: EmailOption, password: PasswordOption, server: ServerOption = None) -> None:
    """Log in and keep the session for the next commands."""
    with connected(server) as client:
        user = client.login(email, password)["user"]
        out.print(f"Logged in to {client.server} as {safe(user['email'])}. Next: hivesync project list")


def register(
    email: EmailOption,
    password: Annotated[str, typer.Option("--password", prompt="Password", hide_input=True, confirmation_prompt=True)],
    name: Annotated[str, typer.Option("--name", prompt="Your name", help="How others see you.")],
    server: ServerOption = None,
) -> None:
    """Make an account and log in."""
    with connected(server) as client:
        user = client.register(email, password, name)["user"]
        out.print(f"Welcome, {safe(user['display_name'])}. Next: hivesync project create NAME --url URL")


def logout(server: ServerOption = None) -> None:
    """End the session here and on the server."""
    with connected(server) as client:
        client.logout()
        out.print("Logged out.")


def whoami(server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Say who is logged in, and where."""
    with connected(server) as client:
        user = client.get("/users/me")
        if as_json:
            show_json(user)
        else:
            out.print(f"{safe(user['email'])} ({safe(user['display_name'])}) at {client.server}")
