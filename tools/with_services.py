#!/usr/bin/env python3
"""Runs a command with a PostgreSQL and a Redis to test on: given, found on this machine, or started for it.

    tools/with_services.py -- pytest

TEST_DATABASE_URL and TEST_REDIS_URL are used when set. Otherwise PostgreSQL is looked for on 127.0.0.1:5432 and, when
nothing answers there, a private one is started from the installed binaries. Redis is always a private server: tests
empty it, and the one on port 6379 may be somebody's. What cannot be had is said loudly, and is a failure where CI=true.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import redis

from app.adapters.process.daemon import DaemonFailed
from app.adapters.queue.embedded import find_server

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
START_SECONDS = 30
# A cluster that lives for one test run may lose everything in a crash.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300", "shared_buffers=128MB")


def main(arguments: list[str]) -> int:
    """Run the command after `--`; its exit status, or 1 when CI lacks a service."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else arguments
    if not command:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hivesync-services-")))
        database = stack.enter_context(postgres(work))
        broker = stack.enter_context(redis_server(work))
        if database is None or broker is None:
            missing = " and ".join(name for name, url in (("PostgreSQL", database), ("Redis", broker)) if url is None)
            sys.stderr.write(
                f"\n{'!' * 78}\n!! {missing} could not be reached or started: THESE TESTS WERE SKIPPED.\n"
                "!! Install it (apt-get install postgresql redis-server), or set TEST_DATABASE_URL\n"
                f"!! and TEST_REDIS_URL.\n{'!' * 78}\n"
            )
            return 1 if os.environ.get("CI", "").lower() in ("1", "true") else 0
        sys.stderr.write(f"PostgreSQL: {without_password(database)}\nRedis: {without_password(broker)}\n")
        environment = {**os.environ, "TEST_DATABASE_URL": database, "TEST_REDIS_URL": broker}
        return run(command, environment)


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run in the foreground; an interrupt goes to the command, which is then waited for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    child = subprocess.Popen(command, env=environment)
    try:
        return child.wait()
    except KeyboardInterrupt:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def without_password(url: str) -> str:
    """Hide what stands between `//` and `@`."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


@contextlib.contextmanager
def postgres(work: Path) -> Iterator[str | None]:
    """Give a server's address: the one named, the local one, or a private one; None when there is none."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named or answers(postgres_answers, LOCAL_POSTGRES):
        yield named or LOCAL_POSTGRES
        return
    binaries = postgres_binaries()
    if binaries is None:
        yield None
        return
    with private_postgres(binaries, work / "postgres") as url:
        yield url


def answers(question: Callable[[str], None], url: str) -> bool:
    """Say whether a server is there and lets us in."""
    try:
        question(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, redis.RedisError, TimeoutError):
        return False
    return True


def postgres_answers(url: str) -> None:
    """Connect once and leave; raises when that fails."""

    async def connect() -> None:
        connection = await asyncpg.connect(url, timeout=3)
        await connection.close()

    asyncio.run(connect())


def redis_answers(url: str) -> None:
    """Ping once; raises when that fails."""
    with redis.Redis.from_url(url, socket_timeout=3) as client:
        client.ping()


def postgres_binaries() -> Path | None:
    """Find the newest installed server: Debian keeps them beside the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def private_postgres(binaries: Path, folder: Path) -> Iterator[str]:
    """Make a cluster, serve it on a free port, and stop it afterwards. PostgreSQL refuses root, so root steps down."""
    user = unprivileged_user()
    folder.mkdir(mode=0o700)
    for path in (folder, folder.parent):
        if user is not None:
            os.chown(path, pwd.getpwnam(user).pw_uid, -1)
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder,
    )  # fmt: skip
    port = free_port()
    options = [part for setting in FAST for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *options],
            stdout=log, stderr=log, user=user, cwd=folder, start_new_session=True,
        )  # fmt: skip
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        wait_until(postgres_answers, url, server)
        yield url
    finally:
        stop(server, signal.SIGINT)


@contextlib.contextmanager
def redis_server(work: Path) -> Iterator[str | None]:
    """Give a server's address: the one named, or a private one; None when neither is to be had."""
    named = os.environ.get("TEST_REDIS_URL")
    try:
        binary = None if named else find_server()
    except DaemonFailed:
        binary = None
    if binary is None:
        yield named
        return
    port = free_port()
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--databases", "64"],
        stdout=subprocess.DEVNULL, cwd=work, start_new_session=True,
    )  # fmt: skip
    url = f"redis://127.0.0.1:{port}/0"
    try:
        wait_until(redis_answers, url, server)
        yield url
    finally:
        stop(server, signal.SIGTERM)


def wait_until(question: Callable[[str], None], url: str, server: subprocess.Popen[bytes]) -> None:
    """Ask until the server answers; RuntimeError when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(question, url):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{server.args!r} did not start")
        time.sleep(0.05)


def stop(server: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a server we started, by force if it must be."""
    server.send_signal(how)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def unprivileged_user() -> str | None:
    """Name somebody to step down to, when we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
