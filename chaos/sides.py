"""The processes that are broken: a worker, a scheduler, a producer, each composed as the product composes it.

    python -m chaos.sides worker ROLE WORKER_ID | scheduler | producer

`CHAOS_MUTANT` names what is composed wrongly on purpose; `CHAOS_SKEW` is how wrong this process's clock is, in seconds.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import uvloop
from sqlalchemy import func, select, update

from app.adapters.container import Container
from app.adapters.jobs.schedule import Schedule
from app.adapters.opening import open_consumer, open_container
from app.adapters.telemetry.logging import configure_logging
from app.config import Settings, load_settings
from app.core import failpoints
from app.core.actor import Actor
from app.core.clock import SystemClock
from app.core.jobs import JobStatus, Queue
from app.models.job import Job
from app.models.user import User
from app.workers.rescue import rescue
from app.workers.role import Role
from app.workers.scheduler import Scheduler
from app.workers.supervisor import Supervisor, stop_on_signals

from chaos.jobs import PAYLOADS, Bench, registry
from chaos.notes import Notes
from chaos.plan import Order, orders

ROLES = {
    "ai": (Queue.AI, Queue.SYSTEM_EVENTS),
    "sync": (Queue.REPO_SYNC, Queue.MIRROR, Queue.SYSTEM_EVENTS),
    "refactor": (Queue.REFACTOR, Queue.PREVIEW_BUILD),
}
SLOTS = 4
_AGAIN_SECONDS = 0.3
_ASKED_AT_ONCE = 8


class SkewedClock(SystemClock):
    """A clock that is wrong by a fixed time."""

    def __init__(self, seconds: float) -> None:
        self._wrong_by = timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Read the wrong time."""
        return super().now() + self._wrong_by


@asynccontextmanager
async def opened(worker_id: str) -> AsyncIterator[tuple[Settings, Container, Bench]]:
    """Open what every process opens."""
    settings, mutant = load_settings(), os.environ.get("CHAOS_MUTANT", "")
    configure_logging(settings, service=worker_id)
    failpoints.arm(settings.core.failpoint)
    bench = Bench(Notes(Path(os.environ["CHAOS_NOTES"])), worker_id, Path(os.environ["CHAOS_TMP"]), mutant)
    async with open_container(settings, registry=registry(bench), subscriptions={}) as container:
        skew = float(os.environ.get("CHAOS_SKEW", "0"))
        yield settings, replace(container, clock=SkewedClock(skew)) if skew else container, bench


async def work(role_name: str, worker_id: str) -> None:
    """Run one worker until told to stop."""
    async with opened(worker_id) as (settings, container, _):
        role = Role(name=f"{role_name}_worker", queues=ROLES[role_name], slots=SLOTS)
        await Supervisor(container, role, open_consumer(settings), worker_id=worker_id).run()


@dataclass(slots=True)
class BrokenScheduler(Scheduler):
    """Leaves out what the mutant lacks."""

    without: str = ""

    def chores(self) -> list[Schedule]:
        """List the repairs that are left."""
        return [chore for chore in Scheduler.chores(self) if chore.name != self.without]


async def schedule(holder: str) -> None:
    """Run one scheduler until told to stop; of several, one leads."""
    async with opened(holder) as (_, container, bench):
        stopping = stop_on_signals()
        if bench.mutant == "redis_only":
            await stopping.wait()
            return
        scheduler = Scheduler(container, holder=holder)
        if bench.mutant == "no_sweep":
            scheduler = BrokenScheduler(container, holder=holder, without="sweep")
        elif bench.mutant == "rescue_tail":
            scheduler = TailScheduler(container, holder=holder)
        task = asyncio.create_task(scheduler.run())
        await stopping.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class TailScheduler(Scheduler):
    """Lets rescued jobs stand at the end of their queue."""

    def chores(self) -> list[Schedule]:
        """Forget who was rescued before anybody is pushed."""
        first, *others = Scheduler.chores(self)

        async def sweep(container: Container) -> None:
            await forget_rescued(container)
            await first.run(container)

        return [Schedule("sweep", first.every, sweep), *others]


