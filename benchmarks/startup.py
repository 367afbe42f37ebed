"""Start-up: from the command to the first served page, and what importing costs."""

import asyncio
import compileall
import contextlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import ROOT, Goal, Options, Result, compare, interleave, main
from benchmarks.machinery import free_port

DESCRIPTION = """Start-up, warm: the second start on the same data directory, .pyc files in place.

`hivesync up` is what `make run` executes: embedded Redis, database, API, two workers, scheduler. The peer is a
FastAPI application with one route in one process; the limit is `python -c pass`."""

_PATIENCE_SECONDS = 60
_LOOKS_EVERY_SECONDS = 0.004
_STOPS_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Start:
    """A command that serves a page on a port of 127.0.0.1."""

    arguments: Sequence[str]
    page: str = "/"


OURS = Start(("-m", "app", "up"))
API = Start(("-m", "app", "api"))
HELLO = Start(("-m", "benchmarks.sides.hello"))


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    _compile()
    with tempfile.TemporaryDirectory(prefix="hs-start-", dir="/tmp") as folder:
        await _measure_pages(options, result, Path(folder))
    await _measure_imports(options, result)


async def _measure_pages(options: Options, result: Result, folder: Path) -> None:
    data, hello = folder / "data", "FastAPI hello"
    sides = {
        "hivesync up": lambda: _first_page(OURS, data),
        "hello": lambda: _first_page(HELLO, data),
        "hivesync api": lambda: _first_page(API, data),
    }
    if options.quick:
        del sides["hivesync up"]
        result.skipped.append("`hivesync up` is left out by --quick")
    else:
        # Makes the database, the secrets and every .pyc that is missing.
        await _first_page(OURS, data)
    pages = await interleave(options.rounds, sides, say="first page,")
    if not options.quick:
        fresh = await interleave(
            min(options.rounds, 3),
            {"up": lambda: _first_page(OURS, Path(tempfile.mkdtemp(dir=folder)))},
            say="no data,",
        )
        result.figures += [
            compare("`hivesync up` → first page, warm", "ms", "less", ours=pages["hivesync up"], peer=pages["hello"],
                    peer_name=hello, goal=Goal(5000, on="value")),
            compare("`hivesync up` → first page, no data yet", "ms", "less", ours=fresh["up"], peer=pages["hello"],
                    peer_name=hello),
        ]  # fmt: skip
    result.figures.append(
        compare("API process → first page", "ms", "less", ours=pages["hivesync api"], peer=pages["hello"],
                peer_name=hello)
    )  # fmt: skip


async def _measure_imports(options: Options, result: Result) -> None:
    imports = await interleave(
        options.rounds,
        {
            "ours": lambda: _run("import app.main"),
            "fastapi": lambda: _run("import fastapi, uvicorn"),
            "command line": lambda: _run("import app.cli.main"),
            "nothing": lambda: _run("pass"),
        },
        say="import,",
    )
    empty = "python -c pass"
    result.figures += [
        compare("import the API process", "ms", "less", ours=imports["ours"], peer=imports["fastapi"],
                peer_name="import fastapi, uvicorn"),
        compare("import the API process", "ms", "less", ours=imports["ours"], peer=imports["nothing"], peer_name=empty),
        compare("import the command line", "ms", "less", ours=imports["command line"], peer=imports["nothing"],
                peer_name=empty),
    ]  # fmt: skip


def _compile() -> None:
    compileall.compile_dir(ROOT / "backend" / "app", quiet=2)


def _environment(**extra: str) -> dict[str, str]:
    # An inherited "write no .pyc" would make every start compile everything anew.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join(filter(None, (str(ROOT / "backend"), os.environ.get("PYTHONPATH", ""))))
    return {**kept, "PYTHONPATH": path, **extra}


async def _run(code: str) -> float:
    """Run a line of Python; milliseconds from start to exit."""
    began = time.perf_counter()
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], env=_environment(), check=True)
    return (time.perf_counter() - began) * 1000


async def _first_page(start: Start, data: Path) -> float:
    return await asyncio.to_thread(_wait_for_page, start, data)


def _wait_for_page(start: Start, data: Path) -> float:
    """Start a command and ask for its page until it answers 200; milliseconds from the start. Then stop it."""
    port = free_port()
    env = _environment(DATA_DIR=str(data), PORT=str(port), HIVESYNC_DEMO="0", LOG_LEVEL="warning")
    for name in ("DATABASE_URL", "REDIS_URL", "APP_ENV"):
        env.pop(name, None)
    began = time.perf_counter()
    with _running([sys.executable, *start.arguments], env) as process:
        while time.perf_counter() - began < _PATIENCE_SECONDS:
            if _answers(port, start.page):
                return (time.perf_counter() - began) * 1000
            if process.poll() is not None:
                break
            time.sleep(_LOOKS_EVERY_SECONDS)
    raise RuntimeError(f"{' '.join(start.arguments)} served no page")


@contextlib.contextmanager
def _running(command: Sequence[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own; afterwards it is asked to stop, and then made to."""
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOPS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _answers(port: int, page: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", page)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main("startup", measure, description=DESCRIPTION)
