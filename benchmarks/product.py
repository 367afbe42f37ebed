"""The whole product as its users start it, `hivesync up` on its embedded default, and somebody logged in to it."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from app.adapters.process.daemon import Daemon, DaemonSpec

from benchmarks.harness import ROOT
from benchmarks.machinery import free_port

EMAIL, PASSWORD = "bench@example.org", "a sentence nobody guesses"
_STOPS_WITHIN = timedelta(seconds=30)
_STARTS_WITHIN_SECONDS = 60.0
_LOOKS_EVERY_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class RunningProduct:
    """A product under way: its API with an administrator's login, the environment it has, its own process id."""

    api: httpx.AsyncClient
    env: Mapping[str, str]
    pid: int


@asynccontextmanager
async def running_product(
    folder: Path, env: Mapping[str, str], *, timeout_seconds: float
) -> AsyncIterator[RunningProduct]:
    """Start it with its data below a folder and this environment beside what it always needs, until the block ends."""
    port = free_port()
    whole = {
        "HOME": str(folder), "PYTHONPATH": str(ROOT / "backend"), "PORT": str(port), "DATA_DIR": str(folder / "data"),
        "HIVESYNC_DEMO": "0", "HIVESYNC_ADMIN_EMAIL": EMAIL, "HIVESYNC_ADMIN_PASSWORD": PASSWORD, **env,
    }  # fmt: skip
    daemon = Daemon(DaemonSpec(name="hivesync up", argv=(sys.executable, "-m", "app", "up"), env=whole))
    daemon.start()
    address = f"http://127.0.0.1:{port}/api/v1"
    try:
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=timeout_seconds) as api:
            await until(lambda: _is_well(api), within=_STARTS_WITHIN_SECONDS, every=_LOOKS_EVERY_SECONDS)
            token = (await sent(api, "/auth/login", {"email": EMAIL, "password": PASSWORD}))["access_token"]
            api.headers["Authorization"] = f"Bearer {token}"
            yield RunningProduct(api, whole, daemon.pid or 0)
    finally:
        await daemon.stop(_STOPS_WITHIN)


async def sent(api: httpx.AsyncClient, path: str, body: object) -> dict[str, Any]:
    """Send JSON and read JSON; RuntimeError with what was answered instead."""
    answer = await api.post(path, json=body)
    if not answer.is_success:
        raise RuntimeError(f"{path}: {answer.text}")
    decoded: dict[str, Any] = json.loads(answer.text)
    return decoded


async def until(holds: Callable[[], Awaitable[bool]], *, within: float, every: float, share: float = 0.0) -> None:
    """Ask until it holds, all so many seconds, or after that share of the time that has passed; TimeoutError."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        while not await holds():  # noqa: ASYNC110 - other processes
            await asyncio.sleep(max(every, (time.monotonic() - began) * share))


async def _is_well(api: httpx.AsyncClient) -> bool:
    try:
        return (await api.get("/health/deep")).is_success
    except httpx.HTTPError:
        return False
