"""The product behind a real port, workers at work, and a shell whose commands are processes of their own."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from app.adapters.container import Container
from app.adapters.llm.offline import OfflineModel
from app.config.client import ClientSettings

from tests.fixtures.jobs import drain
from tests.fixtures.people import PASSWORD, People, Person
from tests.fixtures.repos import make_repo

BACKEND = Path(__file__).parents[2]
# How long one command may take on a busy machine before the test says so.
_PATIENCE_SECONDS = 60
# How often the workers look for due jobs when they have none.
_LOOKS_EVERY_SECONDS = 0.02

SHOP = """def price(items, discount=0):
    if discount > 1:
        raise ValueError("more than everything")
    return sum(items) * (1 - discount)


def ship(order):
    order.shipped = True
    return order
"""
BASKET = """export function total(items) {
  if (!items.length) throw new Error("nothing to sell");
  return items.reduce((sum, item) => sum + item.price, 0);
}
"""


class Server(uvicorn.Server):
    """Leaves the process's signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.raw.decode()

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON value and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Shell:
    """Somebody at a shell: `await shell("project", "list")`."""

    address: str
    folder: Path
    forks: Path

    @property
    def settings(self) -> ClientSettings:
        """The session's place."""
        return ClientSettings(server=None, session_file=self.folder / "session.json")

    @property
    def env(self) -> dict[str, str]:
        """A small environment of its own."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(BACKEND),
            "HIVESYNC_CONFIG_DIR": str(self.folder),
        }

    async def __call__(self, *arguments: str, stdin: str = "") -> Said:
        """Run a command to its end."""
        asked = {"arguments": arguments, "stdin": stdin, "env": self.env, "folder": str(self.folder)}
        reader, writer = await asyncio.open_unix_connection(self.forks, limit=2**24)
        writer.write(json.dumps(asked).encode() + b"\n")
        async with asyncio.timeout(_PATIENCE_SECONDS):
            said = json.loads(await reader.readline())
        writer.close()
        await writer.wait_closed()
        return Said(said["status"], said["out"].encode("latin-1"), said["err"].encode("latin-1").decode())

    async def good(self, *arguments: str, stdin: str = "") -> Said:
        """Run a command that must succeed."""
        said = await self(*arguments, stdin=stdin)
        assert said.status == 0, said
        return said

    async def login(self, person: Person) -> None:
        """Log in."""
        await self.good("login", "--server", self.address, "--email", person.email, stdin=f"{PASSWORD}\n")


@pytest.fixture
def settings_env() -> dict[str, str]:
    """The clock stands still, so that no limit ever refills."""
    return {f"RATE_LIMIT_{name}": "100000/1m" for name in ("API", "AUTH", "REPOS", "AI", "PROPOSALS")}


@pytest.fixture
def model() -> OfflineModel:
    """Syntax trees answer, as they do without a key."""
    return OfflineModel()


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """Serve the application on a port of its own."""
    server = Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def workers(container: Container) -> AsyncIterator[None]:
    """Run every due job as soon as it is there, with the real Runner."""
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            await drain(container)
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)

    working = asyncio.create_task(work())
    yield
    stop.set()
    await working


@pytest.fixture(scope="session")
def forks() -> Iterator[Path]:
    """A process that runs commands in forks of itself; the socket on which it listens."""
    with tempfile.TemporaryDirectory(prefix="hs-", dir="/tmp") as folder:
        path = Path(folder) / "forks.sock"
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(BACKEND), "LC_ALL": "C.UTF-8"}
        with subprocess.Popen([sys.executable, "-m", "tests.cli.forking", str(path)], env=env, cwd=BACKEND) as process:
            while not path.exists():
                assert process.poll() is None
                threading.Event().wait(0.01)
            yield path
            process.kill()


@pytest.fixture
def new_shell(address: str, tmp_path: Path, forks: Path) -> Shell:
    """A shell at which nobody is logged in."""
    folder = tmp_path / "home"
    folder.mkdir()
    return Shell(address, folder, forks)


@pytest.fixture
async def owner(people: People) -> Person:
    """Whoever sits at the shell."""
    return await people.user("owner")


@pytest.fixture
async def shell(new_shell: Shell, workers: None, owner: Person) -> Shell:
    """A shell at which somebody is logged in, with workers at work."""
    await new_shell.login(owner)
    return new_shell


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small repository about which there is something to say."""
    return make_repo(tmp_path / "shop", {"shop.py": SHOP, "web/basket.js": BASKET, "README.md": "# Shop\n"})


@pytest.fixture
async def project(shell: Shell, shop: Path) -> Path:
    """The repository of a project named `shop` that is connected and described."""
    await shell.good("project", "create", "shop", "--url", str(shop))
    return shop
