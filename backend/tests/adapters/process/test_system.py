"""Child processes end in time, as a group, with their parent, and know nothing they were not told."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import uvloop

from app.adapters.process.port import Finished, Limits, ProgramMissing
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock
from app.core.guard import SlowWorkInsideScopeError, scope_closed, scope_opened

LIMITS = Limits(timeout=timedelta(seconds=30), max_output=1000)
PATH = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


@pytest.fixture
def processes() -> SystemProcesses:
    return SystemProcesses(SystemClock())


async def shell(processes: SystemProcesses, script: str, cwd: Path, limits: Limits = LIMITS) -> Finished:
    return await processes.run(["/bin/sh", "-c", script], cwd=cwd, env=PATH, limits=limits)


async def test_output_and_status_come_back(processes: SystemProcesses, tmp_path: Path) -> None:
    finished = await shell(processes, "pwd; echo bad >&2; exit 3", tmp_path)
    assert (finished.stdout, finished.stderr, finished.returncode) == (f"{tmp_path}\n".encode(), b"bad\n", 3)
    assert not finished.ok
    assert finished.seconds > 0


async def test_the_environment_is_exactly_what_was_given(processes: SystemProcesses, tmp_path: Path) -> None:
    finished = await processes.run(["/usr/bin/env"], cwd=tmp_path, env={"ONLY": "this"}, limits=LIMITS)
    assert finished.stdout == b"ONLY=this\n"


async def test_input_reaches_the_child(processes: SystemProcesses, tmp_path: Path) -> None:
    big = b"x" * 300_000
    limits = Limits(timeout=timedelta(seconds=30), max_output=400_000)
    finished = await processes.run(["/bin/cat"], cwd=tmp_path, env=PATH, limits=limits, stdin=big)
    assert finished.stdout == big
    assert finished.ok


async def test_input_nobody_reads_is_no_failure(processes: SystemProcesses, tmp_path: Path) -> None:
    finished = await processes.run(["/bin/true"], cwd=tmp_path, env=PATH, limits=LIMITS, stdin=b"x" * 1_000_000)
    assert finished.returncode == 0


async def test_too_much_output_is_cut_and_said_so(processes: SystemProcesses, tmp_path: Path) -> None:
    finished = await shell(processes, "head -c 100000 /dev/zero", tmp_path)
    assert len(finished.stdout) == 1000
    assert finished.truncated
    assert not finished.ok


async def test_exactly_the_allowed_output_is_not_cut(processes: SystemProcesses, tmp_path: Path) -> None:
    assert (await shell(processes, "head -c 1000 /dev/zero", tmp_path)).ok


async def test_a_late_child_dies_with_its_grandchildren(processes: SystemProcesses, tmp_path: Path) -> None:
    limits = Limits(timeout=timedelta(seconds=0.5), max_output=1000)
    finished = await shell(processes, "sleep 300 & echo $! ; sleep 300", tmp_path, limits)
    assert finished.timed_out
    assert finished.returncode == -signal.SIGKILL
    assert await gone(int(finished.stdout))


async def test_what_a_child_leaves_behind_is_swept_and_holds_nobody_up(
    processes: SystemProcesses, tmp_path: Path
) -> None:
    finished = await shell(processes, "sleep 300 & echo $!", tmp_path)
    assert finished.ok
    assert finished.seconds < 5
    assert await gone(int(finished.stdout))


async def test_cancelling_the_caller_kills_the_group(processes: SystemProcesses, tmp_path: Path) -> None:
    pids: asyncio.Queue[int] = asyncio.Queue()
    running = asyncio.create_task(
        processes.run(
            ["/bin/sh", "-c", "sleep 300 & echo $! >&2; echo $$ >&2; wait"],
            cwd=tmp_path,
            env=PATH,
            limits=LIMITS,
            on_stderr_line=lambda line: pids.put_nowait(int(line)),
        )
    )
    grandchild, child = await pids.get(), await pids.get()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await gone(grandchild)
    assert await gone(child)


async def test_lines_of_a_progress_meter_arrive_one_by_one(processes: SystemProcesses, tmp_path: Path) -> None:
    lines: list[str] = []
    await processes.run(
        ["/bin/sh", "-c", r"printf 'a 1%%\ra 2%%\rdone\nrest' >&2"],
        cwd=tmp_path,
        env=PATH,
        limits=LIMITS,
        on_stderr_line=lines.append,
    )
    assert lines == ["a 1%", "a 2%", "done"]


async def test_a_listener_that_fails_fails_the_run(processes: SystemProcesses, tmp_path: Path) -> None:
    def listen(line: str) -> None:
        raise RuntimeError(line)

    with pytest.raises(RuntimeError, match="oops"):
        await processes.run(
            ["/bin/sh", "-c", "echo oops >&2"], cwd=tmp_path, env=PATH, limits=LIMITS, on_stderr_line=listen
        )


async def test_a_file_may_not_outgrow_its_limit(processes: SystemProcesses, tmp_path: Path) -> None:
    limits = Limits(timeout=timedelta(seconds=30), max_output=1000, file_bytes=5000)
    finished = await processes.run(
        ["/usr/bin/head", "-c", "100000", "/dev/zero"], cwd=tmp_path, env=PATH, limits=limits
    )
    assert finished.truncated  # pipes are not files
    grown = await shell(processes, "exec head -c 100000 /dev/zero > big", tmp_path, limits)
    assert grown.returncode == -signal.SIGXFSZ
    assert (tmp_path / "big").stat().st_size == 5000


async def test_memory_is_limited(processes: SystemProcesses, tmp_path: Path) -> None:
    limits = Limits(timeout=timedelta(seconds=30), max_output=1000, memory_bytes=512 * 1024 * 1024)
    greedy = [sys.executable, "-S", "-c", "bytearray(1 << 30)"]
    assert b"MemoryError" in (await processes.run(greedy, cwd=tmp_path, env=PATH, limits=limits)).stderr


async def test_a_missing_program_has_a_name(processes: SystemProcesses, tmp_path: Path) -> None:
    with pytest.raises(ProgramMissing, match="no-such-program"):
        await processes.run(["no-such-program"], cwd=tmp_path, env=PATH, limits=LIMITS)


async def test_no_process_is_started_inside_a_transaction(processes: SystemProcesses, tmp_path: Path) -> None:
    token = scope_opened()
    try:
        with pytest.raises(SlowWorkInsideScopeError):
            await shell(processes, "true", tmp_path)
    finally:
        scope_closed(token)


PARENT = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from app.adapters.process.port import Limits
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock

limits = Limits(timeout=timedelta(seconds=300), max_output=10)
asyncio.run(SystemProcesses(SystemClock()).run(
    ["/bin/sh", "-c", "echo $$ >&2; exec sleep 300"], cwd=Path("/"), env={"PATH": "/usr/bin:/bin"}, limits=limits,
    on_stderr_line=lambda line: print(line, flush=True)))
"""


async def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PARENT,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    assert await gone(child)


async def test_uvloop_runs_children_just_as_well(tmp_path: Path) -> None:
    async def body() -> Finished:
        limits = Limits(timeout=timedelta(seconds=0.5), max_output=1000)
        return await shell(SystemProcesses(SystemClock()), "echo hello; sleep 300", tmp_path, limits)

    finished = await asyncio.to_thread(uvloop.run, body())
    assert (finished.stdout, finished.timed_out) == (b"hello\n", True)


async def gone(pid: int) -> bool:
    """Wait, within reason, until a process is dead (a zombie is dead)."""
    async with asyncio.timeout(10):
        while _alive(pid):
            await asyncio.sleep(0.01)
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
