"""One worker process: preflight, slots, heartbeat, leases, and a graceful stop."""

import asyncio
import os
import signal
import socket
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.adapters.container import Container
from app.adapters.queue.port import QueueConsumer
from app.core.errors import Unavailable
from app.core.jobs import Queue
from app.workers.heartbeat import Heartbeat
from app.workers.intake import Intake
from app.workers.leases import LeaseKeeper
from app.workers.role import Role, WorkerType
from app.workers.runner import Runner

log = structlog.get_logger(__name__)


class UnfitError(Unavailable):
    """This machine lacks what the role needs."""


def new_worker_id(role: Role, container: Container) -> str:
    """Name a worker: role, machine, process and a few random letters."""
    return f"{role.name}-{socket.gethostname()}-{os.getpid()}-{container.ids.secret(nbytes=3)}"


@dataclass(slots=True)
class Supervisor:
    """Runs a role's slots until told to stop."""

    container: Container
    role: Role
    consumer: QueueConsumer
    worker_id: str

    def slots(self) -> int:
        """Count the slots: GPU and cleanup workers have one, always; AI jobs wait for others most of the time."""
        if self.role.type is not WorkerType.CPU:
            return 1
        if self.role.slots or self.role.io_slots:
            return self.role.io_slots or self.role.slots or 1
        settings = self.container.settings
        return settings.ai.calls_per_worker if self.role.queues == (Queue.AI,) else settings.workers.concurrency

    async def run(self, *, stop: asyncio.Event | None = None) -> None:
        """Work until SIGTERM, SIGINT or `stop`; then finish what fits in the grace period, hand back the rest."""
        missing = self.role.preflight(self.container.settings)
        if missing:
            raise UnfitError("; ".join(missing))
        stopping = stop or stop_on_signals()
        keeper = LeaseKeeper(self.container)
        runner = Runner(self.container, keeper, self.worker_id)
        heartbeat = Heartbeat(self.container, self.role, self.worker_id, self.slots(), keeper)

        intake = self._intake(runner)
        runner.finisher = intake.finish
        background = [asyncio.create_task(each.run()) for each in (keeper, heartbeat, intake)]
        self.consumer.start(self.role.queues, self.slots(), intake.handle)
        log.info("worker.started", role=self.role.name, worker_id=self.worker_id, slots=self.slots())
        try:
            await stopping.wait()
            log.info("worker.stopping", worker_id=self.worker_id, active=len(keeper.running))
            self.consumer.stop_taking()
            intake.leave()
            await self._leave(keeper)
            await self.consumer.stop(timedelta(seconds=2))
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await heartbeat.stop()
        log.info("worker.stopped", worker_id=self.worker_id)

    def _intake(self, runner: Runner) -> Intake:
        return Intake(
            self.container,
            runner,
            self.slots(),
            self.consumer.resize,
            is_gpu=self.role.type is WorkerType.GPU,
            may_claim_ahead=self.role.type is WorkerType.CPU,
        )

    async def _leave(self, keeper: LeaseKeeper) -> None:
        grace = self.container.settings.workers.grace_seconds
        tasks = [job.task for job in keeper.running.values()]
        if not tasks:
            return
        _, unfinished = await asyncio.wait(tasks, timeout=grace)
        for task in unfinished:
            # The runner sees the cancellation and hands the job back at once, not after its lease.
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished, timeout=5)


def stop_on_signals() -> asyncio.Event:
    """Make an event that SIGTERM and SIGINT set."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping
