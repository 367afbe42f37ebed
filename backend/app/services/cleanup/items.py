"""What every cleanup task is made of: finding things with their proof, and taking one of them away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from app.adapters.container import Container
from app.adapters.scope import Scope
from app.core.jobs import JobContext


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may go: what it is, where, the proof that must still hold just before, the bytes it would free.

    `kind` is file, dir, log, object, row or rows.
    """

    kind: str
    target: str
    proof: Mapping[str, Any] = field(default_factory=dict)
    bytes: int = 0


class Spared(Exception):
    """The proof no longer holds: the thing stays. The message is the reason."""


class Task:
    """One named task. `physical` ones touch disk or storage between two transactions."""

    name: ClassVar[str]
    description: ClassVar[str]
    destructive: ClassVar[bool] = True
    physical: ClassVar[bool] = False
    # What a report says beside its figures.
    note: ClassVar[str | None] = None

    def __init__(self, ctx: JobContext) -> None:
        self.ctx = ctx
        self.container: Container = ctx.container

    async def plan(self, limit: int) -> Sequence[Item]:
        """Find what may go, at most `limit` things. Opens its own scopes."""
        return ()

    async def begin(self, scope: Scope, item: Item) -> None:
        """Prove against rows, in a fenced transaction that commits just before `act`; Spared when something differs."""

    async def act(self, item: Item) -> int:
        """Take it away, outside any transaction; answer the bytes that became free. May find it done already."""
        return item.bytes

    async def settle(self, scope: Scope, item: Item, freed: int) -> int:
        """Write what follows, in the fenced transaction that records the outcome; answer the bytes freed."""
        return freed

    async def release(self, scope: Scope, item: Item) -> None:
        """Undo `begin` for a thing that was spared or could not be taken away."""
