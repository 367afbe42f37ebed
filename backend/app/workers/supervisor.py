"""One worker process: preflight, slots, heartbeat, leases, and a graceful stop."""

import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.adapters.container import Container
from app.adapters.process.threads import SeenThreads
from app.adapters.queue.port import QueueConsumer
from app.core.errors import Unavailable
from app.workers.heartbeat import Heartbeat
from app.workers.intake import Intake
from app.workers.leases import LeaseKeeper
from app.workers.pulse import LEAVES_WITHIN_SECONDS, Pulse
from app.workers.role import Role, WorkerType
from app.workers.runner import Runner

log = structlog.get_logger(__name__)


class WorkerStuckError(Unavailable):
    """A job's handler, or a thread of its, did not end in time: this worker ends, so that another takes its place."""


class Stopping(asyncio.Event):
    """Set when the process is to stop; `hurry` when it is told a second time."""

    def __init__(self) -> None:
        super().__init__()
        self.hurry = asyncio.Event()

    def tell(self) -> None:
        """Ask to stop; a second time: at once."""
        if self.is_set():
            self.hurry.set()
        self.set()


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
    pulse: Pulse | None = None

    def slots(self) -> int:
        """Count the slots: GPU and cleanup workers have one, always."""
        return self.role.slots_for(self.container.settings)

    async def run(self, *, stop: asyncio.Event | None = None) -> None:
        """Work until SIGTERM, SIGINT or `stop`; then finish what fits in the grace period, hand back the rest."""
        stopping = stop or stop_on_signals()
        asyncio.get_running_loop().set_default_executor(SeenThreads())
        keeper = LeaseKeeper(self.container, pulse=self.pulse)
        runner = Runner(self.container, keeper, self.worker_id)
        heartbeat = Heartbeat(self.container, self.role, self.worker_id, self.slots(), keeper)

        intake = self._intake(runner)
        runner.finisher = intake.finish
        background = [asyncio.create_task(each.run()) for each in (keeper, heartbeat, intake)]
        self.consumer.start(self.role.served(self.container.settings), self.slots(), intake.handle)
        log.info("worker.started", role=self.role.name, worker_id=self.worker_id, slots=self.slots())
        if not set(self.role.queues) & set(self.container.registry.kinds().values()):
            log.info("worker.nothing_to_do", role=self.role.name, note="This version puts no jobs on its queues.")
        try:
            await _first(background, stopping, keeper.stuck)
            log.info("worker.stopping", worker_id=self.worker_id, active=len(keeper.running))
            if self.pulse is not None:
                self.pulse.leave_within(self.container.settings.workers.grace_seconds + LEAVES_WITHIN_SECONDS)
            heartbeat.is_draining = True
            self.consumer.stop_taking()
            intake.leave()
            await self._leave(keeper, stopping)
            await self.consumer.stop(timedelta(seconds=1))
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await heartbeat.stop()
        log.info("worker.stopped", worker_id=self.worker_id)
        if keeper.stuck.is_set():
            raise WorkerStuckError
        for task in background:
            if not task.cancelled():
                task.result()

    def _intake(self, runner: Runner) -> Intake:
        return Intake(
            self.container,
            runner,
            self.slots(),
            self.consumer.resize,
            is_gpu=self.role.type is WorkerType.GPU,
            may_claim_ahead=self.role.type is WorkerType.CPU,
        )

    async def _leave(self, keeper: LeaseKeeper, stopping: asyncio.Event) -> None:
        """Let jobs finish within the grace period, or until told again; hand the rest back at once."""
        hurry = stopping.hurry if isinstance(stopping, Stopping) else asyncio.Event()
        told_again = asyncio.create_task(hurry.wait())
        ends = asyncio.get_running_loop().time() + self.container.settings.workers.grace_seconds
        try:
            while keeper.running and not hurry.is_set():
                left = ends - asyncio.get_running_loop().time()
                if left <= 0:
                    break
                tasks = [job.task for job in keeper.running.values()]
                await asyncio.wait([*tasks, told_again], timeout=left, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(0)
        finally:
            told_again.cancel()
        for job in list(keeper.running.values()):
            # The runner sees the cancellation and hands the job back at once, not after its lease.
            job.stop()


async def _first(background: Sequence["asyncio.Task[None]"], *events: asyncio.Event) -> None:
    """Wait for one of some events, or for what runs for ever to break: then this worker only looks alive."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait([*background, *waiting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


def stop_on_signals() -> Stopping:
    """Make an event that SIGTERM and SIGINT set; the second one makes it hurry."""
    stopping = Stopping()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.tell)
    return stopping
