"""A long-lived child: started, watched, stopped as a group, gone with its parent."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.process.daemon import Daemon, DaemonFailed, DaemonSpec, Output

from tests.waiting import until

SOON = timedelta(seconds=5)


def python(code: str, output: Output = "discard") -> DaemonSpec:
    argv = (sys.executable, "-S", "-c", code)
    return DaemonSpec(name="child", argv=argv, env={"GREETING": "hello"}, output=output)


async def until_written(path: Path) -> str:
    await until(lambda: path.exists() and path.read_text().endswith("\n"))
    return await asyncio.to_thread(path.read_text)


def has_ended(pid: int) -> bool:
    """A zombie nobody reaped yet has ended, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


async def test_child_sees_its_own_environment_only(tmp_path: Path) -> None:
    output = tmp_path / "logs" / "child.log"
    daemon = Daemon(python("import os; print(sorted(os.environ.items()))", output))
    daemon.start()
    assert await daemon.wait() == 0
    assert output.read_text() in ("[('GREETING', 'hello')]\n", "[('GREETING', 'hello'), ('LC_CTYPE', 'C.UTF-8')]\n")


async def test_child_that_ends_is_noticed_with_its_status() -> None:
    daemon = Daemon(python("raise SystemExit(3)"))
    daemon.start()
    assert await daemon.wait() == 3
    assert not daemon.is_alive()


async def test_ended_child_can_be_started_again() -> None:
    daemon = Daemon(python("raise SystemExit(3)"))
    daemon.start()
    await daemon.wait()
    first = daemon.pid
    daemon.start()
    await daemon.wait()
    assert daemon.pid != first


async def test_missing_program_is_a_named_error() -> None:
    daemon = Daemon(DaemonSpec(name="ghost", argv=("/nowhere/ghost",), env={}))
    with pytest.raises(DaemonFailed, match="ghost could not be started"):
        daemon.start()


async def test_polite_child_may_clean_up(tmp_path: Path) -> None:
    output = tmp_path / "log"
    daemon = Daemon(
        python(
            "import signal,sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit('bye')); print('up', flush=True);"
            "signal.pause()",
            output,
        )
    )
    daemon.start()
    await until_written(output)
    await daemon.stop(SOON)
    assert output.read_text() == "up\nbye\n"
    assert daemon.returncode == 1


async def test_deaf_child_is_killed_after_the_grace_period(tmp_path: Path) -> None:
    output = tmp_path / "log"
    daemon = Daemon(
        python(
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()",
            output,
        )
    )
    daemon.start()
    await until_written(output)
    await daemon.stop(timedelta(milliseconds=50))
    assert daemon.returncode == -signal.SIGKILL


@pytest.mark.parametrize("ending", ["stopped", "by itself"])
async def test_grandchildren_go_with_the_child(tmp_path: Path, ending: str) -> None:
    output = tmp_path / "log"
    last = "signal.pause()" if ending == "stopped" else "sys.exit(0)"
    daemon = Daemon(
        python(
            f"import os,signal,sys\nif os.fork() == 0:\n    print(os.getpid(), flush=True); signal.pause()\n{last}",
            output,
        )
    )
    daemon.start()
    grandchild = int(await until_written(output))
    await (daemon.stop(SOON) if ending == "stopped" else daemon.wait())
    await until(lambda: has_ended(grandchild))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
async def test_child_dies_with_its_parent(tmp_path: Path) -> None:
    output = tmp_path / "log"
    parent = """
import signal
from pathlib import Path
from app.adapters.process.daemon import Daemon, DaemonSpec
child = Daemon(DaemonSpec(name="child", argv=("/bin/sleep", "60"), env={}))
child.start()
print(child.pid, flush=True)
signal.pause()
"""
    env = {"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONDONTWRITEBYTECODE": "1"}
    daemon = Daemon(DaemonSpec(name="parent", argv=(sys.executable, "-c", parent), env=env, output=output))
    daemon.start()
    child = int(await until_written(output))
    assert daemon.pid is not None
    os.kill(daemon.pid, signal.SIGKILL)
    await daemon.wait()
    await until(lambda: has_ended(child))


async def test_stop_before_start_does_nothing() -> None:
    await Daemon(python("pass")).stop(SOON)
