"""What a running handler is given: fenced scopes and progress."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.container import Container
from app.adapters.jobs.ledger import Claim, Ledger
from app.adapters.scope import Scope, open_scope
from app.core.actor import Actor
from app.core.failpoints import failpoint


class LeaseLostError(RuntimeError):
    """Another worker has this job now; nothing more may be written for it here."""


@dataclass(frozen=True, slots=True)
class RunningContext:
    """One attempt at one job."""

    container: Container
    claim: Claim

    @property
    def job_id(self) -> UUID:
        """The job's id."""
        return self.claim.job_id

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.claim.attempt

    @property
    def correlation_id(self) -> str:
        """The id that joins the request, the row and the log lines."""
        return self.claim.correlation_id

    def scope(self, *, read_only: bool = False) -> AbstractAsyncContextManager[Scope]:
        """Open a unit of work on behalf of whoever asked for the job; its commit fails if the lease is lost."""
        fence = None if read_only else self._fence
        return open_scope(self.container, Actor(user_id=self.claim.user_id), read_only=read_only, fence=fence)

    async def progress(self, fraction: float, phase: str) -> None:
        """Record how far the job is."""
        async with open_scope(self.container) as scope:
            await scope.ledger.progress(self.claim, fraction=fraction, phase=phase)
        failpoint(f"job.progress.{phase.replace(' ', '_')}")

    async def _fence(self, session: AsyncSession) -> None:
        ledger = Ledger(session, self.container.database, clock=self.container.clock, ids=self.container.ids)
        if not await ledger.holds(self.claim):
            raise LeaseLostError(str(self.claim.job_id))
