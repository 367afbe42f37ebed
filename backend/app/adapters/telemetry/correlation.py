"""The facts every log line of one request or one job carries: a correlation id and what belongs to it."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def bound(**facts: str) -> Iterator[None]:
    """Bind facts (`correlation_id`, `request_id`, `job_id`, `actor_id`) to every log line within."""
    with structlog.contextvars.bound_contextvars(**facts):
        yield


def current() -> str | None:
    """The correlation id of the present request or job, if there is one."""
    value = structlog.contextvars.get_contextvars().get("correlation_id")
    return str(value) if value else None
