"""Servers that stay when their work is done: the next rename of a project finds everything read and understood."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from app.adapters.language.port import LanguageSession
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.language.session import ServerSession
from app.core.errors import AppError

# Each holds some hundred megabytes for a large project.
MOST_IDLE = 2
IDLE_FOR = timedelta(minutes=10)


class _Kind(NamedTuple):
    key: str
    language: str
    roots: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Held:
    """A running server with what ends it, and the clock that runs while nobody uses it."""

    kind: _Kind
    session: ServerSession
    stack: AsyncExitStack
    waiting: asyncio.Task[None] | None = None


class PooledLanguageServers:
    """Lends servers, and keeps a few of those that were given back whole."""

    def __init__(
        self, servers: SystemLanguageServers, *, most_idle: int = MOST_IDLE, idle_for: timedelta = IDLE_FOR
    ) -> None:
        self._servers = servers
        self._most_idle = most_idle
        self._idle_for = idle_for
        self._idle: list[_Held] = []

    def open(
        self, language: str, roots: Sequence[str] = (), *, key: str = ""
    ) -> AbstractAsyncContextManager[LanguageSession]:
        """Lend a server; without a key it is a new one, gone afterwards."""
        if not key:
            return self._servers.open(language, roots)
        return self._lend(_Kind(key, language, tuple(roots)))

    async def close(self) -> None:
        """End those that nobody uses."""
        while self._idle:
            await self._end(self._idle.pop())

    @asynccontextmanager
    async def _lend(self, kind: _Kind) -> AsyncIterator[LanguageSession]:
        held = await self._taken(kind) or await self._started(kind)
        try:
            yield held.session
        except BaseException as failure:
            if isinstance(failure, AppError) and not failure.retryable:
                # What was asked for is declined; the server has done its work.
                await self._keep(held)
            else:
                # Whatever state it is in, nobody else should find it so.
                await self._end(held)
            raise
        await self._keep(held)

    async def _taken(self, kind: _Kind) -> _Held | None:
        for held in [each for each in self._idle if each.kind == kind]:
            self._idle.remove(held)
            if held.waiting is not None:
                held.waiting.cancel()
            if held.session.is_alive:
                return held
            await self._end(held)
        return None

    async def _started(self, kind: _Kind) -> _Held:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(self._servers.open(kind.language, kind.roots))
            return _Held(kind, session, stack.pop_all())

    async def _keep(self, held: _Held) -> None:
        self._idle.append(held)
        held.waiting = asyncio.create_task(self._expire(held))
        while len(self._idle) > self._most_idle:
            oldest = self._idle.pop(0)
            if oldest.waiting is not None:
                oldest.waiting.cancel()
            await self._end(oldest)

    async def _expire(self, held: _Held) -> None:
        await asyncio.sleep(self._idle_for.total_seconds())
        if held in self._idle:
            self._idle.remove(held)
            held.waiting = None
            await self._end(held)

    async def _end(self, held: _Held) -> None:
        if held.waiting is not None:
            held.waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await held.waiting
        await held.stack.aclose()
