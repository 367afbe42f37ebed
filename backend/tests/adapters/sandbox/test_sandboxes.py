"""What is shut in can do its work and nothing else, and ends when we do."""

import asyncio
import contextlib
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.ids import SystemIds
from app.adapters.language.ast_grep import AstGrep
from app.adapters.language.patterns import Rewrite
from app.adapters.language.pool import PooledLanguageServers
from app.adapters.language.port import Spot
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.process.port import Finished, Limits
from app.adapters.process.system import SystemProcesses
from app.adapters.sandbox.port import Confinement, NoSandbox, Sandbox
from app.adapters.sandbox.probe import Prober
from app.core.clock import SystemClock

from tests.fixtures.sandboxes import Always
from tests.waiting import until

LIMITS = Limits(timeout=timedelta(seconds=20), max_output=10_000)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The one folder that may be written."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


async def shell(sandbox: Sandbox, home: Path, script: str, *reads: Path) -> Finished:
    """Run a script shut in, its programs among what it may read."""
    within = Confinement((Path("/usr"), *reads), (home,))
    argv = sandbox.wrap(["/usr/bin/sh", "-c", script], within)
    processes = SystemProcesses(SystemClock())
    return await processes.run(argv, cwd=home, env={"PATH": "/usr/bin", "GIVEN": "yes"}, limits=LIMITS)


async def test_an_attack_from_within_gets_nothing(sandbox: Sandbox, prober: Prober) -> None:
    found = await prober.probe(sandbox)
    assert str(found) == f"{sandbox.name}: holds"


async def test_the_same_attack_gets_everything_without_one(prober: Prober) -> None:
    found = await prober.probe(NoSandbox())
    assert len(found.could) == 12
    assert [*prober.folder.iterdir()] == []


async def test_it_works_where_it_may(sandbox: Sandbox, home: Path, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    shown.mkdir()
    (shown / "text").write_text("from outside")
    done = await shell(sandbox, home, f"cat {shown}/text > copy && echo $GIVEN; echo no > {shown}/new", shown)
    assert (done.stdout, (home / "copy").read_text()) == (b"yes\n", "from outside")
    assert [each.name for each in shown.iterdir()] == ["text"]


async def test_links_lead_nowhere(sandbox: Sandbox, home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (home / "link").symlink_to(tmp_path / "secret")
    (home / "up").symlink_to("..")
    done = await shell(sandbox, home, "cat link up/secret /proc/1/root/etc/hostname /proc/self/root/etc/passwd")
    assert (done.stdout, done.returncode) == (b"", 1)


async def test_it_ends_as_the_program_does(sandbox: Sandbox, home: Path) -> None:
    assert (await shell(sandbox, home, "exit 7")).returncode == 7
    assert (await shell(sandbox, home, "kill -9 $$")).returncode in (-9, 137)


async def test_what_it_left_running_ends_too(sandbox: Sandbox, home: Path) -> None:
    if sandbox.name == "landlock":
        pytest.skip("without a namespace of processes a program may leave the group and stay")
    await shell(sandbox, home, f"setsid sleep 30.{os.getpid()} & sleep 0.1")
    await until(lambda: not running(f"30.{os.getpid()}"))


async def test_it_gains_no_rights_by_programs_that_give_them(sandbox: Sandbox, home: Path) -> None:
    done = await shell(sandbox, home, "grep -E 'CapEff|NoNewPrivs' /proc/self/status; unshare -Ur id")
    assert b"uid=0" not in done.stdout
    if b"CapEff" in done.stdout:
        assert done.stdout.split() == [b"CapEff:", b"0" * 16, b"NoNewPrivs:", b"1"]


@pytest.mark.parametrize(("language", "path"), [("python", "a.py"), ("typescript", "a.ts")])
async def test_servers_work_in_it_and_are_lent_again(
    sandbox: Sandbox, tmp_path: Path, language: str, path: str
) -> None:
    servers = PooledLanguageServers(SystemLanguageServers(tmp_path / "tmp", SystemIds(), Always(sandbox)))
    files = {"a.py": b"x = 1\nx\n", "a.ts": b"const x = 1;\nx;\n", "tsconfig.json": b"{}"}
    seen = []
    for _ in range(2):
        async with servers.open(language, key="one") as session:
            await session.sync(files)
            seen += [session, (await session.definitions(path, [Spot(1, 0)]))[0][0].path]
    assert seen == [seen[0], path, seen[0], path]
    await servers.close()


async def test_patterns_are_searched_in_it(sandbox: Sandbox, tmp_path: Path) -> None:
    engine = AstGrep(SystemProcesses(SystemClock()), tmp_path / "tmp", SystemIds(), sandbox=Always(sandbox))
    answer = await engine.rewrites("python", "f($A)", "g($A)", {"a.py": b"f(1)\n"})
    assert answer.found == {"a.py": [Rewrite(0, 4, b"g(1)")]}


STARTER = """
import asyncio, json, sys
from pathlib import Path
from app.adapters.process.conversation import talk
from app.adapters.process.port import Limits
from datetime import timedelta
async def main(argv, home):
    async with talk(argv, cwd=Path(home), env={"PATH": "/usr/bin"}, limits=Limits(timedelta(60), 0)) as talked:
        print((await talked.reader.readline()).decode(), flush=True)
        await asyncio.sleep(60)
asyncio.run(main(json.loads(sys.argv[1]), sys.argv[2]))
"""


async def test_killing_its_starter_kills_it(sandbox: Sandbox, home: Path) -> None:

    mark = f"40.{os.getpid()}"
    script = f"sleep {mark} & echo started; exec sleep {mark}1"
    if sandbox.name == "landlock":
        script = f"echo started; exec sleep {mark}1"
    argv = sandbox.wrap(["/usr/bin/sh", "-c", script], Confinement((Path("/usr"),), (home,)))
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, json.dumps(argv), str(home), stdout=asyncio.subprocess.PIPE
    )
    assert starter.stdout is not None
    assert (await starter.stdout.readline()).strip() == b"started"
    await until(lambda: bool(running(mark)))
    starter.kill()
    await starter.wait()
    await until(lambda: not running(mark))


def running(mark: str) -> list[int]:
    """The processes whose command line has a word in it that begins so."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"sleep") and any(word.startswith(mark.encode()) for word in words):
                found.append(int(folder.name))
    return found
