"""`hivesync health` and `hivesync admin …`: what operators do at a shell, straight on the database."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from app.cli.common import ask_for
from app.cli.console import out, safe, show_json, show_table

admin = typer.Typer(no_args_is_help=True, help="Accounts, straight on the database; jobs, queues, workers and cleanup.")
_COLOURS = {"ok": "green", "degraded": "yellow", "failed": "red"}


def health(
    deep: Annotated[bool, typer.Option("--deep/--shallow", help="Every check, or only database and Redis.")] = True,
    as_json: Annotated[bool, typer.Option("--json", "-json", help="Print JSON.")] = False,
) -> None:
    """Check database, Redis, queues, workers, scheduler, cleanup, dead jobs and disk. Exit status 1 when one failed."""
    from app.cli.operations import examine  # noqa: PLC0415 - people's commands start without loading the server

    findings = asyncio.run(examine(None if deep else ("database", "redis")))
    failed = any(each.health == "failed" for each in findings)
    if as_json:
        checks = [{"name": each.name, "health": each.health.value, "message": each.message} for each in findings]
        worst = next((name for name in ("failed", "degraded") if any(each.health == name for each in findings)), "ok")
        show_json({"status": worst, "checks": checks})
    else:
        show_table(
            ("check", "health", "message"),
            [
                (each.name, Text(each.health.value, style=_COLOURS[each.health.value]), each.message)
                for each in findings
            ],
            empty="",
        )
    if failed:
        raise typer.Exit(1)


@admin.command("create-user", epilog="Example: hivesync admin create-user bo@example.org --name Bo")
def create_user(
    email: Annotated[str, typer.Argument(help="The e-mail address.")],
    name: Annotated[str, typer.Option("--name", help="How others see them.")] = "",
    password: Annotated[str | None, typer.Option("--password", help="Asked for when left out.")] = None,
    is_admin: Annotated[bool, typer.Option("--admin", help="Make them an administrator.")] = False,
) -> None:
    """Make an account."""
    from app.cli.operations import create_account  # noqa: PLC0415 - see health

    chosen = password or ask_for("Password", hidden=True, twice=True)
    user_id = asyncio.run(create_account(email, name or email.split("@", maxsplit=1)[0], chosen, is_admin=is_admin))
    out.print(f"Created {safe(email)} ({user_id}).")


@admin.command("requeue", epilog="Example: hivesync admin requeue 01890a5d-ac96-774b-bcce-b302099a8057")
def requeue(job_id: Annotated[str, typer.Argument(help="A failed or cancelled job.")]) -> None:
    """Put a job that gave up back in its queue, with fresh attempts."""
    from app.cli.operations import requeue_job  # noqa: PLC0415 - see health

    asyncio.run(requeue_job(job_id))
    out.print(f"Queued again. Follow it: hivesync jobs watch {safe(job_id)}")


@admin.command("verify", epilog="Example: hivesync admin verify --json")
def verify(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Take every hash of every project's newest manifest again. Exit status 1 when a stored byte has changed."""
    from app.cli.operations import verify_manifests  # noqa: PLC0415 - see health

    found = asyncio.run(verify_manifests())
    problems = {project: str(each) for project, each in found.items() if isinstance(each, Exception)}
    if as_json:
        show_json({"checked": len(found), "damaged": {str(project): why for project, why in problems.items()}})
    else:
        show_table(
            ("project", "health", "message"),
            [
                (str(project), Text("failed", style="red"), problems[project])
                if project in problems
                else (str(project), Text("ok", style="green"), f"{each} folders, each as its hash says")
                for project, each in found.items()
            ],
            empty="No project has a manifest yet.",
        )
    if problems:
        raise typer.Exit(1)


@admin.command("reseal", epilog="Example: hivesync admin reseal")
def reseal(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Encrypt stored repository credentials anew under the first CREDENTIALS_SECRET; then older ones can go."""
    from app.cli.operations import reseal_credentials  # noqa: PLC0415 - see health

    found = asyncio.run(reseal_credentials())
    if as_json:
        lost = [str(project_id) for project_id in found.unreadable]
        show_json({"resealed": found.changed, "current": found.current, "unreadable": lost})
    else:
        out.print(f"Encrypted anew: {found.changed}. Under the first key now: {found.current}.")
        for project_id in found.unreadable:
            out.print(f"No key opens the credentials of project {project_id}: enter them again.")
    if found.unreadable:
        raise typer.Exit(1)


@admin.command("seed-previews", epilog="Example: hivesync admin seed-previews ./our-template")
def seed_previews(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Apps that you trust; the sample apps where none is named.")
    ] = None,
) -> None:
    """Build trusted apps, so that first builds of other apps with the same SDK find packages ready. Takes minutes."""
    from app.cli.seeding import seed_previews as sow  # noqa: PLC0415 - see health

    for found in asyncio.run(sow(folders or [], out.print)):
        platforms = ", ".join(platform.value for platform in found.platforms)
        out.print(f"Toolchain {found.toolchain[:12]}: {found.records} records for {platforms}.")
