"""Programs of strangers that stay between works: as shut in as any, watched while they wait, gone when told."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.files.scratch import scratch_folder
from app.adapters.sandbox.port import Mount
from app.adapters.sandbox.room import BuildLimits, Room
from app.adapters.sandbox.running import BuildShell
from app.adapters.sandbox.staying import Staying, StayingPool

from tests.waiting import until

MIB = 1024**2
PROGRAM = """
import json, os, subprocess, sys, threading
done = 0
for line in sys.stdin:
    order = json.loads(line)
    exec(order["code"])
    done += 1
    print("hivesync-done", order["mark"], flush=True)
"""
LIMITS = BuildLimits(timedelta(seconds=30))
Starter = Callable[[], Awaitable[Staying]]


@pytest.fixture
async def start(build_shell: BuildShell, tmp_path: Path) -> AsyncIterator[Starter]:
    """Start a program that does as it is told in Python."""
    started: list[Staying] = []

    async def one() -> Staying:
        prefix = Path(sys.base_prefix).resolve()
        async with AsyncExitStack() as stack:
            folder = await stack.enter_async_context(scratch_folder(tmp_path / f"stays-{len(started)}"))
            mounts = (Mount(folder, "/build/project", writable=True), Mount(prefix, str(prefix)))
            room = Room(mounts, {"PATH": "/usr/bin:/bin"}, "/build/project")
            argv = [str(Path(sys.executable).resolve()), "-I", "-S", "-c", PROGRAM]
            made = await Staying.start(build_shell, argv, room=room, folder=folder, limits=LIMITS, stack=stack)
            started.append(made)
            return made

    yield one
    for each in started:
        await each.close()


def order(code: str, mark: str = "m") -> dict[str, str]:
    return {"mark": mark, "code": code}


async def test_the_second_work_finds_what_the_first_left_and_each_hears_its_own(start: Starter) -> None:
    program = await start()
    first: list[str] = []
    second: list[str] = []
    assert (await program.work(order("print('first', done)"), limits=LIMITS, on_line=first.append)).ok
    assert (await program.work(order("print('second', done)", "n"), limits=LIMITS, on_line=second.append)).ok
    assert first == ["first 0"]
    assert second == ["second 1"]


async def test_work_is_not_done_because_some_line_says_so(start: Starter) -> None:
    program = await start()
    lines: list[str] = []
    ended = await program.work(order("print('hivesync-done other')\nsys.exit(7)"), limits=LIMITS, on_line=lines.append)
    assert (ended.returncode, ended.reason) == (7, "exited")
    assert lines == ["hivesync-done other"]


@pytest.mark.parametrize(
    ("code", "limits", "reason"),
    [
        ("while True: pass", {"timeout": timedelta(seconds=0.5)}, "timeout"),
        ("kept = bytearray(200 << 20)\nwhile True: pass", {"memory_bytes": 100 * MIB}, "memory"),
        ("while True: print('x' * 1000)", {"max_log_bytes": MIB}, "log"),
    ],
)
async def test_what_uses_too_much_is_ended_and_leaves_nothing(
    start: Starter, code: str, limits: dict[str, timedelta | int], reason: str
) -> None:
    program = await start()
    assert (await program.work(order("pass"), limits=LIMITS, on_line=print)).ok
    told = BuildLimits(**{"timeout": timedelta(seconds=30), **limits})  # type: ignore[arg-type]
    ended = await program.work(order(code, "n"), limits=told, on_line=lambda _line: None)
    assert ended.reason == reason
    assert not ended.ok
    assert program.is_over
    assert not program.folder.exists()


async def test_cancelling_ends_it_with_all_that_it_started(start: Starter) -> None:
    program = await start()
    lines: list[str] = []
    code = "subprocess.Popen(['sleep', '86403'], start_new_session=True)\nprint('there', flush=True)\nwhile True: pass"
    working = asyncio.create_task(program.work(order(code), limits=LIMITS, on_line=lines.append))
    await until(lambda: lines == ["there"])
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert program.is_over
    assert not program.folder.exists()


async def test_one_that_died_meanwhile_says_so_and_does_no_work(start: Starter) -> None:
    program = await start()
    code = "threading.Timer(0.05, lambda: os._exit(3)).start()"
    assert (await program.work(order(code), limits=LIMITS, on_line=print)).ok
    await until(lambda: program.is_over)
    assert not (await program.work(order("pass", "n"), limits=LIMITS, on_line=print)).ok


async def test_one_that_reads_no_orders_is_not_waited_for(start: Starter) -> None:
    program = await start()
    limits = BuildLimits(timedelta(seconds=0.5))
    ended = await program.work({**order("pass"), "more": "x" * MIB}, limits=limits, on_line=print)
    assert not ended.ok
    assert program.is_over


@pytest.mark.parametrize(
    "code",
    [
        "threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()",
        "threading.Timer(0.2, lambda: globals().update(kept=bytearray(b'x' * (300 << 20)))).start()",
        "threading.Thread(target=lambda: [print('y' * 1000) for _ in iter(int, 1)], daemon=True).start()",
        "subprocess.Popen(['sleep', '86403'], start_new_session=True)",
    ],
    ids=["it works", "it grows", "it talks", "it left somebody"],
)
async def test_what_does_more_than_wait_is_ended(start: Starter, code: str) -> None:
    program = await start()
    assert (await program.work(order(code), limits=LIMITS, on_line=lambda _line: None)).ok
    program.rest(most_memory=200 * MIB, most_cpu_seconds=0.2)
    await until(lambda: program.is_over, seconds=30)
    await until(lambda: not program.folder.exists())


async def test_what_ends_soon_after_its_work_is_waited_for_and_nobody_else(start: Starter) -> None:
    brief, staying = await start(), await start()
    assert (await brief.work(order("subprocess.Popen(['sleep', '0.1'])"), limits=LIMITS, on_line=print)).ok
    assert (await staying.work(order("subprocess.Popen(['sleep', '86403'])"), limits=LIMITS, on_line=print)).ok
    # A child that nobody waited for is still there, as a zombie.
    assert not await staying.settles()
    assert (await brief.work(order("os.wait()", "n"), limits=LIMITS, on_line=print)).ok
    assert await brief.settles()


async def test_who_left_a_daemon_does_no_more_work(start: Starter) -> None:
    pool, program = StayingPool(memory_bytes=1024 * MIB), await start()
    code = "subprocess.Popen(['sleep', '86403'], start_new_session=True)"
    assert (await program.work(order(code), limits=LIMITS, on_line=print)).ok
    pool.give("a", program)
    assert await pool.take("a") is None
    await until(lambda: program.is_over)


async def test_ending_without_a_word_is_not_doing_it(start: Starter) -> None:
    program = await start()
    ended = await program.work(order("os._exit(0)"), limits=LIMITS, on_line=print)
    assert (ended.returncode, ended.ok) == (1, False)


async def test_one_that_nobody_wants_ends(start: Starter) -> None:
    pool = StayingPool(memory_bytes=1024 * MIB, idle_for=timedelta(seconds=0.1))
    program = await start()
    pool.give("a", program)
    await until(lambda: program.is_over)
    assert await pool.take("a") is None


async def test_one_is_taken_by_who_has_such_work_and_by_nobody_twice(start: Starter) -> None:
    pool, program = StayingPool(memory_bytes=1024 * MIB), await start()
    pool.give("a", program)
    assert await pool.take("b") is None
    assert await pool.take("a") is program
    assert await pool.take("a") is None
    assert (await program.work(order("pass"), limits=LIMITS, on_line=print)).ok


async def test_whoever_waited_longest_leaves_when_they_need_too_much(start: Starter) -> None:
    grown = order("kept = bytearray(b'x' * (100 << 20))")
    pool, programs = StayingPool(memory_bytes=260 * MIB), [await start() for _ in range(3)]
    for name, program in zip("abc", programs, strict=True):
        assert (await program.work(grown, limits=LIMITS, on_line=print)).ok
        pool.give(name, program)
    await until(lambda: [program.is_over for program in programs] == [True, False, False])
    await pool.close()
    assert all(program.is_over and not program.folder.exists() for program in programs)


async def test_of_two_for_the_same_work_the_later_stays(start: Starter) -> None:
    pool, one, two = StayingPool(memory_bytes=1024 * MIB), await start(), await start()
    pool.give("a", one)
    pool.give("a", two)
    await until(lambda: one.is_over)
    assert await pool.take("a") is two


async def test_without_memory_nothing_stays(start: Starter) -> None:
    pool, program = StayingPool(), await start()
    assert not pool.keeps_any
    pool.give("a", program)
    await until(lambda: program.is_over)
