"""ty over a workspace: what it is told, what it says, and that it sees nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from app.adapters.ids import SystemIds
from app.adapters.language.port import LanguageServerLost, LanguageSession, Spot, Target
from app.adapters.language.rpc import RpcClient
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.language.ty import MEMORY_BYTES, open_ty
from app.adapters.language.workspace import temporary_workspace
from app.adapters.process.conversation import talk
from app.adapters.process.port import Limits, ProgramMissing
from app.core.guard import SlowWorkInsideScopeError, scope_closed, scope_opened
from app.core.paths import PathRefused

LIMITS = Limits(timeout=timedelta(seconds=10), max_output=0)


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[LanguageSession]:
    """A server with `lib` as a second root."""
    async with SystemLanguageServers(tmp_path, SystemIds()).open("python", ["lib"]) as session:
        yield session


async def test_it_says_where_names_lead(session: LanguageSession) -> None:
    await session.write({"a.py": b"import b\nimport os\nb.x\nos.path\nnobody\n", "lib/b.py": b"\nx = 1\n"})
    found = await session.definitions("a.py", [Spot(2, 2), Spot(1, 7), Spot(4, 0)])
    assert found[0] == (Target("lib/b.py", Spot(1, 0), Spot(1, 1)),)
    assert [target.path for target in found[1]] == [None]
    assert found[2] == ()


async def test_it_sees_changes_new_files_and_deletions(session: LanguageSession) -> None:
    await session.write({"a.py": b"import b\nb.x\n", "b.py": b"x = 1\n"})
    assert await session.problems(["a.py"]) == []
    await session.write({"b.py": b"y = 1\n"})
    assert [problem.code for problem in await session.problems(["a.py"])] == ["missing-attribute"]
    await session.write({"b.py": None})
    assert [problem.at for problem in await session.problems(["a.py"])] == [Spot(0, 7)]
    await session.write({"lib/b.py": b"x = 1\n"})
    assert await session.problems(["a.py"]) == []


async def test_packages_of_this_machine_are_not_seen(session: LanguageSession) -> None:
    await session.write({"a.py": b"import fastapi\nimport pip\n"})
    assert await session.definitions("a.py", [Spot(0, 8), Spot(1, 8)]) == [(), ()]


@pytest.mark.parametrize("path", ["../x.py", "/etc/x.py", ".git/x.py", "a//b.py", "a\0.py"])
async def test_nothing_is_written_outside(session: LanguageSession, path: str) -> None:
    with pytest.raises(PathRefused):
        await session.write({path: b""})


async def test_the_workspace_is_gone_afterwards(tmp_path: Path) -> None:
    async with SystemLanguageServers(tmp_path, SystemIds()).open("python") as session:
        await session.write({"a.py": b""})
        assert len([*tmp_path.rglob("a.py")]) == 1
    assert [*tmp_path.iterdir()] == []


def test_a_language_without_a_server_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        SystemLanguageServers(tmp_path, SystemIds()).open("cobol")


@pytest.mark.parametrize(
    "said", ["Content-Length: 9999999999\\r\\n\\r\\n", "nonsense\\r\\n\\r\\n", "", "Content-Length: 2\\r\\n\\r\\n[]"]
)
async def test_a_server_that_talks_nonsense_is_lost(tmp_path: Path, said: str) -> None:
    argv = ["/bin/sh", "-c", f"printf '{said}'; sleep 0.05"]
    async with talk(argv, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, limits=LIMITS) as conversation:
        rpc = RpcClient(conversation, timedelta(seconds=5))
        with pytest.raises(LanguageServerLost):
            await rpc.ask("initialize", {})
        await rpc.close()


async def test_a_server_that_does_not_answer_in_time_is_lost(tmp_path: Path) -> None:
    async with talk(["/bin/sleep", "60"], cwd=tmp_path, env={}, limits=LIMITS) as conversation:
        rpc = RpcClient(conversation, timedelta(milliseconds=50))
        with pytest.raises(LanguageServerLost):
            await rpc.ask("initialize", {})
        await rpc.close()


async def test_a_program_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ProgramMissing):
        async with talk(["/nowhere/ty"], cwd=tmp_path, env={}, limits=LIMITS):
            pass


async def test_no_transaction_waits_for_it(tmp_path: Path) -> None:
    token = scope_opened()
    try:
        with pytest.raises(SlowWorkInsideScopeError):
            async with talk(["/bin/cat"], cwd=tmp_path, env={}, limits=LIMITS):
                pass
    finally:
        scope_closed(token)


async def test_answers_are_those_of_the_files_as_they_are(session: LanguageSession) -> None:
    files = {"a.py": b"from b import x\nx\n", "b.py": b"x = 1\n"}
    await session.sync(files)

    async def asked() -> tuple[object, list[str]]:
        found = await session.definitions("a.py", [Spot(0, 14)])
        return found[0][0].start if found[0] else None, [each.code for each in await session.problems(["a.py"])]

    first: tuple[Spot, list[str]] = (Spot(0, 0), [])
    assert await asked() == first
    await session.write({"b.py": b"\nx = 1\n"})
    assert await asked() == (Spot(1, 0), [])
    await session.write({"b.py": b"y = 1\n"})
    assert (await asked())[1] == ["missing-module-member"]
    await session.write({"b.py": files["b.py"]})
    assert await asked() == first
    await session.sync({**files, "b.py": b"\n\nx = 1\n"})
    assert await asked() == (Spot(2, 0), [])


async def test_it_may_take_no_more_memory_than_its_limit(session: LanguageSession) -> None:
    await session.write({"a.py": b""})
    servers = [child for child in psutil.Process().children() if child.name() == "ty"]
    assert {server.rlimit(psutil.RLIMIT_AS) for server in servers} == {(MEMORY_BYTES, MEMORY_BYTES)}


async def test_a_server_without_enough_memory_is_lost_and_nothing_else(tmp_path: Path) -> None:
    async with temporary_workspace(tmp_path, SystemIds()) as workspace:
        with pytest.raises(LanguageServerLost):
            async with open_ty(workspace, memory_bytes=16 * 1024**2):
                pass
