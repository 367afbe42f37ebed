"""Puts the commands together. Exit status 0 good, 1 failed, 2 wrong usage."""

import asyncio
import sys
from typing import Annotated

import typer

from app.cli import account, admin, docs, jobs, projects, review
from app.cli.client import CommandFailed
from app.cli.console import err, out, safe
from app.core.errors import AppError

app = typer.Typer(
    name="hivesync",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Documentation and renames as proposals: nothing changes without consent, and everything can be undone.",
)
_PEOPLE = "For people"
_OPERATORS = "For operators"

for named in (account.login, account.register, account.logout, account.whoami):
    app.command(rich_help_panel=_PEOPLE)(named)
app.add_typer(projects.project, name="project", rich_help_panel=_PEOPLE)
app.command(rich_help_panel=_PEOPLE)(projects.sync)
app.command(rich_help_panel=_PEOPLE)(projects.files)
app.command(rich_help_panel=_PEOPLE)(projects.cat)
app.add_typer(projects.manifest, name="manifest", rich_help_panel=_PEOPLE)
app.command(rich_help_panel=_PEOPLE)(docs.docs)
app.add_typer(docs.ask, name="ask", rich_help_panel=_PEOPLE)
app.command(rich_help_panel=_PEOPLE)(review.review)
app.add_typer(jobs.jobs, name="jobs", rich_help_panel=_PEOPLE)
app.command(rich_help_panel=_OPERATORS)(admin.health)
app.add_typer(admin.admin, name="admin", rich_help_panel=_OPERATORS)


@app.command(rich_help_panel=_OPERATORS)
def up(verbose: Annotated[bool, typer.Option("--verbose", help="Show every process's log here.")] = False) -> None:
    """Start everything on this machine: API, workers, scheduler, and a Redis of its own unless REDIS_URL is set."""
    from app.cli.up import up as run  # noqa: PLC0415 - people's commands start without loading the server
    from app.config import load_settings  # noqa: PLC0415

    asyncio.run(run(load_settings(), verbose=verbose))


@app.command(rich_help_panel=_OPERATORS)
def api() -> None:
    """Run the API process."""
    from app.main import run  # noqa: PLC0415 - see up

    run()


@app.command(rich_help_panel=_OPERATORS)
def worker(
    role: Annotated[str, typer.Option("--role", help="What this worker does, such as ai_worker.")],
    worker_id: Annotated[str | None, typer.Option("--worker-id", hidden=True)] = None,
) -> None:
    """Run a worker process."""
    from app.config import load_settings  # noqa: PLC0415 - see up
    from app.worker import work  # noqa: PLC0415
    from app.workers.roles import role_named  # noqa: PLC0415

    asyncio.run(work(load_settings(), role_named(role), worker_id=worker_id))


@app.command(rich_help_panel=_OPERATORS)
def scheduler() -> None:
    """Run the scheduler: it pushes lost jobs again, rescues orphans and starts periodic work."""
    from app.config import load_settings  # noqa: PLC0415 - see up
    from app.worker import schedule  # noqa: PLC0415

    asyncio.run(schedule(load_settings()))


@app.command(rich_help_panel=_OPERATORS)
def migrate(
    revision: Annotated[str | None, typer.Option("--revision", metavar="MESSAGE", help="Also write a new one.")] = None,
) -> None:
    """Bring the database to the newest schema."""
    from app.cli.operations import migrate_database  # noqa: PLC0415 - see up

    out.print(f"The schema is at {asyncio.run(migrate_database(revision))}.")


def main() -> None:
    """Run a command; an error becomes one sentence and exit status 1."""
    try:
        app()
    except CommandFailed as error:
        code = f"{error.server_code}: " if error.server_code else ""
        err.print(f"{code}{safe(error.message)}", style="red", markup=False)
        sys.exit(1)
    except AppError as error:
        err.print(f"{error.code}: {safe(error.message)}", style="red", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
