"""How long work says how far it is, and hears that nobody wants it any more."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from app.agent.errors import Stopped

T = TypeVar("T")


class Reporter(Protocol):
    """Whoever waits for a piece of work. `stopped` is set when he no longer does. Threads may call it."""

    stopped: threading.Event

    def stage(self, name: str, progress: float, message: str = "") -> None:
        """Hear what is done now, and how much of all is done, from 0 to 1."""
        ...

    def line(self, text: str) -> None:
        """Hear a line of a tool's."""
        ...


class Silent:
    """Nobody looks."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def stage(self, name: str, progress: float, message: str = "") -> None:
        """Say nothing."""

    def line(self, text: str) -> None:
        """Say nothing."""


async def in_thread(reporter: Reporter, work: Callable[..., T], *arguments: Any) -> T:
    """Run what blocks in a thread; when this task is cancelled the thread is told, and waited for."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        reporter.stopped.set()
        # Whatever it raises now, the task was cancelled.
        await asyncio.wait([running])
        if not running.cancelled():
            running.exception()
        raise


def check_stopped(reporter: Reporter) -> None:
    """Raise Stopped when nobody waits any more."""
    if reporter.stopped.is_set():
        raise Stopped
