"""A loopback proxy between git and the network: every hop, redirects too, is checked at the moment it is dialled."""

import asyncio
import base64
import contextlib
import hmac
import socket
from collections.abc import Awaitable, Callable
from typing import Final

from app.adapters.git.addresses import EgressPolicy, check_resolved_addresses
from app.adapters.git.errors import RepoUnreachable, RepoUrlRefused
from app.adapters.git.forwarding import Ends, Forwarder, Target, close, join, target_of

# Resolves a host name to the addresses behind it, as text; OSError when there are none.
Resolver = Callable[[str, int], Awaitable[list[str]]]

_USER: Final = "hivesync"
_RESOLVE_SECONDS: Final = 20.0
_DIAL_SECONDS: Final = 15.0
_HEAD_SECONDS: Final = 30.0
_LONGEST_HEAD: Final = 64 * 1024


async def system_resolver(host: str, port: int) -> list[str]:
    """Ask this machine's resolver."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_RESOLVE_SECONDS):
        answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


async def resolve_checked(host: str, port: int, *, resolver: Resolver, policy: EgressPolicy) -> list[str]:
    """Resolve a name and check every answer; RepoUrlRefused, or RepoUnreachable when there is none."""
    try:
        answers = await resolver(host, port)
    except (OSError, TimeoutError, UnicodeError) as problem:
        raise RepoUnreachable(f"The host name {host} cannot be found. Check the address.", host=host) from problem
    return [str(address) for address in check_resolved_addresses(host, answers, policy)]


class EgressProxy(Forwarder):
    """Serves CONNECT and plain http to whoever knows its secret, for as long as one operation takes."""

    def __init__(self, policy: EgressPolicy, resolver: Resolver, secret: str) -> None:
        super().__init__()
        self.problem: RepoUrlRefused | RepoUnreachable | None = None
        self._policy = policy
        self._resolver = resolver
        self._secret = secret
        self._expected = b"Basic " + base64.b64encode(f"{_USER}:{secret}".encode())

    @property
    def url(self) -> str:
        """What git's http.proxy must be; it holds the secret."""
        if self._server is None:
            raise RuntimeError("the proxy is not running")
        return f"http://{_USER}:{self._secret}@127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> "EgressProxy":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        return self

    async def _forward(self, client: Ends) -> str | None:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await client[0].readuntil(b"\r\n\r\n")
        if not self._knows_the_secret(head):
            return '407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="egress"'
        target = target_of(head)
        if target is None:
            return "400 Bad Request"
        try:
            upstream = await self._dial(target)
        except RepoUrlRefused as refused:
            self.problem = self.problem or refused
            return "403 Address Refused"
        except RepoUnreachable as unreachable:
            self.problem = self.problem or unreachable
            return "502 Host Unreachable"
        try:
            if target.head is None:
                client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                upstream[1].write(target.head)
            await join(client, upstream)
        finally:
            await close(upstream[1])
        return None

    def _knows_the_secret(self, head: bytes) -> bool:
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"proxy-authorization":
                return hmac.compare_digest(value.strip(), self._expected)
        return False

    async def _dial(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if target.head is not None and not self._policy.may_speak_http(target.host):
            raise RepoUrlRefused(
                f"The repository's server sends git on to http://{target.host}, which is not encrypted.",
                host=target.host,
            )
        addresses = await resolve_checked(target.host, target.port, resolver=self._resolver, policy=self._policy)
        for address in addresses:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_DIAL_SECONDS):
                    return await asyncio.open_connection(address, target.port, limit=_LONGEST_HEAD)
        raise RepoUnreachable(f"{target.host} does not accept connections on port {target.port}.", host=target.host)
