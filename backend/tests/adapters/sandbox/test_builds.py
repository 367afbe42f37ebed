"""Builds run strangers' code: they see what they are given, use what they may, and leave nothing running."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.sandbox.port import Mount, NoSandbox, Sandbox, SandboxMissing
from app.adapters.sandbox.probe import Prober
from app.adapters.sandbox.room import BuildLimits, Ended, Reason, Room, RoomRefused
from app.adapters.sandbox.running import BuildShell
from app.core.clock import SystemClock

from tests.adapters.sandbox.test_sandboxes import running
from tests.fixtures.sandboxes import Always
from tests.waiting import until

MIB = 1024**2


@dataclass
class Workshop:
    """A folder that is seen as /build/project, and what a script in it did."""

    sandbox: Sandbox
    project: Path
    mounts: tuple[Mount, ...] = ()
    lines: list[str] = field(default_factory=list)

    @property
    def room(self) -> Room:
        mounts = (Mount(self.project, "/build/project", writable=True), *self.mounts)
        return Room(mounts, {"PATH": "/usr/bin:/bin", "GIVEN": "yes"}, "/build/project", tmp_bytes=512 * MIB)

    async def shell(self, script: str, **limits: object) -> Ended:
        return await self.run(["/usr/bin/sh", "-c", script], **limits)

    async def python(self, code: str, **limits: object) -> Ended:
        python = str(Path(sys.executable).resolve())
        prefix = Path(sys.base_prefix).resolve()
        self.mounts = (*self.mounts, Mount(prefix, str(prefix)))
        return await self.run([python, "-I", "-S", "-c", code], **limits)

    async def run(self, argv: list[str], **limits: object) -> Ended:
        told = BuildLimits(**{"timeout": timedelta(seconds=30), **limits})  # type: ignore[arg-type]
        shell = BuildShell(Always(self.sandbox), SystemClock())
        return await shell.run(argv, room=self.room, limits=told, on_line=self.lines.append)


@pytest.fixture
def workshop(sandbox: Sandbox, tmp_path: Path) -> Workshop:
    if not sandbox.fit_for_builds:
        pytest.skip(f"{sandbox.name} is not for builds")
    project = tmp_path / "project"
    project.mkdir()
    return Workshop(sandbox, project)


async def test_an_attack_by_a_build_gets_nothing(sandbox: Sandbox, prober: Prober) -> None:
    if not sandbox.fit_for_builds:
        pytest.skip(f"{sandbox.name} is not for builds")
    assert str(await prober.probe(sandbox, as_build=True)) == f"{sandbox.name}: holds"


async def test_the_same_attack_gets_everything_without_one(prober: Prober) -> None:
    found = await prober.probe(NoSandbox(), as_build=True)
    more = {"write what is only shown", "leave a daemon", "fill memory below /dev"}
    assert more <= set(found.could)
    assert len(found.could) in (15, 16)  # Not every machine has sockets to its host.


async def test_landlock_alone_is_refused(sandbox: Sandbox, prober: Prober) -> None:
    if sandbox.fit_for_builds:
        pytest.skip("this one is for builds")
    with pytest.raises(SandboxMissing):
        await prober.probe(sandbox, as_build=True)


async def test_a_build_sees_its_project_at_a_constant_path(workshop: Workshop, tmp_path: Path) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "a").write_text("module")
    workshop.mounts = (Mount(modules, "/build/project/node_modules"),)
    done = await workshop.shell(
        "pwd; cat node_modules/a > out; touch node_modules/b; echo $GIVEN; getent hosts localhost; id -un; exit 3"
    )
    assert (done.returncode, done.reason) == (3, "exited")
    assert workshop.lines[0] == "/build/project"
    assert workshop.lines[-3:-1] == ["yes", workshop.lines[-2]]
    assert "localhost" in workshop.lines[-2]
    assert workshop.lines[-1] == "build"
    assert (workshop.project / "out").read_text() == "module"
    assert [each.name for each in modules.iterdir()] == ["a"]


async def test_lines_arrive_while_it_runs(workshop: Workshop) -> None:
    fifo = workshop.project / "go"
    os.mkfifo(fifo)
    running_ = asyncio.ensure_future(workshop.shell("echo first; echo second >&2; read x < go; echo $x"))
    await until(lambda: len(workshop.lines) == 2)
    await asyncio.to_thread(fifo.write_text, "third\n")
    assert (await running_).ok
    assert workshop.lines == ["first", "second", "third"]


MEMORY = """
blocks = []
while True:
    blocks.append(b"x" * 20_000_000)
