"""The embedded server: private, found again, owned by one, gone with its owner."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.process.daemon import Daemon, DaemonFailed, DaemonSpec
from app.adapters.queue.embedded import (
    EmbeddedRedis,
    EmbeddedRedisBusy,
    RuntimeDirectoryRefused,
    answers,
    find_server,
    url_for,
)

from tests.waiting import until

NO_PATH = "/nonexistent"


@pytest.fixture
async def embedded(tmp_path: Path, socket_dir: Path) -> AsyncIterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path, runtime_root=socket_dir)
    yield server
    await server.stop()


def socket_of(url: str) -> Path:
    return Path(url.removeprefix("unix://"))


async def test_another_process_finds_the_server_by_its_data_directory(
    embedded: EmbeddedRedis, tmp_path: Path, socket_dir: Path
) -> None:
    await embedded.start()
    assert await answers(socket_of(url_for(tmp_path, runtime_root=socket_dir)))


async def test_server_that_comes_with_the_product_is_used_where_none_is_installed(
    tmp_path: Path, socket_dir: Path
) -> None:
    server = EmbeddedRedis(tmp_path, runtime_root=socket_dir, server=find_server(NO_PATH))
    await server.start()
    assert await answers(socket_of(server.url))
    await server.stop()


async def test_only_its_owner_can_reach_the_socket(embedded: EmbeddedRedis) -> None:
    socket = socket_of(await embedded.start())
    assert socket.stat().st_mode & 0o077 == 0
    assert socket.parent.stat().st_mode & 0o077 == 0
    assert socket.parent.parent.stat().st_mode & 0o077 == 0


def listening_ports(pid: int) -> list[str]:
    mine = {str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
    return [line[1] for line in lines if f"socket:[{line[9]}]" in mine]


async def test_server_listens_on_no_port(embedded: EmbeddedRedis) -> None:
    await embedded.start()
    assert embedded.pid is not None
    assert listening_ports(embedded.pid) == []


async def test_second_owner_is_refused_and_told_who_the_first_is(
    embedded: EmbeddedRedis, tmp_path: Path, socket_dir: Path
) -> None:
    await embedded.start()
    with pytest.raises(EmbeddedRedisBusy) as refused:
        await EmbeddedRedis(tmp_path, runtime_root=socket_dir).start()
    assert refused.value.details["pid"] == os.getpid()
    assert await answers(socket_of(embedded.url))


async def test_two_data_directories_have_two_servers(embedded: EmbeddedRedis, tmp_path: Path, socket_dir: Path) -> None:
    other = EmbeddedRedis(tmp_path / "other", runtime_root=socket_dir)
    assert await embedded.start() != await other.start()
    await other.stop()


async def test_stopped_server_leaves_no_socket_and_can_be_started_again(embedded: EmbeddedRedis) -> None:
    socket = socket_of(await embedded.start())
    await embedded.stop()
    assert not socket.exists()
    assert await answers(socket_of(await embedded.start()))


async def test_killed_server_is_started_again_over_its_stale_socket(embedded: EmbeddedRedis) -> None:
    socket = socket_of(await embedded.start())
    assert embedded.pid is not None
    os.kill(embedded.pid, signal.SIGKILL)
    await until(lambda: not embedded.is_alive())
    assert socket.exists()
    await embedded.start()
    assert await answers(socket)


async def test_server_that_is_kept_comes_back_by_itself(embedded: EmbeddedRedis) -> None:
    socket = socket_of(await embedded.start())
    first = embedded.pid
    keeping = asyncio.create_task(embedded.keep())
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: embedded.pid != first and embedded.is_alive())
    await until(lambda: answers(socket))
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_server_whose_owner_died_is_replaced(embedded: EmbeddedRedis) -> None:
    socket = socket_of(await embedded.start())
    orphan = Daemon(
        DaemonSpec(name="orphan", argv=(str(find_server()), "--port", "0", "--unixsocket", str(socket)), env={})
    )
    await embedded.stop()
    orphan.start()
    await until(lambda: answers(socket))
    await embedded.start()
    assert await orphan.wait() == 0
    assert embedded.is_alive()


async def test_server_and_lock_go_with_a_killed_owner(
    embedded: EmbeddedRedis, tmp_path: Path, socket_dir: Path
) -> None:
    script = """
import asyncio, sys
from pathlib import Path
from app.adapters.queue.embedded import EmbeddedRedis
async def main():
    server = EmbeddedRedis(Path(sys.argv[1]), runtime_root=Path(sys.argv[2]))
    await server.start()
    print("up", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    env = {"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    argv = (sys.executable, "-c", script, str(tmp_path), str(socket_dir))
    owner = Daemon(DaemonSpec(name="owner", argv=argv, env=env, output=tmp_path / "out"))
    owner.start()
    await until(lambda: (tmp_path / "out").read_text() != "")
    with pytest.raises(EmbeddedRedisBusy):
        await embedded.start()
    owner.kill()
    await owner.wait()
    assert await answers(socket_of(await embedded.start()))


async def test_directory_that_others_may_enter_is_refused(tmp_path: Path, socket_dir: Path) -> None:
    (socket_dir / f"hivesync-{os.getuid()}").mkdir(mode=0o755)
    with pytest.raises(RuntimeDirectoryRefused):
        await EmbeddedRedis(tmp_path, runtime_root=socket_dir).start()


async def test_link_in_place_of_the_directory_is_refused(tmp_path: Path, socket_dir: Path) -> None:
    (socket_dir / "elsewhere").mkdir(mode=0o700)
    (socket_dir / f"hivesync-{os.getuid()}").symlink_to(socket_dir / "elsewhere")
    with pytest.raises(RuntimeDirectoryRefused):
        await EmbeddedRedis(tmp_path, runtime_root=socket_dir).start()


async def test_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path, socket_dir: Path) -> None:
    server = EmbeddedRedis(tmp_path, runtime_root=socket_dir, server=Path("/bin/ls"))
    with pytest.raises(DaemonFailed) as failed:
        await server.start()
    assert "unrecognized option" in failed.value.details["log"]


async def test_long_data_directory_still_has_a_short_socket(tmp_path: Path, socket_dir: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-name"] * 10)
    server = EmbeddedRedis(deep, runtime_root=socket_dir)
    assert await answers(socket_of(await server.start()))
    await server.stop()
