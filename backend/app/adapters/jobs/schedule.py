"""`Schedule`: something the scheduler's leader does from time to time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.adapters.container import Container


@dataclass(frozen=True, slots=True)
class Schedule:
    """A chore and how often the leader does it. A chore is short: it stages jobs, it does not do them."""

    name: str
    every: timedelta
    run: Callable[["Container"], Awaitable[object]]
