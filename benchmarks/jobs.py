"""Job round trip: from asking for a job to its handler's first line, and jobs per second, against bare Dramatiq."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

import dramatiq
from sqlalchemy import func, select

from app.adapters.container import Container
from app.adapters.opening import open_container
from app.models.job import Job
from app.workers.scheduler import Scheduler

from benchmarks.harness import Goal, Options, Result, compare, interleave, main, percentile
from benchmarks.machinery import (
    Place,
    Side,
    databases,
    environment_for,
    private_redis,
    settings_for,
    silent_logs,
    start_side,
    workplace,
)
from benchmarks.sides.bare_dramatiq import make_actor
from benchmarks.sides.noop import NoOp, registry

DESCRIPTION = """Ours: Scope.stage → commit → push → claim → handler → finish, with the real container, supervisor,
consumer and scheduler, on SQLite and on PostgreSQL. Peer: bare Dramatiq, stock broker and worker, whose jobs live in
Redis alone. Same Redis, same slots, a worker process of its own each; the handler does nothing on both sides.

idle     one job at a time, with a pause between: enqueue → first line of the handler
loaded   jobs at a steady rate, whether or not the ones before are done
jobs/s   all at once, until the last is done (ours: its row says success; peer: its handler began)"""

SLOTS = 4
_PRODUCERS = 8
_PAUSE_SECONDS = 0.02
_LOADED_PER_SECOND = 60
_ASKS_EVERY_SECONDS = 0.002
DRAMATIQ = "Dramatiq"


class Contender(Protocol):
    """One side: something that takes jobs, and the worker process that runs them."""

    worker: Side

    async def enqueue(self, number: int) -> None:
        """Hand one job in."""
        ...

    async def settled(self) -> None:
        """Wait until every job handed in is done."""
        ...


@dataclass(slots=True)
class Ours:
    """The product, on one database."""

    container: Container
    worker: Side

    async def enqueue(self, number: int) -> None:
        """Stage a job in a transaction of its own, as a request does."""
        async with self.container.scope() as scope:
            await scope.stage(NoOp(number=number))

    async def settled(self) -> None:
        """Ask the ledger, which tells nobody."""
        while await self._unfinished():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(_ASKS_EVERY_SECONDS)

    async def _unfinished(self) -> int:
        async with self.container.scope(read_only=True) as scope:
            query = select(func.count()).select_from(Job).where(Job.status.in_(("queued", "running")))
            return (await scope.session.execute(query)).scalar_one()


@dataclass(slots=True)
class Bare:
    """Dramatiq alone."""

    actor: "dramatiq.Actor[[int], None]"
    worker: Side

    async def enqueue(self, number: int) -> None:
        """Send a message."""
        self.actor.send(number)

    async def settled(self) -> None:
        """Nothing is recorded, so there is nothing to ask."""


@dataclass(slots=True)
class Latencies:
    """Milliseconds from enqueue to start, of one contender: every round's p50, and all values."""

    p50: list[float] = field(default_factory=list)
    all: list[float] = field(default_factory=list)

    def add(self, values: Sequence[float]) -> float:
        """Keep a round's values; give their p50."""
        self.all += values
        self.p50.append(percentile(values, 0.5))
        return self.p50[-1]


_numbers = count(1)


async def start_alone(contender: Contender, jobs: int) -> list[float]:
    """Hand in one job at a time; milliseconds until each began."""
    waits = []
    for _ in range(jobs):
        number = next(_numbers)
        await contender.worker.ask(expect=1)
        asked = time.monotonic_ns()
        await contender.enqueue(number)
        ((_, began),) = await contender.worker.hear()
        waits.append((began - asked) / 1e6)
        await asyncio.sleep(_PAUSE_SECONDS)
    await contender.settled()
    return waits


async def start_loaded(contender: Contender, jobs: int) -> list[float]:
    """Hand in jobs at a steady rate, late ones at once; milliseconds until each began."""
    await contender.worker.ask(expect=jobs)
    asked: dict[int, int] = {}
    tasks = []
    began = time.monotonic_ns()
    for position in range(jobs):
        due = began + round(position * 1e9 / _LOADED_PER_SECOND)
        await asyncio.sleep(max(0.0, (due - time.monotonic_ns()) / 1e9))
        number = next(_numbers)
        # Measured from when it was due: a driver that falls behind must not hide the wait.
        asked[number] = due
        tasks.append(asyncio.create_task(contender.enqueue(number)))
    await asyncio.gather(*tasks)
    starts = await contender.worker.hear()
    await contender.settled()
    return [(moment - asked[number]) / 1e6 for number, moment in starts]


