"""The wire of an HTTP proxy: where a request wants to go, and bytes both ways until either side has said it all."""

import asyncio
import contextlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
# Told how many bytes were read; whatever it raises ends the connection.
Counting = Callable[[int], None]

_CHUNK: Final = 64 * 1024
_REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.[01]")
_HOP_HEADERS: Final = (b"proxy-", b"connection:", b"keep-alive:")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `head` is what to send on for plain http, None for a tunnel."""

    host: str
    port: int
    head: bytes | None


def target_of(head: bytes) -> Target | None:
    """Read the head of a request; None where it is none that a proxy can serve."""
    request, _, headers = head.partition(b"\r\n")
    found = _REQUEST.fullmatch(request)
    if found is None:
        return None
    method, where = found[1], found[2].decode("latin-1")
    try:
        url = urlsplit(f"//{where}" if method == b"CONNECT" else where)
        host, port = url.hostname, url.port
    except ValueError:
        return None
    if not host:
        return None
    if method == b"CONNECT":
        return Target(host, port, None) if port else None
    if url.scheme != "http":
        return None
    path = url.path + (f"?{url.query}" if url.query else "")
    kept = [line for line in headers.split(b"\r\n") if line and not line.lower().startswith(_HOP_HEADERS)]
    # One request per connection: the next one could be for another host.
    lines = [method + b" " + (path or "/").encode("latin-1") + b" HTTP/1.1", *kept, b"Connection: close", b"", b""]
    return Target(host, port or 80, b"\r\n".join(lines))


class Forwarder(ABC):
    """A proxy's connections: each is forwarded by itself, and all end with the proxy."""

    # The most at the same time; others are closed at once.
    most_connections: int | None = None

    def __init__(self) -> None:
        """Serve nobody yet; whoever is this sets `_server` when it begins to listen, with `_accept`."""
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def _forward(self, client: Ends) -> str | None:
        """Forward one connection; a status where that is refused. OSError and TimeoutError close it."""

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
            await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.most_connections is not None and len(self._serving) >= self.most_connections:
            writer.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve((reader, writer)))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, client: Ends) -> None:
        try:
            status = await self._forward(client)
            if status is not None:
                client[1].write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await client[1].drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # Either side went away, or has had its share: the other one notices by the closed connection.
            pass
        finally:
            await close(client[1])


async def join(client: Ends, upstream: Ends, count: Counting | None = None) -> None:
    """Carry bytes both ways until the server has said all it has to say: what the client still sends is in vain."""
    sending = asyncio.ensure_future(_pump(client[0], upstream[1], count))
    try:
        await _pump(upstream[0], client[1], count)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Counting | None) -> None:
    while data := await reader.read(_CHUNK):
        if count is not None:
            count(len(data))
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()


async def close(writer: asyncio.StreamWriter) -> None:
    """Close one end, whatever became of it."""
    writer.close()
    with contextlib.suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()
