"""Exactly one cleans up: a lease with a fencing token, kept alive while it is held, asked at every commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.container import Container
from app.adapters.db.locks import drop_lease, holds_lease, take_lease
from app.core.errors import AppError
from app.services.cleanup.errors import CleanupLeaseLost

log = structlog.get_logger(__name__)

NAME = "cleanup"
LENGTH = timedelta(seconds=10)
_RENEW_SECONDS = LENGTH.total_seconds() / 4
# Who stands by looks this often: he takes over within the lease and this.
_LOOK_SECONDS = 0.5
# Then he lets the job go back for a moment, so that it can be cancelled or taken elsewhere.
_LOOKS = 60


@dataclass(frozen=True, slots=True)
class CleanupLease:
    """The right to delete. `token` grows with every holder."""

    container: Container
    holder: str
    token: int

    async def fence(self, session: AsyncSession) -> None:
        """Refuse a commit (CleanupLeaseLost) when the lease ran out; nobody takes it before this commit is over."""
        if not await holds_lease(session, self.container.database, NAME, holder=self.holder, token=self.token):
            raise CleanupLeaseLost(token=self.token)

    async def keep(self) -> None:
        """Renew until cancelled. A lease that ran out is not taken again: its token would be another one."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                async with self.container.scope() as scope:
                    await self.fence(scope.session)
                    await take_lease(scope.session, self.container.database, NAME, holder=self.holder, length=LENGTH)
            except CleanupLeaseLost:
                return
            except (AppError, SQLAlchemyError, OSError) as error:
                log.warning("cleanup.lease_not_renewed", error=type(error).__name__)


@asynccontextmanager
async def cleanup_lease(container: Container, holder: str) -> AsyncIterator[CleanupLease | None]:
    """Wait for the lease for half a minute, hold it, give it back; None when somebody else has it all the while."""
    token = await _stand_by(container, holder)
    if token is None:
        yield None
        return
    lease = CleanupLease(container, holder, token)
    log.info("cleanup.lease_taken", holder=holder, token=token)
    keeper = asyncio.create_task(lease.keep())
    try:
        yield lease
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        # It runs out by itself.
        with suppress(AppError, SQLAlchemyError, OSError):
            async with container.scope() as scope:
                await drop_lease(scope.session, container.database, NAME, holder=holder)


async def _stand_by(container: Container, holder: str) -> int | None:
    for look in range(_LOOKS):
        if look:
            await asyncio.sleep(_LOOK_SECONDS)
        async with container.scope() as scope:
            token = await take_lease(scope.session, container.database, NAME, holder=holder, length=LENGTH)
        if token is not None:
            return token
    return None
