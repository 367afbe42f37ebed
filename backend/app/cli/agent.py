"""`hivesync agent …`: the desktop's core as a process that programs of this machine talk to."""

import asyncio
import sys
from typing import Annotated

import typer

from app.cli.common import JsonOption, chosen_settings
from app.cli.console import err, out, safe, show_facts, show_json
from app.config.client import ClientSettings, load_client_settings

agent = typer.Typer(
    no_args_is_help=True,
    help="Run what the desktop app and editors talk to: mapped folders, local previews, changes applied here.",
    epilog="Example: hivesync agent serve",
)


@agent.command("serve", epilog="Example: hivesync agent serve --port 0")
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 0,
) -> None:
    """Listen on 127.0.0.1 until stopped. Where, and the token, is written to agent.json beside your login."""
    from app.adapters.telemetry.logging import LogOptions, write_logs  # noqa: PLC0415 - see below
    from app.agent.running import FILE_NAME, Running  # noqa: PLC0415 - people's commands start without the server
    from app.agent.running import serve as run  # noqa: PLC0415

    settings = _settings()
    # Its output is for people, and for the app that started it.
    write_logs(LogOptions("agent", level="warning", console=sys.stderr.isatty()), stream=sys.stderr)

    def started(running: Running, left: dict[str, list[str]]) -> None:
        out.print(f"Listening on 127.0.0.1:{running.port}; the token is in {safe(settings.folder / FILE_NAME)}")
        for folder, paths in left.items():
            err.print(f"{safe(folder)}: changed since a change broke off, so left alone: {safe(', '.join(paths))}")

    asyncio.run(run(settings, port, started))


@agent.command("status", epilog="Example: hivesync agent status --json")
def status(as_json: JsonOption = False) -> None:
    """Say whether an agent runs, for whom, and which tools it has. Exit status 1 when none does."""
    from app.agent.running import find_running  # noqa: PLC0415 - see serve

    running = find_running(_settings())
    with running.http() as http:
        told = http.get("/v1/status").raise_for_status().json()
    if as_json:
        show_json({"running": True, "port": running.port, "pid": running.pid, "started_at": running.started_at, **told})
        return
    user = told["user"]
    tools = ", ".join(f"{name} {version}" for name, version in told["tools"].items() if version)
    show_facts(
        [
            ("agent", f"version {told['version']}, process {running.pid}, 127.0.0.1:{running.port}"),
            ("server", told["server"]),
            ("acts for", user["email"] if user else f"nobody: {told['problem']['message']}"),
            ("folders", told["folders"]),
            ("tools", tools or "none"),
        ]
    )


@agent.command("stop", epilog="Example: hivesync agent stop")
def stop(as_json: JsonOption = False) -> None:
    """Stop the agent that runs; what is under way in it is cancelled."""
    from app.agent.running import find_running  # noqa: PLC0415 - see serve
    from app.agent.running import stop as end  # noqa: PLC0415

    settings = _settings()
    running = find_running(settings)
    asyncio.run(end(settings, running))
    if as_json:
        show_json({"stopped": True, "pid": running.pid})
    else:
        out.print("Stopped.")


def _settings() -> ClientSettings:
    return chosen_settings.get() or load_client_settings()
