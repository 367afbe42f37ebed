"""JSON-RPC over a child's pipes, framed as the Language Server Protocol does (version 3.17)."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import orjson

from app.adapters.language.port import LanguageServerLost
from app.adapters.process.conversation import Conversation

# A reply larger than this is no answer to anything we ask.
_LARGEST_MESSAGE = 64 * 1024**2


class RpcClient:
    """Asks and is answered, many questions at once. `patience` is how long one answer may take."""

    def __init__(self, conversation: Conversation, patience: timedelta) -> None:
        self._conversation = conversation
        self._patience = patience
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._last_id = 0
        self._listening = asyncio.create_task(self._listen())

    @property
    def is_listening(self) -> bool:
        """Say whether questions can still be answered."""
        return not self._listening.done()

    async def close(self) -> None:
        """Stop listening; questions that wait are lost."""
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening
        self._lose()

    async def ask(self, method: str, params: object) -> Any:
        """Send a request and wait for its result; None when the server answers with an error. LanguageServerLost."""
        if self._listening.done():
            raise LanguageServerLost
        self._last_id += 1
        number = self._last_id
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                await self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
                return await answer
        except TimeoutError as error:
            raise LanguageServerLost(method=method) from error
        finally:
            self._waiting.pop(number, None)

    async def tell(self, method: str, params: object) -> None:
        """Send a notification, which nobody answers."""
        await self._send({"jsonrpc": "2.0", "method": method, "params": params})

    async def _send(self, message: object) -> None:
        body = orjson.dumps(message)
        writer = self._conversation.writer
        try:
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
        except ConnectionError as error:
            raise LanguageServerLost from error

    async def _listen(self) -> None:
        try:
            while True:
                await self._take(await self._read())
        except (asyncio.IncompleteReadError, ValueError, ConnectionError, LanguageServerLost):
            # It ended, or said something that is no message: either way nobody will be answered any more.
            self._lose()

    async def _read(self) -> dict[str, Any]:
        reader, length = self._conversation.reader, 0
        while line := (await reader.readuntil(b"\r\n")).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not 0 < length <= _LARGEST_MESSAGE:
            raise ValueError("a message without a usable length")
        found = orjson.loads(await reader.readexactly(length))
        return found if isinstance(found, dict) else {}

    async def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            if "id" in message:
                # What a server may ask (settings, to be told of files) has no other answer than the default.
                await self._send({"jsonrpc": "2.0", "id": message["id"], "result": _default(message)})
            return
        waiting = self._waiting.get(message.get("id", 0))
        if waiting is not None and not waiting.done():
            waiting.set_result(message.get("result"))

    def _lose(self) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(LanguageServerLost())


def _default(request: dict[str, Any]) -> Any:
    if request["method"] == "workspace/configuration":
        return [None for _ in request["params"]["items"]]
    return None
