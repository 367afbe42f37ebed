"""The jobs that are run under faults: payloads, handlers as a careful service would write them, their tables."""

import asyncio
import errno
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, insert, select

from app.adapters.jobs.registry import Registry, handles
from app.core.errors import NotFound, Unavailable
from app.core.jobs import Handler, JobPayload, Outcome, Queue, RetryPolicy, Snooze
from app.workers.context import LeaseLostError

from chaos.notes import Notes

TABLES = MetaData()
# Every effect ever applied. Nothing here refuses a second one: that is what fence and question must do.
EFFECTS = Table(
    "chaos_effects", TABLES,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(80), index=True, nullable=False),
    Column("job_id", String(36), nullable=False),
    Column("epoch", Integer, nullable=False),
)  # fmt: skip
# Every move of every job, written by a trigger: what the product says of itself is not asked.
MOVES = Table(
    "chaos_moves", TABLES,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(36), nullable=False),
    Column("old", String(12), nullable=False), Column("new", String(12), nullable=False),
    Column("old_epoch", Integer, nullable=False), Column("new_epoch", Integer, nullable=False),
    Column("attempt", Integer, nullable=False), Column("max_attempts", Integer, nullable=False),
)  # fmt: skip
# When the product noted that it told the queue of a job, by the same kind of trigger.
PUSHES = Table(
    "chaos_pushes", TABLES,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(36), nullable=False),
    Column("moment", Float, nullable=False),
)  # fmt: skip

_RETRY = RetryPolicy(attempts=8, first_delay=timedelta(seconds=0.5), ceiling=timedelta(seconds=4))
# Long enough that a kill finds it: between an effect and the end of its job, between the question and the deed.
_WINDOW_SECONDS = 0.03
_LONG_WINDOW_SECONDS = 0.5
_CHUNK = b"x" * 65_536
STORED_PREFIX = "chaos/"


class DiskFull(Unavailable):
    """No room for a temporary file. It is tried again."""


class NotYet(Unavailable):
    """Fails the first time, on purpose."""


class Never(NotFound):
    """Fails for good, on purpose."""


class Chaos(JobPayload):
    """What all have in common."""

    retry: ClassVar[RetryPolicy] = _RETRY
    time_limit: ClassVar[timedelta] = timedelta(seconds=60)

    number: int
    seconds: float = 0.0


class Instant(Chaos):
    """Only its effect."""

    kind: ClassVar[str] = "chaos.instant"
    queue: ClassVar[Queue] = Queue.SYSTEM_EVENTS


class Io(Chaos):
    """Waits for somebody."""

    kind: ClassVar[str] = "chaos.io"
    queue: ClassVar[Queue] = Queue.AI


class Medium(Chaos):
    """Takes a while and says how far it is."""

    kind: ClassVar[str] = "chaos.medium"
    queue: ClassVar[Queue] = Queue.REPO_SYNC


class Cpu(Chaos):
    """Writes a temporary file and lets a child process count."""

    kind: ClassVar[str] = "chaos.cpu"
    queue: ClassVar[Queue] = Queue.REFACTOR


class Snoozing(Chaos):
    """Not yet, the first time."""

    kind: ClassVar[str] = "chaos.snoozing"
    queue: ClassVar[Queue] = Queue.SYSTEM_EVENTS


class FailingOnce(Chaos):
    """Fails at the first attempt."""

    kind: ClassVar[str] = "chaos.failing_once"
    queue: ClassVar[Queue] = Queue.AI


class Hopeless(Chaos):
    """Fails in a way that no attempt mends."""

    kind: ClassVar[str] = "chaos.hopeless"
    queue: ClassVar[Queue] = Queue.SYSTEM_EVENTS


class Unwanted(Chaos):
    """Somebody cancels it while it waits or runs."""

    kind: ClassVar[str] = "chaos.cancelled"
    queue: ClassVar[Queue] = Queue.REPO_SYNC


class Joining(Chaos):
    """Of a few that ask for the same at the same time, one runs."""

    kind: ClassVar[str] = "chaos.joining"
    queue: ClassVar[Queue] = Queue.REFACTOR

    def unique_key(self) -> str | None:
        """Several numbers share a key."""
        return f"chaos-{self.number % 7}"


class Stored(Chaos):
    """Stores an object; of two, one takes it away again."""

    kind: ClassVar[str] = "chaos.stored"
    queue: ClassVar[Queue] = Queue.PREVIEW_BUILD

    @property
    def key(self) -> str:
        """Where its object is: the same in every attempt, so that none leaves one behind."""
        return f"{STORED_PREFIX}{self.number}"

    @property
    def is_kept(self) -> bool:
        """Say whether the object is there once all is done."""
        return self.number % 2 == 0


class Poison(Chaos):
    """Kills its worker, every time."""

    kind: ClassVar[str] = "chaos.poison"
    queue: ClassVar[Queue] = Queue.REFACTOR
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3, first_delay=timedelta(seconds=0.5))


class Hung(Chaos):
    """Never ends by itself."""

    kind: ClassVar[str] = "chaos.hung"
    queue: ClassVar[Queue] = Queue.AI
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=2, first_delay=timedelta(seconds=0.5))
    time_limit: ClassVar[timedelta] = timedelta(seconds=1)


