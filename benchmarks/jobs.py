"""Job round trip: enqueue → the handler's first line, jobs per second and CPU per job, against five peers."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from inspect import isawaitable
from itertools import count
from pathlib import Path
from typing import Any, Protocol

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
from benchmarks.peers import peers
from benchmarks.sides.bare_dramatiq import make_actor
from benchmarks.sides.noop import NoOp, Pause, registry

DESCRIPTION = """Ours: Scope.stage → commit → push → claim → handler → finish, with the real container, supervisor,
consumer and scheduler, on SQLite and on PostgreSQL. Peers: Procrastinate (rows in the same PostgreSQL), Celery
with its results in that PostgreSQL, plain Celery, RQ, and bare Dramatiq, stock broker and worker. Same Redis, a worker
process of its own each, the same slots (RQ has one); the handler does nothing on any side. Each hands in many at once
as it can: ours stage_many, Procrastinate batch_defer, RQ enqueue_many, Celery and Dramatiq one send after the other.
Celery: threads (one process, as all others), 64 messages fetched ahead a slot, results ignored where none are kept.
RQ: SimpleWorker, which does not fork for each job.

idle     one job at a time, with a pause between: enqueue → first line of the handler
loaded   jobs at a steady rate, whether or not the ones before are done
jobs/s   all at once, until the last is done (ours: its row says success; peer: its handler began)
CPU      of the worker process, a job of that rush; and of our worker while nothing happens
I/O      1,000 jobs that wait 50 ms each, on one AI worker, against one after the other (50 s, by arithmetic)"""

SLOTS = 4
_BATCH = 500
_PAUSE_SECONDS = 0.02
_LOADED_PER_SECOND = 60
_ASKS_EVERY_SECONDS = 0.002
DRAMATIQ = "Dramatiq"
# Ours on PostgreSQL, as a multiple of theirs.
GOALS = {"Procrastinate": 10, "Celery": 1, DRAMATIQ: 0.5}
_IO_SECONDS = 0.05


class Contender(Protocol):
    """One side: something that takes jobs, and the worker process that runs them."""

    worker: Side

    async def enqueue(self, number: int) -> None:
        """Hand one job in."""
        ...

    async def enqueue_many(self, numbers: Sequence[int]) -> None:
        """Hand many jobs in, as fast as it can."""
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

    async def enqueue_many(self, numbers: Sequence[int]) -> None:
        """Stage a batch in one statement."""
        async with self.container.scope() as scope:
            await scope.stage_many([NoOp(number=number) for number in numbers])

    async def settled(self) -> None:
        """Ask the ledger, which tells nobody."""
        while await self._unfinished():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(_ASKS_EVERY_SECONDS)

    async def _unfinished(self) -> int:
        async with self.container.scope(read_only=True) as scope:
            query = select(func.count()).select_from(Job).where(Job.status.in_(("queued", "running")))
            return (await scope.session.execute(query)).scalar_one()


@dataclass(slots=True)
class Peer:
    """Somebody else's queue: `send` hands one job in, `send_many` many."""

    send: Callable[[int], Any]
    worker: Side
    send_many: Callable[[Sequence[int]], Any] | None = None

    async def enqueue(self, number: int) -> None:
        """Send a message."""
        sent = self.send(number)
        if isawaitable(sent):
            await sent

    async def enqueue_many(self, numbers: Sequence[int]) -> None:
        """Send many in its own way, or one after the other."""
        if self.send_many is None:
            for number in numbers:
                self.send(number)
            return
        sent = self.send_many(numbers)
        if isawaitable(sent):
            await sent

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
    numbers = [next(_numbers) for _ in range(jobs)]
    began = time.monotonic_ns()
    for start in range(0, jobs, _BATCH):
        await contender.enqueue_many(numbers[start : start + _BATCH])
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
        server = next((place.url for place in places if place.name != "SQLite"), None)
        for name, opened in peers(redis_url, server, SLOTS).items():
            try:
                send, worker, send_many = await stack.enter_async_context(opened)
                contenders[name] = Peer(send, worker, send_many)
            except (ImportError, RuntimeError) as error:
                result.skipped.append(f"{name} could not be started ({error}): make bench installs it")
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
        # With a provider to wait for, which nothing here asks, an AI worker has as many slots as it may have calls.
        start_side("our_worker", environment_for(home, OPENAI_API_KEY="unused", **services), "0", "ai"),
    ):
        scheduler = asyncio.create_task(Scheduler(container, holder="bench").run())
        try:
            yield Ours(container, worker)
        finally:
            scheduler.cancel()
            await asyncio.gather(scheduler, return_exceptions=True)


@asynccontextmanager
async def _bare(redis_url: str) -> AsyncIterator[Peer]:
    async with start_side("bare_dramatiq", {"REDIS_URL": redis_url}, str(SLOTS)) as worker:
        yield Peer(make_actor(redis_url).send, worker)


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

    cpu: dict[str, list[float]] = {name: [] for name in contenders}

    def rusher(name: str) -> Callable[[], Awaitable[float]]:
        async def measured() -> float:
            before = contenders[name].worker.cpu_seconds()
            rate = await rush(contenders[name], rushed)
            cpu[name].append((contenders[name].worker.cpu_seconds() - before) / rushed * 1000)
            return rate

        return measured

    rates = await interleave(options.rounds, {name: rusher(name) for name in contenders}, say="jobs/s,")
    for name, ours in contenders.items():
        if not isinstance(ours, Ours):
            continue
        _add_starts(result, f"{name}, idle", alone[name], alone[DRAMATIQ], goals=(10, None))
        _add_starts(result, f"{name}, {_LOADED_PER_SECOND} jobs/s", steady[name], steady[DRAMATIQ], goals=(30, 150))
        for peer in [other for other in contenders if isinstance(contenders[other], Peer)]:
            goal = Goal(GOALS[peer]) if peer in GOALS and name != "SQLite" else None
            result.figures += [
                compare(f"jobs/s, {name}", "/s", "more", ours=rates[name], peer=rates[peer], peer_name=peer, goal=goal),
                compare(f"CPU a job, {name}", "ms", "less", ours=cpu[name], peer=cpu[peer], peer_name=peer),
            ]
        waiting = await wait_for_many(ours, options.size(1000, quick=10))
        result.figures.append(
            compare(f"1,000 I/O jobs of 50 ms, {name}", "x", "more", ours=[waiting], goal=Goal(20, on="value"))
        )
        await _rest(result, ours, name, seconds=options.size(5, quick=1))


async def _rest(result: Result, ours: Contender, name: str, *, seconds: int) -> None:
    """Measure a worker that has nothing to do."""
    before = ours.worker.cpu_seconds()
    await asyncio.sleep(seconds)
    used = 100 * (ours.worker.cpu_seconds() - before) / seconds
    result.figures.append(
        compare(
            f"CPU of an idle worker, {name}", "%", "less", ours=[used], goal=Goal(1.5, on="value"), note=f"{seconds} s"
        )
    )


async def wait_for_many(ours: Ours, jobs: int) -> float:
    """Hand in jobs that only wait; say how many times faster than one after the other they all are."""
    began = time.monotonic()
    async with ours.container.scope() as scope:
        await scope.stage_many([Pause(number=number, seconds=_IO_SECONDS) for number in range(jobs)])
    await ours.settled()
    return jobs * _IO_SECONDS / (time.monotonic() - began)


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
