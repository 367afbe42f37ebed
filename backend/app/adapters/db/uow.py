"""The unit of work: one session, the jobs it stages, the events it publishes, one commit. Nobody else commits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.effects import Effect
from app.core.events import Event
from app.models.job import Job

BeforeCommit = Callable[[AsyncSession], Awaitable[None]]


@dataclass(slots=True)
class UnitOfWork:
    """What one transaction has gathered. Open while its Scope is."""

    session: AsyncSession
    read_only: bool = False
    staged: list[Job] = field(default_factory=list)
    published: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    before_commit: list[BeforeCommit] = field(default_factory=list)

    async def commit(self) -> None:
        """Run the last checks (a worker's fence, say), then make everything durable at once."""
        for check in self.before_commit:
            await check(self.session)
        await self.session.commit()

    async def rollback(self) -> None:
        """Forget everything since the scope was opened."""
        await self.session.rollback()
