"""Who breaks things: random, from a seed, one fault after another, each told to the ledger outside."""

import asyncio
import contextlib
import random
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.jobs.dispatcher import message_for
from app.adapters.jobs.statements import LEASE
from app.adapters.redis_client import open_async
from app.models.job import Job

from chaos.crew import Crew, Member
from chaos.machinery import DISK_BYTES, Postgres, Redis
from chaos.notes import Notes
from chaos.store import Store

# How often each happens, beside the others.
WEIGHTS: Mapping[str, int] = {
    "kill": 20, "lost": 2, "stop": 2, "term": 3, "redis_restart": 3, "flush": 3, "redis_away": 1,
    "pg_restart": 2, "pg_terminate": 3, "producer": 3, "duplicates": 4, "disk": 2, "leader": 1, "storage": 3,
}  # fmt: skip
# Nothing happens for it: some workers' clocks are wrong for the whole run.
SKEW = "skew"
NAMES = (*WEIGHTS, SKEW)
_STANDS_STILL_SECONDS = LEASE.total_seconds() + 4
_DUPLICATES = 60
_AGAIN_SECONDS = 0.05


@dataclass(slots=True)
class Nemesis:
    """Breaks what it is given, at random."""

    crew: Crew
    container: Container
    notes: Notes
    redis: Redis
    postgres: Postgres | None
    disk: Path | None
    store: Store
    dice: random.Random
    faults: tuple[str, ...]
    away_seconds: float
    every: tuple[float, float]
    counts: dict[str, int] = field(default_factory=dict)
    _later: set["asyncio.Task[None]"] = field(default_factory=set)

    def possible(self) -> list[str]:
        """Name the faults that can happen here."""
        without: set[str] = set()
        if self.postgres is None:
            without |= {"pg_restart", "pg_terminate"}
        elif self.postgres.data is None:
            without.add("pg_restart")
        if self.disk is None:
            without.add("disk")
        return [name for name in WEIGHTS if name in self.faults and name not in without]

    async def run(self) -> None:
        """Break things until cancelled; what stands still or is away comes back in any case."""
        names = self.possible()
        weights = [WEIGHTS[name] for name in names]
        try:
            while names:
                await asyncio.sleep(self.dice.uniform(*self.every))
                (name,) = self.dice.choices(names, weights)
                await self._breakers()[name]()
        finally:
            await asyncio.gather(*self._later, return_exceptions=True)

    def _breakers(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {
            "kill": self._kill, "lost": self._lose, "stop": self._stop, "term": self._term,
            "redis_restart": self._restart_redis, "flush": self._flush, "redis_away": self._away,
            "pg_restart": self._crash_postgres, "pg_terminate": self._terminate, "producer": self._kill_producer,
            "duplicates": self._duplicate, "disk": self._fill, "leader": self._kill_leader,
            "storage": self._break_store,
        }  # fmt: skip

    def _note(self, kind: str, **facts: object) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.notes.add("fault", kind=kind, **facts)

    def _victim(self) -> Member | None:
        workers = self.crew.workers()
        return self.dice.choice(workers) if workers else None

    async def _kill(self) -> None:
        if victim := self._victim():
            self._note("kill", worker=victim.worker_id)
            self.crew.strike(victim, signal.SIGKILL)

    async def _lose(self) -> None:
        if victim := self._victim():
            victim.is_silent = True
            self._note("lost", worker=victim.worker_id)
            self.crew.strike(victim, signal.SIGKILL)

    async def _term(self) -> None:
        if victim := self._victim():
            self._note("term", worker=victim.worker_id)
            self.crew.strike(victim, signal.SIGTERM)

    async def _stop(self) -> None:
        crew = [member for member in self.crew.members if member.role]
        # Somebody must be left to take over, or nobody's late write would meet another's.
        if 2 * sum(member.is_stopped for member in crew) >= len(crew) or not (victim := self._victim()):
            return
        self._note("stop", worker=victim.worker_id)
        self.crew.strike(victim, signal.SIGSTOP)
        victim.is_stopped = True

        async def wake() -> None:
            try:
                await asyncio.sleep(_STANDS_STILL_SECONDS)
            finally:
                victim.is_stopped = False
                self.crew.strike(victim, signal.SIGCONT)

        self._do_later(wake())

    async def _kill_leader(self) -> None:
        for member in self.crew.schedulers()[: self.dice.randint(1, 2)]:
            self._note("leader", worker=member.worker_id)
            self.crew.strike(member, signal.SIGKILL)

    async def _restart_redis(self) -> None:
        self._note("redis_restart")
        await self._without_redis(0)
        await self._healed("redis_restart")

    async def _away(self) -> None:
        self._note("redis_away", seconds=self.away_seconds)
        await self._without_redis(self.away_seconds)
        await self._healed("redis_away")

    async def _without_redis(self, seconds: float) -> None:
        try:
            await self.redis.kill()
            await asyncio.sleep(seconds)
        finally:
            # Whoever is cancelled during the kill would leave it dying, and nobody to start it.
            await self.redis.kill()
            await self.redis.start()

    async def _flush(self) -> None:
        self._note("flush")
        client = open_async(self.redis.url)
        try:
            await client.flushall()
        finally:
            await client.aclose()
        await self._healed("flush")

    async def _crash_postgres(self) -> None:
        assert self.postgres is not None
        self._note("pg_restart")
        await self.postgres.crash()
        await self._healed("pg_restart")

    async def _terminate(self) -> None:
        assert self.postgres is not None
        self._note("pg_terminate", connections=await self.postgres.terminate_backends())
        await self._healed("pg_terminate")

    async def _kill_producer(self) -> None:
        """Let it die between the commit of a job and its push."""
        producer = self.crew.members[-1]
        if producer.pid is None or producer.daemon is None or not producer.daemon.is_alive():
            return
        self.crew.order.write_text(self.dice.choice(["dispatcher.before_push", "dispatcher.after_push"]))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                while self.crew.order.exists():  # noqa: ASYNC110 - another process removes it
                    await asyncio.sleep(_AGAIN_SECONDS)
                self._note("producer")
        self.crew.order.unlink(missing_ok=True)

    async def _duplicate(self) -> None:
        """Push ids again, out of order: of jobs that run or are done, so that no loss is mended by accident."""
        with contextlib.suppress(Exception):
            async with self.container.scope(read_only=True) as scope:
                query = select(Job).where(Job.status != "queued").order_by(Job.id.desc()).limit(500)
                jobs = list((await scope.session.execute(query)).scalars())
            self.dice.shuffle(jobs)
            await self.container.queue.push([message_for(job) for job in jobs[:_DUPLICATES]])
            self._note("duplicates", messages=len(jobs[:_DUPLICATES]))

    async def _fill(self) -> None:
        assert self.disk is not None
        ballast = self.disk / "ballast"
        self._note("disk")

        async def empty() -> None:
            try:
                await asyncio.sleep(self.dice.uniform(0.5, 2))
            finally:
                ballast.unlink(missing_ok=True)

        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            for _ in range(2 * DISK_BYTES // 4096):
                file.write(b"x" * 4096)
        self._do_later(empty())

    async def _break_store(self) -> None:
        self._note("storage")
        self.store.is_broken = True
        try:
            await asyncio.sleep(self.dice.uniform(1, 3))
        finally:
            self.store.is_broken = False
            self.notes.add("store_failed", requests=self.store.take_refused())

    async def _healed(self, kind: str) -> None:
        """Tell that a service is back, and in which queues somebody waits for it."""
        self.notes.add("healed", kind=kind)

    def _do_later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)
