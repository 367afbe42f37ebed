"""The cap on calls: kept by several processes together, also when one of them is killed while it calls."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.db.engine import Database, open_database
from app.adapters.llm.permits import CallPermits
from app.adapters.process.daemon import Daemon, DaemonSpec
from app.core.clock import SystemClock
from app.workers.context import LeaseLostError

from tests.waiting import until

PROGRAM = Path(__file__).with_name("permits_process.py")
CAP = 3


@dataclass
class Provider:
    """A server that counts how many call it at the same time."""

    socket: Path
    now: int = 0
    most: int = 0
    served: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            gone = asyncio.create_task(reader.read())
            opened = asyncio.create_task(self.open.wait())
            await asyncio.wait({gone, opened}, return_when=asyncio.FIRST_COMPLETED)
            if not gone.done():
                await asyncio.wait({gone}, timeout=0.01)
                self.served += 1
                writer.write(b"answer\n")
            for task in (gone, opened):
                task.cancel()
        finally:
            self.now -= 1
            writer.close()


@pytest.fixture
async def provider(socket_dir: Path) -> AsyncIterator[Provider]:
    found = Provider(socket_dir / "provider.sock")
    server = await asyncio.start_unix_server(found.answer, found.socket)
    yield found
    server.close()


@pytest.fixture
async def live(database: Database, database_url: str) -> AsyncIterator[Database]:
    """The test's database with a clock that moves."""
    opened = open_database(database_url, clock=SystemClock())
    yield opened
    await opened.close()


def worker(url: str, provider: Provider, name: str, calls: int, log: Path) -> Daemon:
    """Start a process that makes calls."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3])}
    argv = (sys.executable, str(PROGRAM), url, str(provider.socket), name, str(calls))
    daemon = Daemon(DaemonSpec(name, argv, env, output=log))
    daemon.start()
    return daemon


async def test_processes_together_never_exceed_the_cap_even_if_one_is_killed_while_it_calls(
    live: Database, database_url: str, provider: Provider, tmp_path: Path
) -> None:
    workers = [worker(database_url, provider, f"w{n}", 20, tmp_path / f"{n}.log") for n in range(3)]
    try:
        await until(lambda: provider.now == CAP, seconds=60)
        victim = workers.pop(0)
        victim.kill()
        await victim.wait()
        provider.open.set()
        async with asyncio.timeout(90):
            assert [await each.wait() for each in workers] == [0, 0]
    finally:
        for each in workers:
            await each.stop(timedelta(0))
    assert provider.served >= 40
    assert provider.most == CAP


async def test_a_call_that_is_cancelled_gives_its_permit_back(live: Database) -> None:
    first = CallPermits(live, "primary", 1, "a")
    second = CallPermits(live, "primary", 1, "b")
    inside = asyncio.Event()

    async def hold(permits: CallPermits) -> None:
        async with permits.one():
            inside.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold(first))
    await inside.wait()
    inside.clear()
    waiting = asyncio.create_task(hold(second))
    holding.cancel()
    await inside.wait()
    waiting.cancel()
    await asyncio.gather(holding, waiting, return_exceptions=True)
    await first.close()
    await second.close()


async def test_whoever_waits_long_is_told_and_once_more_when_it_is_over(live: Database) -> None:
    first, second = CallPermits(live, "primary", 1, "a"), CallPermits(live, "primary", 1, "b")
    told: list[bool] = []
    is_told = asyncio.Event()

    async def waits(is_waiting: bool) -> None:
        told.append(is_waiting)
        is_told.set()

    async def call() -> None:
        async with second.one(waits):
            pass

    async with first.one(waits):
        assert told == [], "it did not wait"
        waiting = asyncio.create_task(call())
        await is_told.wait()
    await first.close()
    await waiting
    assert told == [True, False]
    await second.close()


async def test_a_permit_is_not_kept_by_a_call_that_could_not_be_told_of_it(live: Database) -> None:
    first, second = CallPermits(live, "primary", 1, "a"), CallPermits(live, "primary", 1, "b")
    is_told = asyncio.Event()

    async def waits(is_waiting: bool) -> None:
        is_told.set()
        if not is_waiting:
            raise LeaseLostError

    async def call() -> None:
        async with second.one(waits):
            pass

    async with first.one():
        waiting = asyncio.create_task(call())
        await is_told.wait()
    await first.close()
    with pytest.raises(LeaseLostError):
        await waiting
    async with asyncio.timeout(10), second.one():
        pass
    await second.close()


async def test_permits_of_one_provider_are_not_anothers(live: Database) -> None:
    one, other = CallPermits(live, "primary", 1, "a"), CallPermits(live, "fallback", 1, "a")
    async with one.one(), other.one():
        pass
    await one.close()
    await other.close()
