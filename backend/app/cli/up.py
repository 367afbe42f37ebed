"""`hivesync up`: everything on one machine — Redis, database, API, workers, scheduler — until Ctrl-C."""

import asyncio
import errno
import socket
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import structlog
from rich.text import Text

from app import wiring
from app.adapters.container import Container
from app.adapters.db import migrate
from app.adapters.db.grants import grant_to_workers
from app.adapters.opening import open_container
from app.adapters.queue.embedded import EmbeddedRedis
from app.adapters.telemetry.logging import configure_logging
from app.cli import demo, first_start
from app.cli.client import DEFAULT_SERVER
from app.cli.console import err, out
from app.cli.fleet import Fleet, Member
from app.cli.operations import require_database
from app.config import Settings
from app.config.client import process_environment
from app.core.errors import Conflict, Unavailable
from app.workers.rescue import rescue
from app.workers.roles import role_named
from app.workers.scheduler import Scheduler
from app.workers.supervisor import stop_on_signals

log = structlog.get_logger(__name__)


def _worker(role: str) -> Member:
    return Member(role, ("worker", "--role", role, "--worker-id", "{worker_id}"), is_worker=True)


API = Member("api", ("api",))


def members(settings: Settings) -> tuple[Member, ...]:
    """List what runs: the API, then the workers, in the order in which they start; nobody waits for the last one."""
    return (API, *(_worker(role_named(name).name) for name in settings.workers.up_roles))


# Loading a worker takes a processor for a second.
_APART_SECONDS = 0.5
_API_STARTS_WITHIN = timedelta(seconds=60)


class PortTaken(Conflict):
    """Another program listens on this port. Stop it, or choose another with PORT."""


def check_port(host: str, port: int) -> None:
    """PortTaken when somebody listens there: he would be taken for our API, and given the administrator's token."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(f"Another program listens on port {port}. Stop it, or choose another with PORT.") from error


async def up(settings: Settings, *, verbose: bool = False) -> None:
    """Run everything until told to stop."""
    check_port(settings.core.host, settings.core.port)
    configure_logging(settings, service="up", for_people=True)
    err.print("Starting …")
    stopping = stop_on_signals()
    async with AsyncExitStack() as stack:
        embedded = EmbeddedRedis(settings.data_dir) if settings.redis.is_embedded else None
        if embedded:
            await embedded.start()
            stack.push_async_callback(embedded.stop)
        container = await stack.enter_async_context(
            open_container(settings, registry=wiring.registry(), subscriptions=wiring.SUBSCRIPTIONS)
        )
        await require_database(container)
        await migrate.upgrade(container.database)
        await grant_to_workers(container.database, settings.database.worker_role)
        await first_start.make_admin(container, _show_login)
        fleet = Fleet(
            env=process_environment(PYTHONUNBUFFERED="1", **_profile(settings)),
            log_dir=settings.data_dir / "logs",
            new_id=lambda: container.ids.secret(nbytes=6),
            on_worker_death=lambda worker_id: rescue(container, worker_id=worker_id),
            verbose=verbose,
        )
        scheduler = Scheduler(container, holder=f"up-{container.ids.secret(nbytes=6)}", schedules=wiring.SCHEDULES)
        serving = asyncio.Event()
        started = members(settings)

        async def keep(member: Member) -> None:
            # Four processes that load at once would share two cores: the one that people wait for comes first.
            if member.is_worker:
                await serving.wait()
                await asyncio.sleep(_APART_SECONDS * started.index(member))
            await fleet.keep(member, monotonic=container.clock.monotonic)

        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(keep(member)) for member in started]
            running.append(tasks.create_task(scheduler.run()))
            if embedded:
                running.append(tasks.create_task(embedded.keep()))
            running.append(tasks.create_task(_welcome(container, serving)))
            await stopping.wait()
            err.print("Stopping …")
            for task in running:
                task.cancel()
    out.print("Stopped.")


def _profile(settings: Settings) -> dict[str, str]:
    """Give workers what the specification's defaults are too small for, where nothing else was said (C18)."""
    is_set = "max_timeout_ms" in settings.preview.model_fields_set
    return {} if is_set else {"PREVIEW_MAX_TIMEOUT_MS": "600000"}


def _show_login(login: first_start.Login) -> None:
    out.print(f"\n  Admin login: {login.email}   password: {login.password}   (shown once)")


async def _welcome(container: Container, serving: asyncio.Event) -> None:
    """Wait for the API and set `serving`, say where it is, then make the demo project."""
    settings = container.settings
    local = f"http://{settings.core.host}:{settings.core.port}"
    await _wait_for_api(f"{local}/livez")
    serving.set()
    address = settings.core.base_url
    out.print(Text.assemble("\n  HiveSync runs at ", (address, "bold"), "\n"))
    server = "" if address == DEFAULT_SERVER else f" --server {address}"
    out.print(f"  Try next:   open {address} in a browser, or in another terminal:")
    out.print(f"              hivesync login{server}")
    out.print("              hivesync project list      hivesync review      hivesync --help")
    out.print(f"  The API:    {address}/docs")
    out.print(f"  The logs:   {settings.data_dir}/logs")
    out.print("  Stop with Ctrl-C.\n")
    if settings.core.demo and await demo.make_demo(container, local, demo.find_checkout()):
        out.print("  The demo project is made from this checkout. What it proposes: hivesync review\n")


async def _wait_for_api(address: str) -> None:
    ticks = asyncio.Event()
    async with httpx.AsyncClient(trust_env=False) as client:
        deadline = asyncio.get_running_loop().time() + _API_STARTS_WITHIN.total_seconds()
        while asyncio.get_running_loop().time() < deadline:
            try:
                if (await client.get(address, timeout=1)).is_success:
                    return
            except httpx.HTTPError:
                pass
            try:
                await asyncio.wait_for(ticks.wait(), timeout=0.1)
            except TimeoutError:
                continue
    raise Unavailable("The API did not start; its log says why: $DATA_DIR/logs/api.log")
