"""`@handles(Payload)`: which function runs which payload."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from app.core.jobs import Handler, JobPayload, Queue

H = TypeVar("H", bound=Handler)

_HANDLES = "__hivesync_handles__"


def handles(payload_type: type[JobPayload]) -> Callable[[H], H]:
    """Mark a coroutine function as the handler of a payload; `wiring` collects it."""

    def mark(handler: H) -> H:
        setattr(handler, _HANDLES, payload_type)
        return handler

    return mark


class Registry:
    """Payload kind → (payload type, handler)."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_kind: dict[str, tuple[type[JobPayload], Handler]] = {}

    def add_module(self, module: Any) -> None:
        """Collect every marked handler of a service's `jobs` module."""
        self.add_all(value for value in vars(module).values() if hasattr(value, _HANDLES))

    def add_all(self, handlers: Iterable[Handler]) -> None:
        """Collect marked handlers; two handlers of one kind are a bug."""
        for handler in handlers:
            payload_type: type[JobPayload] = getattr(handler, _HANDLES)
            known = self._by_kind.get(payload_type.kind)
            if known and known[1] is not handler:
                raise ValueError(f"two handlers for {payload_type.kind}")
            self._by_kind[payload_type.kind] = (payload_type, handler)

    def find(self, kind: str) -> tuple[type[JobPayload], Handler] | None:
        """Look a kind up."""
        return self._by_kind.get(kind)

    def kinds(self) -> dict[str, Queue]:
        """List every known kind with its queue."""
        return {kind: payload.queue for kind, (payload, _) in sorted(self._by_kind.items())}
