"""Stopping: cancelled jobs, handlers that do not listen, a second signal, processes that hang."""

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerStatus, read_workers
from app.adapters.jobs.statements import LEASE
from app.adapters.kv.memory import MemoryKeyValue
from app.adapters.process.daemon import Daemon, DaemonSpec
from app.adapters.process.port import Limits
from app.adapters.process.system import SystemProcesses
from app.adapters.process.threads import SeenThreads
from app.adapters.queue.memory import MemoryConsumer, MemoryQueue
from app.core.clock import FrozenClock, SystemClock
from app.core.jobs import Done, JobStatus, Outcome
from app.workers.leases import LeaseKeeper
from app.workers.roles import ROLES
from app.workers.runner import Runner
from app.workers.supervisor import Stopping, Supervisor, WorkerStuckError

from tests.waiting import until
from tests.workers.errands import BriefErrand, Errand, read, stage, with_handler

CHILD = "import os,subprocess,sys,time; p=subprocess.Popen(['sleep','300']); print(p.pid, flush=True); time.sleep(300)"


def alive(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Deaf:
    """A handler that does not listen to its cancellation."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, _payload: Errand, _ctx: Any) -> Outcome:
        self.begun.set()
        while not self.let_go.is_set():
            try:
                await self.let_go.wait()
            except asyncio.CancelledError:
                continue
        return Done()


async def test_a_running_job_that_is_cancelled_ends_before_its_lease_is_renewed(container: Container) -> None:
    begun = asyncio.Event()

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        begun.set()
        await asyncio.Event().wait()
        return Done()

    working = with_handler(container, work)
    keeper = LeaseKeeper(working)
    job_id = await stage(working)
    running = asyncio.create_task(Runner(working, keeper, "w").run_one(job_id))
    await begun.wait()
    async with working.scope() as scope:
        await scope.ledger.request_cancel(job_id)
    await keeper.stop_unwanted()
    assert await running == "cancelled"


async def test_a_handler_that_outlives_its_cancellation_is_given_up_and_its_worker_replaced(
    container: Container,
) -> None:
    deaf = Deaf()
    working = with_handler(container, deaf)
    keeper = LeaseKeeper(working)
    job_id = await stage(working)
    running = asyncio.create_task(Runner(working, keeper, "w").run_one(job_id))
    await deaf.begun.wait()
    keeper.running[job_id].stop()
    assert await running == "handed_back"
    assert keeper.stuck.is_set()
    job = await read(working, job_id)
    assert (job.status, job.attempt, job.rescued) == (JobStatus.QUEUED, 0, True)
    deaf.let_go.set()


class Worker:
    """A supervisor over the queue in memory."""

    def __init__(self, container: Container) -> None:
        queue = container.queue
        assert isinstance(queue, MemoryQueue)
        self.stop = Stopping()
        self.supervisor = Supervisor(container, ROLES["ai_worker"], MemoryConsumer(queue), "w1")
        self.task = asyncio.create_task(self.supervisor.run(stop=self.stop))


@pytest.fixture
def in_memory(container: Container) -> Container:
    return replace(container, queue=MemoryQueue())


async def test_a_worker_whose_handler_is_stuck_leaves_with_an_error(in_memory: Container) -> None:
    deaf = Deaf()
    working = with_handler(in_memory, deaf)
    worker = Worker(working)
    job_id = await stage(working)
    await deaf.begun.wait()
    async with working.scope() as scope:
        await scope.ledger.request_cancel(job_id)
    # Nothing else runs, so it does not wait for the end of its grace period.
    async with asyncio.timeout(working.settings.workers.grace_seconds - 5):
        with pytest.raises(WorkerStuckError):
            await worker.task
    assert (await read(working, job_id)).status == JobStatus.CANCELLED
    deaf.let_go.set()


async def test_a_worker_leaves_with_an_error_once_a_thread_outlives_its_jobs_time_limit(in_memory: Container) -> None:
    let_go = threading.Event()

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        await asyncio.to_thread(let_go.wait)
        return Done()

    working = with_handler(in_memory, work, BriefErrand)
    worker = Worker(working)
    async with working.scope() as scope:
        job_id = (await scope.stage(BriefErrand())).id
    try:
        with pytest.raises(WorkerStuckError):
            await worker.task
    finally:
        let_go.set()
    job = await read(working, job_id)
    assert (job.status, job.waiting_for, job.attempt) == (JobStatus.QUEUED, "retry", 1)


async def test_a_cancelled_jobs_thread_may_go_on_until_the_time_limit(container: Container) -> None:
    begun, let_go = asyncio.Event(), threading.Event()

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        begun.set()
        await asyncio.to_thread(let_go.wait)
        return Done()

    asyncio.get_running_loop().set_default_executor(SeenThreads())
    working = with_handler(container, work)
    keeper = LeaseKeeper(working)
    job_id = await stage(working)
    running = asyncio.create_task(Runner(working, keeper, "w").run_one(job_id))
    await begun.wait()
    job = keeper.running[job_id]
    job.stop()
    assert await running == "handed_back"
    keeper.look_for_threads()
    assert (len(job.threads), keeper.stuck.is_set()) == (1, False)
    let_go.set()
    await until(lambda: not job.threads)
    job.latest = 0
    keeper.look_for_threads()
    assert not keeper.stuck.is_set()


async def test_a_worker_ends_with_an_error_once_it_can_no_longer_do_its_work(in_memory: Container) -> None:
    class Breaks(MemoryKeyValue):
        async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
            raise ZeroDivisionError

    worker = Worker(replace(in_memory, kv=Breaks(in_memory.clock)))
    with pytest.raises(ZeroDivisionError):
        await worker.task


async def test_a_second_signal_hands_back_at_once_and_the_worker_is_shown_as_stopped(in_memory: Container) -> None:
    begun = asyncio.Event()

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        begun.set()
        await asyncio.Event().wait()
        return Done()

    working = with_handler(in_memory, work)
    worker = Worker(working)
    job_id = await stage(working)
    await begun.wait()
    (beat,) = await read_workers(working.kv)
    assert (beat.host != "", beat.pid, beat.roles) == (True, os.getpid(), ("ai_worker",))
    worker.stop.tell()
    worker.stop.tell()
    async with asyncio.timeout(10):
        await worker.task
    job = await read(working, job_id)
    assert (job.status, job.attempt, job.waiting_for) == (JobStatus.QUEUED, 0, "worker left")
    assert await read_workers(working.kv) == []
    (left,) = await read_workers(working.kv, with_stopped=True)
    assert left.status(working.clock.now()) is WorkerStatus.STOPPED


class LimitedErrand(Errand):
    """Has time to start a child, and little more."""

    kind = "test.limited"
    time_limit = timedelta(seconds=2)


async def is_told_to_stop(container: Container, keeper: LeaseKeeper) -> None:
    for job in keeper.running.values():
        job.stop()


async def loses_its_lease(container: Container, keeper: LeaseKeeper) -> None:
    assert isinstance(container.clock, FrozenClock)
    container.clock.move(seconds=LEASE.total_seconds() + 1)
    async with container.scope() as scope:
        assert await scope.ledger.rescue() == (1, [])
    await keeper.renew()


async def reaches_its_time_limit(container: Container, keeper: LeaseKeeper) -> None:
    """Nothing has to be done for it."""


@pytest.mark.parametrize(
    ("happens", "outcome"),
    [(is_told_to_stop, "handed_back"), (loses_its_lease, "lost"), (reaches_its_time_limit, "retry")],
)
async def test_whatever_ends_a_job_ends_its_childs_whole_group(
    container: Container,
    tmp_path: Path,
    happens: Callable[[Container, LeaseKeeper], Awaitable[None]],
    outcome: str,
) -> None:
    pids: list[int] = []

    async def work(_payload: Errand, _ctx: Any) -> Outcome:
        await SystemProcesses(SystemClock()).run(
            [sys.executable, "-u", "-c", CHILD.replace("print(", "print(os.getpid(), file=sys.stderr);print(")],
            cwd=tmp_path,
            env=dict(os.environ),
            limits=Limits(timeout=timedelta(minutes=5), max_output=1000),
            on_stderr_line=lambda line: pids.append(int(line)),
        )
        return Done()

    limited = happens is reaches_its_time_limit
    working = with_handler(container, work, LimitedErrand if limited else Errand)
    async with working.scope() as scope:
        job_id = (await scope.stage(LimitedErrand() if limited else Errand())).id
    keeper = LeaseKeeper(working)
    running = asyncio.create_task(Runner(working, keeper, "w").run_one(job_id))
    await until(lambda: bool(pids))
    (child,) = pids
    await until(lambda: len(_group(child)) == 2)
    group = _group(child)
    await happens(working, keeper)
    assert await running == outcome
    await until(lambda: not any(alive(pid) for pid in group))


def _group(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == leader and alive(int(folder.name)):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


HANGS = """
import sys
from app.workers.pulse import Pulse
pulse = Pulse()
pulse.leave_within(0.2)
pulse.beat()
# The regular expression's engine keeps the interpreter's lock for longer than anybody waits.
import re
re.match(r"(a+)+$", "a" * 60 + "b")
"""


async def test_a_process_that_holds_the_interpreters_lock_ends_all_the_same(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    daemon = Daemon(DaemonSpec("hanging", (sys.executable, "-c", HANGS), env, output=tmp_path / "log"))
    daemon.start()
    try:
        async with asyncio.timeout(30):
            assert await daemon.wait() == 1
    finally:
        daemon.kill()
    assert "in match" in (tmp_path / "log").read_text()


def test_the_first_signal_asks_and_the_second_hurries() -> None:
    stopping = Stopping()
    stopping.tell()
    assert (stopping.is_set(), stopping.hurry.is_set()) == (True, False)
    stopping.tell()
    assert stopping.hurry.is_set()
