"""Recovery: from `kill -9` of a worker of `hivesync up` to the next start of the job it ran."""

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.harness import Goal, Options, Result, compare, main, percentile, progress
from benchmarks.product import running_product, sent, until

DESCRIPTION = """A worker of `hivesync up` on its embedded default dies by SIGKILL right after it has claimed a job,
a sync and an AI summary in turn. Measured until the job's next attempt begins: the death is noticed, its jobs are
handed back, a new process starts and claims. Not measured: how long the job then takes. Between two deaths workers
live for six seconds, because one that dies again within five is restarted after a pause that grows."""

_PATIENCE_SECONDS = 60.0
_LOOKS_EVERY_SECONDS = 0.002
_P95_GOAL_MS = 3000
_LIVES_SECONDS = 6


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    deaths = options.size(20, quick=2)
    with tempfile.TemporaryDirectory(prefix="hs-recovery-", dir="/tmp") as folder:
        order = Path(folder) / "die-here"
        async with _product(Path(folder), order) as api:
            project = await _project(api, Path(folder) / "upstream")
            taken: list[float] = []
            for number in range(deaths):
                await asyncio.sleep(_LIVES_SECONDS)
                progress(f"death {number + 1} of {deaths}")
                kind, path, body = (
                    ("repo.sync", f"/repos/{project}/sync", None)
                    if number % 2
                    else ("ai.run", "/ai/file-summary", {"project_id": project, "path": "main.py"})
                )
                order.write_text(f"{kind}:claimed", encoding="utf-8")
                job = (await sent(api, path, body))["job_id"]
                await _until(lambda: asyncio.to_thread(lambda: not order.exists()))
                died = time.time()
                taken.append((await _begun_again(api, job) - died) * 1000)
    result.figures += [
        compare("kill -9 → restart of its job, p50", "ms", "less", ours=[percentile(taken, 0.5)]),
        compare("kill -9 → restart of its job, p95", "ms", "less", ours=[percentile(taken, 0.95)],
                goal=Goal(_P95_GOAL_MS, on="value"), note=f"of {deaths}, slowest {max(taken):.0f} ms"),
    ]  # fmt: skip


@asynccontextmanager
async def _product(folder: Path, order: Path) -> AsyncIterator[httpx.AsyncClient]:
    env = {
        "PATH": os.environ["PATH"], "HIVESYNC_FAILPOINT": str(order),
        "RATE_LIMIT_REPOS": "1000000/1m", "RATE_LIMIT_AI": "1000000/1m", "RATE_LIMIT_API": "1000000/1m",
    }  # fmt: skip
    async with running_product(folder, env, timeout_seconds=20) as product:
        yield product.api


async def _project(api: httpx.AsyncClient, source: Path) -> str:
    """Connect a repository of one file; return the project's id once its sync is done."""
    await asyncio.to_thread(_make_repository, source)
    project: str = (await sent(api, "/projects", {"name": "bench", "repo_url": str(source)}))["id"]
    await sent(api, f"/repos/{project}/sync", None)

    async def is_described() -> bool:
        return (await api.get(f"/projects/{project}/manifest")).is_success

    await _until(is_described)
    return project


def _make_repository(source: Path) -> None:
    source.mkdir()
    (source / "main.py").write_text('"""Start here."""\n\n\ndef main() -> int:\n    return 0\n', encoding="utf-8")
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), (*who, "commit", "-q", "-m", "One file")):
        subprocess.run(["git", *arguments], cwd=source, check=True)


async def _begun_again(api: httpx.AsyncClient, job: str) -> float:
    """Wait until a job is done at its second attempt; seconds since 1970 when that began."""
    state: dict[str, Any] = {}

    async def is_done() -> bool:
        state.update((await api.get(f"/jobs/{job}")).json())
        return state["status"] in ("success", "failed", "cancelled")

    await _until(is_done)
    if (state["status"], state["attempt"]) != ("success", 2):
        raise RuntimeError(f"the job ended as {state['status']} at attempt {state['attempt']}")
    return datetime.fromisoformat(state["started_at"]).timestamp()


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    await until(holds, within=_PATIENCE_SECONDS, every=_LOOKS_EVERY_SECONDS)


if __name__ == "__main__":
    main("recovery", measure, description=DESCRIPTION)
