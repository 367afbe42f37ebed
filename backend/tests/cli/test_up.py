"""What `hivesync up` looks at before it starts anything, and what it survives."""

import asyncio
import itertools
import os
import signal
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from app.cli.fleet import Fleet, Member
from app.cli.up import PortTaken, check_port, members
from app.config import Settings
from app.core.clock import SystemClock

from tests.waiting import until


def test_a_port_that_somebody_listens_on_is_refused_and_one_that_is_free_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


async def test_a_member_is_restarted_even_if_its_death_cannot_be_noted(tmp_path: Path) -> None:
    deaths = asyncio.Semaphore(0)

    async def cannot_note(_worker_id: str) -> None:
        deaths.release()
        raise ConnectionError("the database is away")

    fleet = Fleet(dict(os.environ), log_dir=tmp_path, new_id=lambda: "id", on_worker_death=cannot_note)
    member = Member("worker", ("no-such-command",), is_worker=True)
    task = asyncio.create_task(fleet.keep(member, monotonic=SystemClock().monotonic))
    async with asyncio.timeout(60):
        await deaths.acquire()
        await deaths.acquire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert fleet.restarts >= 1


async def test_a_member_that_stays_stopped_is_replaced(tmp_path: Path) -> None:
    buried = asyncio.Queue[str]()
    numbers = itertools.count(1)
    fleet = Fleet(
        dict(os.environ),
        log_dir=tmp_path,
        new_id=lambda: str(next(numbers)),
        on_worker_death=buried.put,
        stopped_at_most=timedelta(milliseconds=200),
    )
    member = Member("worker", ("up", "--help"), is_worker=True)
    task = asyncio.create_task(fleet.keep(member, monotonic=SystemClock().monotonic))
    await until(lambda: "worker" in fleet.daemons and fleet.daemons["worker"].pid is not None)
    stopped = fleet.daemons["worker"]
    assert stopped.pid is not None
    os.kill(stopped.pid, signal.SIGSTOP)
    async with asyncio.timeout(60):
        assert await buried.get() == "worker-1"
    assert stopped.returncode == -signal.SIGKILL
    await until(lambda: fleet.daemons["worker"] is not stopped, seconds=60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_member_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    """Its log cannot be opened at first: a file is where the folder should be."""
    tried = asyncio.Semaphore(0)

    async def noted(_worker_id: str) -> None:
        tried.release()

    folder = tmp_path / "logs"
    folder.write_text("in the way")
    fleet = Fleet(dict(os.environ), log_dir=folder, new_id=lambda: "id", on_worker_death=noted)
    member = Member("worker", ("no-such-command",), is_worker=True)
    task = asyncio.create_task(fleet.keep(member, monotonic=SystemClock().monotonic))
    await until(lambda: "worker" in fleet.daemons)
    assert not task.done()
    folder.unlink()
    async with asyncio.timeout(60):
        await tried.acquire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_up_starts_the_api_first_and_the_cleanup_worker_last(settings: Settings) -> None:
    names = [member.name for member in members(settings)]
    assert names == ["api", "repo_sync_worker", "ai_worker", "refactor_worker", "preview_builder", "cleanup_worker"]
