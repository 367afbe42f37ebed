"""`hivesync login`, `register`, `logout`, `whoami`, `notifications`."""

from typing import Annotated

import typer

from app.cli.common import JsonOption, ServerOption, ask_for, connected
from app.cli.console import count, moment, out, safe, show_json, show_table

EmailOption = Annotated[str | None, typer.Option("--email", help="Your e-mail address. Asked for when left out.")]
PasswordOption = Annotated[
    str | None, typer.Option("--password", help="Asked for when left out, or read from standard input.")
]


def login(
    email: EmailOption = None, password: PasswordOption = None, server: ServerOption = None, as_json: JsonOption = False
) -> None:
    """Log in and keep the session for the next commands."""
    with connected(server) as client:
        client.check_server()
        user = client.login(email or ask_for("Email"), password or ask_for("Password", hidden=True))["user"]
        if as_json:
            show_json({"server": client.server, "user": user})
            return
        out.print(f"Logged in to {client.server} as {safe(user['email'])}.")
        out.print("Next: hivesync project list", style="dim")


def register(
    email: EmailOption = None,
    password: PasswordOption = None,
    name: Annotated[str | None, typer.Option("--name", help="How others see you. Asked for when left out.")] = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account and log in."""
    with connected(server) as client:
        client.check_server()
        user = client.register(
            email or ask_for("Email"),
            password or ask_for("Password", hidden=True, twice=True),
            name or ask_for("Your name"),
        )["user"]
        if as_json:
            show_json({"server": client.server, "user": user})
            return
        out.print(f"Welcome, {safe(user['display_name'])}. You are logged in to {client.server}.")
        out.print("Next: hivesync project create NAME --url URL", style="dim")


def logout(server: ServerOption = None, as_json: JsonOption = False) -> None:
    """End the session here and on the server."""
    with connected(server) as client:
        was = client.session is not None
        client.logout()
        if as_json:
            show_json({"server": client.server, "was_logged_in": was})
        else:
            out.print("Logged out." if was else f"You were not logged in to {client.server}.")


def whoami(server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Say who is logged in, and where."""
    with connected(server) as client:
        user = client.get("/users/me")
        if as_json:
            show_json(user)
        else:
            out.print(f"{safe(user['email'])} ({safe(user['display_name'])}) at {client.server}")


def notifications(
    unread: Annotated[bool, typer.Option("--unread", help="Only what you have not read.")] = False,
    read_all: Annotated[bool, typer.Option("--read-all", help="Mark everything as read.")] = False,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """See what you were told: finished jobs, proposals, failures."""
    with connected(server) as client:
        rows = list(client.pages("/notifications", most=50, unread=str(unread).lower()))
        if read_all:
            client.post("/notifications/read-all")
        if as_json:
            show_json(rows)
            return
        show_table(
            ("when", "new", "what"),
            [
                (moment(r["created_at"]), "" if r["read_at"] else "*", f"{r['title']}  {r['body']}".strip())
                for r in rows
            ],
            empty="Nothing new." if unread else "Nothing yet.",
        )
        if read_all:
            out.print(f"{count(sum(not row['read_at'] for row in rows), 'notification')} marked as read.", style="dim")
