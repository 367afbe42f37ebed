"""Puts the commands together. Exit status 0 good, 1 failed, 2 wrong usage."""

import asyncio
import io
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from app.cli import (
    account,
    admin,
    agent,
    autoscaler,
    docs,
    folder,
    jobs,
    ledger,
    move,
    preview_about,
    projects,
    rename,
    replace,
    repository,
    review,
    symbols,
    watching,
)
from app.cli.client import CommandFailed
from app.cli.common import chosen_settings
from app.cli.console import out, show_table
from app.cli.failures import tell
from app.config.client import ClientSettings
from app.core.errors import AppError

app = typer.Typer(
    name="hivesync",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Documentation and renames as proposals: nothing changes without consent, and everything can be undone.",
    epilog="Start with: make run, then hivesync login",
)
_PEOPLE = "For people"
_OPERATORS = "For operators"
_JOB = "01890a5d-ac96-774b-bcce-b302099a8057"

_COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    (_PEOPLE, account.login, "login --email ann@example.org"),
    (_PEOPLE, account.register, 'register --email ann@example.org --name "Ann Lee"'),
    (_PEOPLE, account.logout, "logout"),
    (_PEOPLE, account.whoami, "whoami"),
    (_PEOPLE, account.notifications, "notifications --unread"),
    (_PEOPLE, repository.sync, "sync requests"),
    (_PEOPLE, repository.files, "files requests src --recursive"),
    (_PEOPLE, repository.cat, "cat requests README.md --ref main"),
    (_PEOPLE, docs.docs, "docs requests src/requests/hooks.py"),
    (_PEOPLE, rename.rename, "rename src/requests/hooks.py:12:5 dispatch"),
    (_PEOPLE, replace.replace, "replace '$A == None' '$A is None' --language python"),
    (_PEOPLE, move.move, "move src/requests/hooks.py:12:5 src/requests/dispatching.py"),
    (_PEOPLE, symbols.symbols, "symbols Session.send --picture send.svg"),
    (_PEOPLE, symbols.references, "references src/requests/hooks.py:12:5"),
    (_PEOPLE, review.review, f"review {_JOB} --approve --hunk 1 --hunk 3"),
    (_PEOPLE, ledger.activity, "activity requests"),
    (_OPERATORS, admin.health, "health --deep --json"),
    (_OPERATORS, ledger.verify_ledger, "verify-ledger --print-heads"),
)
_GROUPS = (
    (_PEOPLE, "project", projects.project),
    (_PEOPLE, "manifest", repository.manifest),
    (_PEOPLE, "ask", docs.ask),
    (_PEOPLE, "preview", preview_about.preview),
    (_PEOPLE, "folder", folder.folder),
    (_PEOPLE, "agent", agent.agent),
    (_PEOPLE, "jobs", jobs.jobs),
    (_OPERATORS, "admin", watching.commands),
    (_OPERATORS, "autoscaler", autoscaler.autoscaler),
)
for panel, command, example in _COMMANDS:
    app.command(rich_help_panel=panel, epilog=f"Example: hivesync {example}")(command)
for panel, name, group in _GROUPS:
    app.add_typer(group, name=name, rich_help_panel=panel)


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            out.print(f"hivesync {version('hivesync-backend')}")
        except PackageNotFoundError:
            out.print("hivesync, not installed: run from its sources")
        raise typer.Exit


@app.callback()
def options(
    shown_version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Documentation and renames as proposals: nothing changes without consent, and everything can be undone."""


@app.command(rich_help_panel=_OPERATORS, epilog="Example: hivesync up --verbose")
def up(verbose: Annotated[bool, typer.Option("--verbose", help="Show every process's log here.")] = False) -> None:
    """Start everything on this machine: API, workers, scheduler, and a Redis of its own unless REDIS_URL is set."""
    from app.cli.up import up as run  # noqa: PLC0415 - people's commands start without loading the server
    from app.config import load_settings  # noqa: PLC0415

    asyncio.run(run(load_settings(), verbose=verbose))


@app.command(rich_help_panel=_OPERATORS, epilog="Example: hivesync api")
def api() -> None:
    """Run the API process."""
    from app.main import run  # noqa: PLC0415 - see up

    run()


@app.command(rich_help_panel=_OPERATORS, epilog="Example: hivesync worker --role ai_worker")
def worker(
    role: Annotated[
        str, typer.Option("--role", help="What this worker does, such as ai_worker, or several with commas.")
    ] = "",
    check: Annotated[bool, typer.Option("--check", help="Only show whether this machine has what it needs.")] = False,
    worker_id: Annotated[str | None, typer.Option("--worker-id", hidden=True)] = None,
) -> None:
    """Run a worker process. Exit status 1 when this machine lacks what the role needs."""
    import uvloop  # noqa: PLC0415 - see up

    from app import worker as process  # noqa: PLC0415
    from app.config import load_settings  # noqa: PLC0415
    from app.workers.roles import chosen_roles, joined  # noqa: PLC0415

    settings = load_settings()
    taken = joined(chosen_roles([role] if role else settings.workers.roles, settings))
    if not check:
        uvloop.run(process.work(settings, taken, worker_id=worker_id))
        return
    needs = asyncio.run(process.check(settings, taken))
    states = [("ok" if not need.problem else "missing" if need.required else "warning") for need in needs]
    rows = [(need.name, state, need.problem or "") for need, state in zip(needs, states, strict=True)]
    show_table(("need", "state", "what to do"), rows, empty="")
    if "missing" in states:
        raise typer.Exit(1)


@app.command(rich_help_panel=_OPERATORS, epilog="Example: hivesync scheduler")
def scheduler() -> None:
    """Run the scheduler: it pushes lost jobs again, rescues orphans and starts periodic work."""
    from app.config import load_settings  # noqa: PLC0415 - see up
    from app.worker import schedule  # noqa: PLC0415

    asyncio.run(schedule(load_settings()))


@app.command(rich_help_panel=_OPERATORS, epilog="Example: hivesync migrate")
def migrate(
    revision: Annotated[str | None, typer.Option("--revision", metavar="MESSAGE", help="Also write a new one.")] = None,
) -> None:
    """Bring the database to the newest schema."""
    from app.cli.operations import migrate_database  # noqa: PLC0415 - see up

    out.print(f"The schema is at {asyncio.run(migrate_database(revision))}.")


def run(arguments: Sequence[str], settings: ClientSettings | None = None) -> int:
    """Run one command and give its exit status; an error becomes one sentence. `settings`: whose session is used."""
    chosen = chosen_settings.set(settings)
    # `health` takes the one with a single dash too, as the specification writes it.
    as_json = not {"--json", "-json"}.isdisjoint(arguments)
    try:
        app(args=list(arguments), prog_name="hivesync")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except AppError as error:
        tell(error, as_json=as_json)
        return 1
    except OSError as error:
        # A full disk, a folder that may not be written: the machine's trouble, not a bug with a trace.
        where = f"{error.filename}: " if error.filename else ""
        tell(CommandFailed(f"{where}{error.strerror or error}"), as_json=as_json)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        chosen_settings.reset(chosen)
    return 0


def main() -> None:
    """Run the command that was given to this process."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows fewer characters shows escapes; nothing fails half-way because of a name.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