async def forget_rescued(container: Container) -> None:
    """Take rescued jobs their place at the head: their turn is after everybody's who waits."""
    last = select(func.max(Job.turn)).where(Job.status == "queued").scalar_subquery()
    async with container.scope() as scope:
        await scope.session.execute(
            update(Job)
            .where(Job.status == "queued", Job.rescued)
            .values(rescued=False, turn=last + 1)
            .execution_options(synchronize_session=False)
        )


async def bury(container: Container, worker_id: str, mutant: str) -> None:
    """Do what a fleet does for a worker that died."""
    if mutant == "redis_only":
        return
    await rescue(container, worker_id=worker_id)
    if mutant == "rescue_tail":
        await forget_rescued(container)


async def produce() -> None:
    """Ask for every job of the plan that is not there yet, as an API would; then go."""
    async with opened("producer") as (_, container, bench):
        plan = orders(int(os.environ["CHAOS_JOBS"]), int(os.environ["CHAOS_SEED"]), os.environ["CHAOS_MIX"])  # type: ignore[arg-type]
        there, users = await _there(container)
        asked = {line["n"] for line in bench.notes.read() if line["what"] == "acked"}
        for number, job_id in there.items():
            if number not in asked:
                bench.notes.add("acked", n=number, job=str(job_id), late=True)
        waiting = iter([order for order in plan if order.number not in asked | there.keys()])
        pace = float(os.environ.get("CHAOS_PACE", "0"))

        async def ask() -> None:
            for order in waiting:
                await _ask(container, bench, order, users)
                await asyncio.sleep(pace)

        await asyncio.gather(*(ask() for _ in range(_ASKED_AT_ONCE)))
        bench.notes.add("asked")


async def _there(container: Container) -> tuple[dict[int, UUID], Sequence[UUID]]:
    """Read which numbers have a job, and who may ask."""
    while True:
        try:
            async with container.scope(read_only=True) as scope:
                rows = await scope.session.execute(select(Job.payload, Job.id))
                users = (await scope.session.execute(select(User.id).order_by(User.id))).scalars().all()
                return {row[0]["number"]: row[1] for row in rows}, users
        except Exception:
            await asyncio.sleep(_AGAIN_SECONDS)


async def _ask(container: Container, bench: Bench, order: Order, users: Sequence[UUID]) -> None:
    payload = PAYLOADS[order.kind](number=order.number, seconds=order.seconds)
    bench.notes.add("asking", n=order.number)
    while True:
        job_id = None
        try:
            async with container.scope(Actor(user_id=users[order.user])) as scope:
                job_id = (await scope.stage(payload)).id
            break
        except Exception as error:
            bench.notes.add("refused", n=order.number, error=type(error).__name__)
            await asyncio.sleep(_AGAIN_SECONDS)
            there, _ = await _there(container)
            if order.number in there:
                job_id = there[order.number]
                break
    bench.notes.add("acked", n=order.number, job=str(job_id), kind=order.kind)
    if order.kind == "cancelled":
        await asyncio.sleep(order.seconds)
        await _cancel(container, bench, order.number, job_id)


async def _cancel(container: Container, bench: Bench, number: int, job_id: UUID) -> None:
    while True:
        try:
            async with container.scope() as scope:
                state = await scope.ledger.request_cancel(job_id)
        except Exception:
            await asyncio.sleep(_AGAIN_SECONDS)
            continue
        bench.notes.add("unwanted", n=number, was=state.value if isinstance(state, JobStatus) else None)
        return


def main(arguments: Sequence[str]) -> None:
    """Be one of them."""
    match arguments:
        case ["worker", role, worker_id]:
            uvloop.run(work(role, worker_id))
        case ["scheduler", holder]:
            uvloop.run(schedule(holder))
        case ["producer"]:
            uvloop.run(produce())
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
