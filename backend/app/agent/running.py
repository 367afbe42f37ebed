"""One agent of one person: where it listens stands in agent.json, which only he may read, for as long as it runs."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.agent.endpoints import Endpoints
from app.agent.errors import AgentMissing, AgentRunning, FolderBusy
from app.agent.files import locked, read_json, write_json
from app.agent.identity import ChosenSessions, Identity
from app.agent.operations import Operations
from app.agent.service import Agent
from app.cli.sessions import FileSessions
from app.config.client import ClientSettings
from app.schemas.base import moment_text

FILE_NAME = "agent.json"
_ANSWERS_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """An agent that runs: where, and what lets others talk to it."""

    port: int
    token: str
    pid: int
    version: str
    started_at: str

    def http(self) -> httpx.Client:
        """Open a client of it."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=_ANSWERS_WITHIN, trust_env=False
        )


class _Server(uvicorn.Server):
    """Ends when it is told to, by a signal or by a request; signals are the loop's to hear."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        """Answer what was asked, then end."""
        self.should_exit = True


async def serve(settings: ClientSettings, port: int, on_start: Callable[[Running, dict[str, list[str]]], None]) -> None:
    """Run an agent until it is told to stop; AgentRunning while another one lives.

    `on_start` hears where it listens, and which files could not be repaired after a crash, by folder.
    """
    with _alone(settings):
        sessions = ChosenSessions(FileSessions(settings.session_file))
        agent = Agent(settings, sessions=sessions, server=None)
        left = await asyncio.to_thread(agent.repair)
        operations = Operations(agent.ids)
        with socket.create_server(("127.0.0.1", port)) as listening:
            now = moment_text(agent.clock.now())
            running = Running(listening.getsockname()[1], agent.ids.secret(), os.getpid(), own_version(), now)

            def stop_serving() -> None:
                server.stop()

            endpoints = Endpoints(agent, Identity(agent, sessions), operations, stop_serving)
            app = endpoints.app(running.token, running.version)
            config = uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="off",
                timeout_graceful_shutdown=5, ws="none",
            )  # fmt: skip
            server = _Server(config)
            with _announced(settings.folder / FILE_NAME, running):
                on_start(running, left)
                try:
                    await server.serve(sockets=[listening])
                finally:
                    await operations.cancel_all()


def find_running(settings: ClientSettings) -> Running:
    """Find the agent that runs; AgentMissing when there is none, or only the file of a killed one."""
    found = read_json(settings.folder / FILE_NAME)
    try:
        running = Running(**found)
        with running.http() as http:
            # Not its status: that asks the server, which may be away.
            http.get("/v1/health").raise_for_status()
    except (TypeError, ValueError, httpx.HTTPError):
        # Nobody listens there, or somebody else by now.
        raise AgentMissing from None
    return running


async def stop(settings: ClientSettings, running: Running) -> None:
    """Tell an agent to stop, and wait until it has."""

    def told() -> None:
        with running.http() as http:
            http.post("/v1/stop")

    await asyncio.to_thread(told)
    # Its lock is free once it has ended, however it did.
    async with asyncio.timeout(_ANSWERS_WITHIN * 3):
        while True:
            with contextlib.suppress(FolderBusy), locked(_lock_of(settings), wait=False):
                return
            await asyncio.sleep(0.02)


def own_version() -> str:
    """Say which version this is."""
    try:
        return version("hivesync-backend")
    except PackageNotFoundError:
        return "0"


def _lock_of(settings: ClientSettings) -> Path:
    return settings.folder / "agent" / "agent.lock"


@contextlib.contextmanager
def _alone(settings: ClientSettings) -> Iterator[None]:
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(locked(_lock_of(settings), wait=False))
        except FolderBusy:
            raise AgentRunning from None
        yield


@contextlib.contextmanager
def _announced(path: Path, running: Running) -> Iterator[None]:
    told = {name: getattr(running, name) for name in Running.__dataclass_fields__}
    write_json(path, told)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
