"""A worker process: pick a role, open the container, run until told to stop."""

import asyncio

import structlog

from app import wiring
from app.adapters.machine.port import Machine, ThisMachine
from app.adapters.opening import open_consumer, open_container
from app.adapters.telemetry.logging import configure_logging
from app.config import Settings
from app.core import failpoints
from app.workers import preflight
from app.workers.pulse import Pulse
from app.workers.role import Need, Role
from app.workers.scheduler import Scheduler
from app.workers.supervisor import Supervisor, new_worker_id, stop_on_signals

log = structlog.get_logger(__name__)


async def work(settings: Settings, role: Role, *, worker_id: str | None = None) -> None:
    """Run one role until told to stop."""
    configure_logging(settings, service=role.name)
    failpoints.arm(settings.core.failpoint)
    async with open_container(
        settings,
        registry=wiring.registry(),
        subscriptions=wiring.SUBSCRIPTIONS,
        writes_mirrors=role.writes_mirrors,
        service=role.name,
    ) as container:
        needs = await preflight.examine(container, role, ThisMachine())
        for need in needs:
            if need.problem and not need.required:
                log.warning("worker.preflight", role=role.name, need=need.name, problem=need.problem)
        preflight.require(role, needs)
        supervisor = Supervisor(
            container=container,
            role=role,
            consumer=open_consumer(settings),
            worker_id=worker_id or new_worker_id(role, container),
            pulse=Pulse(),
        )
        await supervisor.run()


async def check(settings: Settings, role: Role, machine: Machine | None = None) -> list[Need]:
    """Look for everything a role needs here, and start nothing."""
    async with open_container(settings, registry=wiring.registry(), subscriptions={}) as container:
        return await preflight.examine(container, role, machine or ThisMachine())


async def schedule(settings: Settings) -> None:
    """Run the scheduler until told to stop; several may run, one leads."""
    configure_logging(settings, service="scheduler")
    async with open_container(
        settings, registry=wiring.registry(), subscriptions=wiring.SUBSCRIPTIONS, service="scheduler"
    ) as container:
        scheduler = Scheduler(
            container, holder=f"scheduler-{container.ids.secret(nbytes=6)}", schedules=wiring.SCHEDULES
        )
        task = asyncio.create_task(scheduler.run())
        stopping = asyncio.create_task(stop_on_signals().wait())
        try:
            # Whichever comes first: one that broke must not look alive.
            await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
        finally:
            for each in (task, stopping):
                each.cancel()
            await asyncio.gather(task, stopping, return_exceptions=True)
