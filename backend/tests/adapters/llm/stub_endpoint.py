"""A stand-in for an OpenAI-compatible endpoint: a real HTTP server on loopback that can also misbehave.

It is a stub written for these tests, not OpenAI: what it proves is how HiveSync behaves towards such answers.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class StubEndpoint:
    """Answers each request with the next behaviour; the last one is repeated."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours = deque(behaviours)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.received: list[Received] = []
        self.at_once = 0
        self.most_at_once = 0

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.received.append(await _read(reader))
            behaviour = self._behaviours.popleft() if len(self._behaviours) > 1 else self._behaviours[0]
            await behaviour(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= 1
            self._open.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(path=head[0].split(" ")[1], headers=headers, body=json.loads(body))


def _http(status: int, body: bytes, headers: dict[str, str], *, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", f"content-length: {len(body) if length is None else length}"]
    lines += ["connection: close", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def completion(text: str | None, *, usage: dict[str, int] | None = None, **message: str) -> Behaviour:
    """A well-formed chat completion."""
    answer: dict[str, Any] = {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub-model-1",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
        ],
    }
    if usage is not None:
        answer["usage"] = usage
    return raw(200, json.dumps(answer).encode())


def raw(status: int, body: bytes = b"", *, length: int | None = None, **headers: str) -> Behaviour:
    """Any status, body and headers (underscores become dashes); `length` lies about the body's size."""
    return _raw(status, body, headers, length=length)


def _raw(status: int, body: bytes, headers: dict[str, str], *, length: int | None = None) -> Behaviour:
    named = {"content-type": "application/json", **{key.replace("_", "-"): value for key, value in headers.items()}}

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(_http(status, body, named, length=length))

    return behave


def error(status: int, message: str, **headers: str) -> Behaviour:
    """An error in OpenAI's shape."""
    body = json.dumps({"error": {"message": message, "type": "stub", "code": None}}).encode()
    return _raw(status, body, headers)


def hang(until: asyncio.Event) -> Behaviour:
    """Accept the request and say nothing until told to."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        await until.wait()

    return behave


def flood() -> Behaviour:
    """A body without an end."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n")
        async for chunk in _for_ever(b'{"choices": "' + b"x" * 65_536):
            writer.write(chunk)
            await writer.drain()

    return behave


async def _for_ever(chunk: bytes) -> AsyncIterator[bytes]:
    while True:
        yield chunk
