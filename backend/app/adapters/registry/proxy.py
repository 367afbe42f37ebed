"""A proxy on a socket file that leads to one registry and refuses everything else, for as long as one install takes."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from app.adapters.git.addresses import EgressPolicy
from app.adapters.git.egress import Resolver, resolve_checked, system_resolver
from app.adapters.git.errors import RepoUnreachable, RepoUrlRefused
from app.adapters.git.forwarding import Ends, Target, close, join, target_of
from app.adapters.registry.port import ProxyLimits, Registry

_DIAL_SECONDS: Final = 15.0
_HEAD_SECONDS: Final = 30.0
_LONGEST_HEAD: Final = 64 * 1024
# What is written to a log of strangers' wishes.
_LONGEST_NAME: Final = 255
_MOST_REFUSALS: Final = 100


class _TooMuchError(OSError):
    """More bytes went through than one install may move."""


class RegistryProxy:
    """Serves CONNECT, and plain http for a registry without encryption. `tell` hears of every refusal, as a line.

    `refused` lists `host:port` of what was asked for in vain; `unreachable` says why the registry was not reached.
    """

    def __init__(
        self,
        registry: Registry,
        folder: Path,
        tell: Callable[[str], None],
        limits: ProxyLimits = ProxyLimits(),  # noqa: B008 - frozen
        resolver: Resolver = system_resolver,
    ) -> None:
        self.refused: list[str] = []
        self.unreachable: str | None = None
        self.moved = 0
        self._registry = registry
        self._folder = folder
        self._tell = tell
        self._limits = limits
        self._resolver = resolver
        private = frozenset({registry.host}) if registry.may_be_private else frozenset()
        self._policy = EgressPolicy(allowed_private_hosts=private)
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "RegistryProxy":
        listener = _listen(self._folder)
        self._server = await asyncio.start_unix_server(self._accept, sock=listener, limit=_LONGEST_HEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
            await self._server.wait_closed()
        (self._folder / "socket").unlink(missing_ok=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._serving) >= self._limits.connections:
            writer.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status = await self._forward((reader, writer))
            if status is not None:
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # Either side went away, or has had its share: the other one notices by the closed connection.
            pass
        finally:
            await close(writer)

    async def _forward(self, client: Ends) -> str | None:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await client[0].readuntil(b"\r\n\r\n")
        target = target_of(head)
        if target is None:
            return "400 Bad Request"
        if not self._leads_to_the_registry(target):
            self._refuse(target)
            return "403 Not The Registry"
        try:
            upstream = await self._dial()
        except (RepoUrlRefused, RepoUnreachable, OSError, TimeoutError) as problem:
            self.unreachable = str(problem) or type(problem).__name__
            self._tell(f"registry {target.host}:{target.port} cannot be reached: {self.unreachable}")
            return "502 Registry Unreachable"
        try:
            if target.head is None:
                client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                upstream[1].write(target.head)
            await self._join(client, upstream)
        finally:
            await close(upstream[1])
        return None

    def _leads_to_the_registry(self, target: Target) -> bool:
        is_there = (target.host.lower(), target.port) == (self._registry.host, self._registry.port)
        # A tunnel to a registry without encryption is what npm asks for as well.
        return is_there and not (self._registry.is_encrypted and target.head is not None)

    def _refuse(self, target: Target) -> None:
        name = f"{target.host[:_LONGEST_NAME]}:{target.port}"
        if name not in self.refused and len(self.refused) < _MOST_REFUSALS:
            self.refused.append(name)
            self._tell(f"refused {name}")

    async def _join(self, client: Ends, upstream: Ends) -> None:
        """Carry bytes while there are some: the deadline moves with each of them."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._limits.idle_seconds) as deadline:

            def count(size: int) -> None:
                self.moved += size
                if self.moved > self._limits.max_bytes:
                    raise _TooMuchError
                deadline.reschedule(loop.time() + self._limits.idle_seconds)

            await join(client, upstream, count)

    async def _dial(self) -> Ends:
        if self._registry.upstream is not None:
            return await self._dial_through(self._registry.upstream)
        host, port = self._registry.host, self._registry.port
        for address in await resolve_checked(host, port, resolver=self._resolver, policy=self._policy):
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_DIAL_SECONDS):
                    return await asyncio.open_connection(address, port, limit=_LONGEST_HEAD)
        raise RepoUnreachable(f"{host} does not accept connections on port {port}.", host=host)

    async def _dial_through(self, proxy: str) -> Ends:
        """Ask the operator's own proxy for a tunnel."""
        host, _, port = proxy.rpartition(":")
        async with asyncio.timeout(_DIAL_SECONDS):
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port), limit=_LONGEST_HEAD)
            there = f"{self._registry.host}:{self._registry.port}"
            writer.write(f"CONNECT {there} HTTP/1.1\r\nHost: {there}\r\n\r\n".encode())
            answer = await reader.readuntil(b"\r\n\r\n")
        if answer.split(b" ", 2)[1:2] != [b"200"]:
            await close(writer)
            raise RepoUnreachable(f"The proxy {proxy} does not lead to {there}.", host=self._registry.host)
        return reader, writer


def _listen(folder: Path) -> socket.socket:
    """Listen on a socket file. Its address goes through a descriptor: it must be short, and folders' names need not."""
    (folder / "socket").unlink(missing_ok=True)
    handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(f"/proc/self/fd/{handle}/socket")
    finally:
        os.close(handle)
    listener.setblocking(False)
    return listener
