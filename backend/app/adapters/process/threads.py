"""Threads that know for whom they work: who stops waiting for one can still see that it runs."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
# What was begun and has not ended.
Begun = set["Future[Any]"]

_begun: ContextVar[Begun | None] = ContextVar("hivesync_threads_begun", default=None)


class SeenThreads(ThreadPoolExecutor):
    """An executor that notes what it is given; as a loop's default one it sees every `asyncio.to_thread`."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Begin a piece of work on behalf of whoever `counted` it."""
        future = super().submit(fn, *args, **kwargs)
        begun = _begun.get()
        if begun is not None:
            begun.add(future)
            future.add_done_callback(begun.discard)
        return future


@contextmanager
def counted(begun: Begun) -> Iterator[None]:
    """Note in `begun` what this task, and those it starts, hand to threads, until each piece of it has ended."""
    token = _begun.set(begun)
    try:
        yield
    finally:
        _begun.reset(token)