async def rush(contender: Contender, jobs: int) -> float:
    """Hand in everything at once, wait for the last; jobs per second."""
    await contender.worker.ask(expect=jobs)
    numbers = iter([next(_numbers) for _ in range(jobs)])

    async def produce() -> None:
        for number in numbers:
            await contender.enqueue(number)

    began = time.monotonic_ns()
    await asyncio.gather(*(produce() for _ in range(_PRODUCERS)))
    await contender.worker.hear()
    await contender.settled()
    return jobs / ((time.monotonic_ns() - began) / 1e9)


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(workplace())
        redis_url = await stack.enter_async_context(private_redis(folder))
        places = await stack.enter_async_context(databases(folder, options, result.skipped))
        # The rows tell how jobs fare; lines about them would only disturb the table.
        stack.enter_context(silent_logs())
        contenders: dict[str, Contender] = {}
        for place in places:
            contenders[place.name] = await stack.enter_async_context(_ours(folder, place, redis_url))
        contenders[DRAMATIQ] = await stack.enter_async_context(_bare(redis_url))
        await _compare(options, result, contenders)


@asynccontextmanager
async def _ours(folder: Path, place: Place, redis_url: str) -> AsyncIterator[Ours]:
    """Open what an API process opens, a scheduler, and a worker. Databases share the Redis, in a database each."""
    home = folder / place.name
    home.mkdir()
    url = f"{redis_url}?db={1 if place.name == 'SQLite' else 2}"
    services = {"database_url": place.url, "redis_url": url}
    settings = settings_for(home, **services)
    async with (
        open_container(settings, registry=registry(), subscriptions={}) as container,
        start_side("our_worker", environment_for(home, **services), str(SLOTS)) as worker,
    ):
        scheduler = asyncio.create_task(Scheduler(container, holder="bench").run())
        try:
            yield Ours(container, worker)
        finally:
            scheduler.cancel()
            await asyncio.gather(scheduler, return_exceptions=True)


@asynccontextmanager
async def _bare(redis_url: str) -> AsyncIterator[Bare]:
    async with start_side("bare_dramatiq", {"REDIS_URL": redis_url}, str(SLOTS)) as worker:
        yield Bare(make_actor(redis_url), worker)


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to ask for jobs, and how many a round."""

    name: str
    run: Callable[[Contender, int], Awaitable[list[float]]]
    jobs: int

    async def compete(self, contenders: Mapping[str, Contender], rounds: int) -> dict[str, Latencies]:
        """Let every contender start so many jobs a round."""
        kept = {name: Latencies() for name in contenders}

        def side(name: str) -> Callable[[], Awaitable[float]]:
            async def measured() -> float:
                return kept[name].add(await self.run(contenders[name], self.jobs))

            return measured

        await interleave(rounds, {name: side(name) for name in contenders}, say=f"{self.name},")
        return kept


async def _compare(options: Options, result: Result, contenders: Mapping[str, Contender]) -> None:
    # Together at least 200 single jobs, and 2,000 at once in every round.
    idle = Trial("idle", start_alone, options.size(50, quick=2))
    loaded = Trial("loaded", start_loaded, options.size(120, quick=3))
    rushed = options.size(2000, quick=10)
    for contender in contenders.values():
        await rush(contender, options.size(100, quick=2))
    alone = await idle.compete(contenders, options.rounds)
    steady = await loaded.compete(contenders, options.rounds)

    def rusher(name: str) -> Callable[[], Awaitable[float]]:
        return lambda: rush(contenders[name], rushed)

    rates = await interleave(options.rounds, {name: rusher(name) for name in contenders}, say="jobs/s,")
    for name in contenders:
        if name == DRAMATIQ:
            continue
        _add_starts(result, f"{name}, idle", alone[name], alone[DRAMATIQ], goals=(10, None))
        _add_starts(result, f"{name}, {_LOADED_PER_SECOND} jobs/s", steady[name], steady[DRAMATIQ], goals=(30, 150))
        result.figures.append(
            compare(f"jobs/s, {name}", "/s", "more", ours=rates[name], peer=rates[DRAMATIQ], peer_name=DRAMATIQ)
        )


def _add_starts(
    result: Result, where: str, ours: Latencies, peer: Latencies, *, goals: tuple[float | None, float | None]
) -> None:
    """Add p50 (the median of the rounds) and p99 (of all values together)."""
    p50, p99 = (Goal(bound, on="value") if bound else None for bound in goals)
    what = f"enqueue → start, {where}"
    result.figures += [
        compare(f"{what}, p50", "ms", "less", ours=ours.p50, peer=peer.p50, peer_name=DRAMATIQ, goal=p50),
        compare(f"{what}, p99", "ms", "less", ours=[percentile(ours.all, 0.99)], peer=[percentile(peer.all, 0.99)],
                peer_name=DRAMATIQ, goal=p99, note=f"of {len(ours.all)}"),
    ]  # fmt: skip


if __name__ == "__main__":
    main("jobs", measure, description=DESCRIPTION)
