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
from app.adapters.git.forwarding import Ends, Forwarder, Target, close, join, target_of
from app.adapters.registry.port import ProxyLimits, Registry

_DIAL_SECONDS: Final = 15.0
_HEAD_SECONDS: Final = 30.0
_LONGEST_HEAD: Final = 64 * 1024
# Not the public internet, and not this machine or what its cloud keeps for it: where a company's mirror may be.
_MIRRORS: Final = frozenset(
    (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15", "fc00::/7"),
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),  # for examples, and closed networks use them
    )
)
_ATTEMPTS: Final = 3
# What is written to a log of strangers' wishes.
_LONGEST_NAME: Final = 255
_MOST_REFUSALS: Final = 100


class _TooMuchError(OSError):
    """More bytes went through than one install may move."""


class RegistryProxy(Forwarder):
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
        super().__init__()
        self.most_connections = limits.connections
        self.refused: list[str] = []
        self.unreachable: str | None = None
        self.moved = 0
        # Set when it was tried in vain several times running: whoever waits for the install need not go on.
        self.away = asyncio.Event()
        self._in_vain = 0
        self._registry = registry
        self._folder = folder
        self._tell = tell
        self._limits = limits
        self._resolver = resolver
        self._policy = EgressPolicy(allowed_private_hosts=_open_to(registry))

    async def __aenter__(self) -> "RegistryProxy":
        listener = _listen(self._folder)
        self._server = await asyncio.start_unix_server(self._accept, sock=listener, limit=_LONGEST_HEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, problem, trace)
        (self._folder / "socket").unlink(missing_ok=True)

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
            self._note_absence(target, str(problem) or type(problem).__name__)
            return "502 Registry Unreachable"
        self._in_vain, self.unreachable = 0, None
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

    def _note_absence(self, target: Target, why: str) -> None:
        if self.unreachable != why:
            self._tell(f"registry {target.host}:{target.port} cannot be reached: {why}")
        self.unreachable, self._in_vain = why, self._in_vain + 1
        if self._in_vain >= _ATTEMPTS:
            self.away.set()

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


def _open_to(registry: Registry) -> frozenset[str]:
    """Say what is open besides public addresses: one that an operator named, or with TLS a company's own mirror.

    With TLS whoever answers in the registry's place is found out by npm; a machine's own services are not open to it.
    """
    if registry.may_be_private:
        return frozenset({registry.host})
    return _MIRRORS if registry.is_encrypted else frozenset()


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