PAYLOADS: dict[str, type[Chaos]] = {
    each.kind.removeprefix("chaos."): each
    for each in (Instant, Io, Medium, Cpu, Snoozing, FailingOnce, Hopeless, Unwanted, Joining, Stored, Poison, Hung)
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What the handlers of one process work with; `mutant` is what is broken in them on purpose."""

    notes: Notes
    worker_id: str
    tmp: Path
    mutant: str = ""

    def note(self, what: str, payload: Chaos, ctx: Any, **facts: Any) -> None:
        """Tell the ledger outside."""
        self.notes.add(
            what, n=payload.number, job=str(ctx.job_id), epoch=ctx.claim.epoch, attempt=ctx.attempt,
            worker=self.worker_id, queue=payload.queue.value, **facts,
        )  # fmt: skip

    @asynccontextmanager
    async def attempt(self, payload: Chaos, ctx: Any) -> AsyncIterator[None]:
        """Tell how an attempt begins and ends; one whose worker dies has no end."""
        self.note("begin", payload, ctx)
        try:
            yield
        except LeaseLostError:
            self.note("fenced", payload, ctx)
            raise
        except asyncio.CancelledError:
            self.note("stopped", payload, ctx)
            raise
        except Exception as error:
            self.note("raised", payload, ctx, error=repr(error)[:200])
            raise
        self.note("end", payload, ctx)

    async def apply(self, payload: Chaos, ctx: Any, *, seconds: float = 0.0, step: str = "done") -> bool:
        """Have an effect, once: ask, do the slow part, write behind the fence. False when it was there already."""
        key = f"{payload.number}:{step}"
        if self.mutant != "no_idempotence":
            async with ctx.scope(read_only=True) as scope:
                found = await scope.session.scalar(select(EFFECTS.c.id).where(EFFECTS.c.key == key).limit(1))
            if found is not None:
                self.note("repeated", payload, ctx)
                return False
        await asyncio.sleep(seconds)
        async with ctx.container.scope() if self.mutant == "no_fence" else ctx.scope() as scope:
            values = {"key": key, "job_id": str(ctx.job_id), "epoch": ctx.claim.epoch}
            await scope.session.execute(insert(EFFECTS).values(**values))
        self.note("applied", payload, ctx, key=key)
        await asyncio.sleep(_WINDOW_SECONDS)
        return True

    @asynccontextmanager
    async def room(self, ctx: Any) -> AsyncIterator[Path]:
        """A folder for this attempt; what killed attempts have left goes first, what this one leaves goes last."""
        for left in self.tmp.glob(f"{ctx.job_id}-*"):
            if int(left.name.rpartition("-")[2]) < ctx.claim.epoch:
                shutil.rmtree(left, ignore_errors=True)
        folder = self.tmp / f"{ctx.job_id}-{ctx.claim.epoch}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


Work = Callable[[Bench, Any, Any], Awaitable[Outcome]]


async def _plain(bench: Bench, payload: Chaos, ctx: Any) -> Outcome:
    await bench.apply(payload, ctx, seconds=payload.seconds)
    return None


async def _medium(bench: Bench, payload: Chaos, ctx: Any) -> Outcome:
    await ctx.progress(0.3, "working")
    await bench.apply(payload, ctx, seconds=payload.seconds)
    await asyncio.sleep(_LONG_WINDOW_SECONDS)
    await ctx.progress(0.9, "done")
    return None


async def _cpu(bench: Bench, payload: Chaos, ctx: Any) -> Outcome:
    try:
        async with bench.room(ctx) as folder:
            (folder / "part").write_bytes(_CHUNK)
            await _count(payload.seconds)
            await bench.apply(payload, ctx)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise DiskFull("There is no room for a temporary file.") from error
    return None


async def _stored(bench: Bench, payload: Stored, ctx: Any) -> Outcome:
    await ctx.container.storage.put(payload.key, _CHUNK)
    if not payload.is_kept:
        await ctx.container.storage.delete(payload.key)
    await bench.apply(payload, ctx)
    return None


async def _snoozing(bench: Bench, payload: Chaos, ctx: Any) -> Outcome:
    if await bench.apply(payload, ctx, step="snoozed"):
        return Snooze(timedelta(seconds=0.3), "not yet")
    await bench.apply(payload, ctx)
    return None


async def _failing_once(bench: Bench, payload: Chaos, ctx: Any) -> Outcome:
    if ctx.attempt == 1:
        raise NotYet("The first attempt fails.")
    await bench.apply(payload, ctx)
    return None


async def _hopeless(_bench: Bench, _payload: Chaos, _ctx: Any) -> Outcome:
    raise Never("No attempt mends this.")


async def _poison(_bench: Bench, _payload: Chaos, _ctx: Any) -> Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


async def _hung(_bench: Bench, _payload: Chaos, _ctx: Any) -> Outcome:
    await asyncio.Event().wait()
    return None


_OTHERWISE: Mapping[type[Chaos], Work] = {
    Medium: _medium,
    Cpu: _cpu,
    Stored: _stored,
    Snoozing: _snoozing,
    FailingOnce: _failing_once,
    Hopeless: _hopeless,
    Poison: _poison,
    Hung: _hung,
}


def registry(bench: Bench) -> Registry:
    """Every handler, working with `bench`."""
    found = Registry()
    found.add_all(_bound(bench, payload, _OTHERWISE.get(payload, _plain)) for payload in PAYLOADS.values())
    return found


def _bound(bench: Bench, payload_type: type[Chaos], work: Work) -> Handler:
    @handles(payload_type)
    async def run(payload: Chaos, ctx: Any) -> Outcome:
        async with bench.attempt(payload, ctx):
            return await work(bench, payload, ctx)

    return run


async def _count(seconds: float) -> None:
    """Let a child process burn so many seconds; it goes when we are stopped."""
    body = f"import time\nend=time.process_time()+{seconds}\nwhile time.process_time()<end: pass"
    child = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", body)
    try:
        await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