"""
SHARED_MEMORY = """
import mmap
blocks = []
while True:
    blocks.append(mmap.mmap(-1, 20_000_000))
    blocks[-1].write(b"x" * 20_000_000)
"""
DELETED = """
import os
file = os.open("big", os.O_RDWR | os.O_CREAT)
os.unlink("big")
while True:
    os.write(file, b"x" * 1_000_000)
"""


@pytest.mark.parametrize("code", [MEMORY, SHARED_MEMORY], ids=["its own", "shared"])
async def test_a_memory_hog_is_ended(workshop: Workshop, code: str) -> None:
    done = await workshop.python(code, memory_bytes=200 * MIB)
    assert (done.reason, done.ok) == ("memory", False)
    assert done.peak_memory > 200 * MIB


async def test_memory_that_no_process_maps_cannot_be_had(workshop: Workshop) -> None:
    code = """
import os, socket
for attempt in (lambda: os.memfd_create("x"), lambda: socket.socket(socket.AF_VSOCK)):
    try:
        print("could", attempt())
    except OSError as error:
        print(type(error).__name__)
"""
    assert (await workshop.python(code)).ok
    assert workshop.lines == ["OSError", "OSError"]


@pytest.mark.parametrize(
    ("script", "limits", "reason"),
    [
        ("dd if=/dev/zero of=/tmp/x bs=1M count=400", {"memory_bytes": 100 * MIB}, "memory"),
        ("for i in $(seq 400); do sleep 20 & done; sleep 20", {"processes": 60}, "processes"),
        ("for i in 1 2 3 4; do head -c 60000000 /dev/zero > f$i; done; sleep 20", {"disk_bytes": 100 * MIB}, "disk"),
        ("while :; do echo and so on; done", {"max_log_bytes": 10_000}, "log"),
        ("trap '' TERM; sleep 20 & sleep 20", {"timeout": timedelta(seconds=0.5)}, "timeout"),
    ],
    ids=["a full /tmp", "many processes", "a full disk", "endless output", "no end"],
)
async def test_what_uses_too_much_is_ended(
    workshop: Workshop, script: str, limits: dict[str, object], reason: Reason
) -> None:
    done = await workshop.shell(script, **limits)
    # A limit of the kernel may end it before it is seen.
    assert done.reason == reason or (reason == "processes" and not done.ok)
    assert len("".join(workshop.lines)) < 20_000
    assert (await workshop.shell("echo well")).ok
    assert workshop.lines[-1] == "well"


async def test_a_fork_bomb_is_bounded_by_the_kernel(workshop: Workshop) -> None:
    if os.geteuid() == 0 and (workshop.sandbox.name != "namespaces" or not _bounds_namespaces()):
        pytest.skip("the kernel does not bound root's processes here, and the bomb would harm the other tests")
    done = await workshop.shell("b(){ b|b& }; b; sleep 2", processes=320, timeout=timedelta(seconds=4))
    assert done.seconds < 10
    assert (await workshop.shell("echo well")).ok


def _bounds_namespaces() -> bool:
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int("".join(filter(str.isdigit, minor)))) >= (6, 14)


async def test_a_file_that_is_deleted_while_it_grows_is_seen(workshop: Workshop) -> None:
    done = await workshop.python(DELETED, disk_bytes=100 * MIB)
    assert done.reason == "disk"


async def test_a_file_grows_no_larger_than_allowed(workshop: Workshop) -> None:
    done = await workshop.shell("head -c 50000000 /dev/zero > big", file_bytes=10 * MIB)
    assert not done.ok
    assert (workshop.project / "big").stat().st_size == 10 * MIB


DAEMON = "(setsid sh -c 'sleep {mark} & sleep {mark}' >/dev/null 2>&1 </dev/null &) ; "


async def test_nothing_outlives_it(workshop: Workshop) -> None:
    mark = f"50.{os.getpid()}"
    done = await workshop.shell(DAEMON.format(mark=mark) + "sleep 0.2")
    assert done.ok
    assert running(mark) == []


async def test_cancelling_ends_all_of_it(workshop: Workshop) -> None:
    mark = f"51.{os.getpid()}"
    task = asyncio.ensure_future(workshop.shell(DAEMON.format(mark=mark) + "sleep 30"))
    await until(lambda: len(running(mark)) == 2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert running(mark) == []


STARTER = """
import asyncio, json, sys
from datetime import timedelta
from pathlib import Path
from app.adapters.sandbox.chosen import candidates
from app.adapters.sandbox.port import Mount
from app.adapters.sandbox.room import BuildLimits, Room
from app.adapters.sandbox.running import BuildShell
from app.core.clock import SystemClock

