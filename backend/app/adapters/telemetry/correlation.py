"""Which request or job a line of log belongs to: one context variable, carried along by the task."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_facts: ContextVar[Mapping[str, str] | None] = ContextVar("hivesync_correlation", default=None)


@contextmanager
def bound(**facts: str | None) -> Iterator[None]:
    """Add facts (`correlation_id`, `request_id`, `job_id`, `actor_id`) to every line written inside."""
    token = _facts.set({**current_facts(), **_given(facts)})
    try:
        yield
    finally:
        _facts.reset(token)


def bind(**facts: str | None) -> None:
    """Add facts for the rest of this task, when they become known late: the actor of a request, say."""
    _facts.set({**current_facts(), **_given(facts)})


def current() -> str | None:
    """The correlation id of this task, which a staged job takes along; None outside requests and jobs."""
    return current_facts().get("correlation_id")


def current_facts() -> Mapping[str, str]:
    """Everything bound in this task."""
    return _facts.get() or {}


def _given(facts: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value is not None}