class One:
    verdict = ""
    async def take(self):
        return next(each for each in candidates() if each.name == sys.argv[1])

room = Room((Mount(Path(sys.argv[2]), "/build/project", True),), {"PATH": "/usr/bin:/bin"}, "/build/project")
shell = BuildShell(One(), SystemClock())
asyncio.run(shell.run(["/usr/bin/sh", "-c", sys.argv[3]], room=room, limits=BuildLimits(timedelta(60)), on_line=print))
"""


async def test_killing_the_worker_ends_daemons_too(workshop: Workshop) -> None:
    mark = f"52.{os.getpid()}"
    script = DAEMON.format(mark=mark) + "sleep 30"
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, workshop.sandbox.name, str(workshop.project), script
    )
    await until(lambda: len(running(mark)) == 2)
    starter.kill()
    await starter.wait()
    await until(lambda: running(mark) == [])


async def test_a_link_where_something_is_to_be_mounted_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (workshop.project / "node_modules").symlink_to(tmp_path / "elsewhere")
    workshop.mounts = (Mount(tmp_path / "elsewhere", "/build/project/node_modules/a"),)
    with pytest.raises(RoomRefused):
        await workshop.shell("true")


async def test_programs_of_node_run(workshop: Workshop) -> None:
    if shutil.which("node") is None:
        pytest.skip("no node here")
    code = "require('os').networkInterfaces(); require('os').userInfo(); console.log(require('os').tmpdir())"
    assert (await workshop.run(["/usr/bin/env", "node", "-e", code])).ok
    assert workshop.lines == ["/tmp"]


async def test_without_a_sandbox_paths_are_those_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "a").write_text("module")
    modules = Mount(tmp_path / "modules", "/build/project/node_modules")
    workshop = Workshop(NoSandbox(), tmp_path / "project", (modules,))
    assert (await workshop.shell("cat /build/project/node_modules/a; pwd")).ok
    assert workshop.lines == ["module" + str(tmp_path / "project")]


async def test_a_listener_that_fails_ends_the_build(workshop: Workshop) -> None:
    def tell(line: str) -> None:
        json.loads(line)

    shell = BuildShell(Always(workshop.sandbox), SystemClock())
    argv = ["/usr/bin/sh", "-c", "echo no json; sleep 20"]
    with pytest.raises(json.JSONDecodeError):
        await shell.run(argv, room=workshop.room, limits=BuildLimits(timedelta(seconds=20)), on_line=tell)
