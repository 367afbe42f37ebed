"""One client's live stream: catch up from the rows, wait to be woken, look again; the database is let go between."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.events.port import Announcement, HubUnavailable, Missed, Subscription
from app.adapters.http.sse import Beat, SentEvent, StreamSlots
from app.adapters.security.jwt import AccessClaims
from app.core.errors import Unauthenticated
from app.services.auth.service import AuthService
from app.services.notifications.feed import Batch, EventFeed, Start

log = structlog.get_logger(__name__)

_RETRY_MS = 2000


@dataclass(frozen=True, slots=True)
class Pace:
    """How often rows are read although nobody rang, and how often a quiet stream shows that it lives; seconds."""

    poll: float = 1.0
    beat: float = 15.0


@dataclass(slots=True)
class LiveEvents:
    """Follows events for whoever holds the token, until it expires or is revoked."""

    container: Container
    claims: AccessClaims
    slots: StreamSlots
    pace: Pace = field(default_factory=Pace)

    async def follow(self, last_event_id: str | None) -> AsyncGenerator[SentEvent | Beat]:
        """Yield `ready` or `reset`, then events as they are committed, and beats between them."""
        # Listening begins before the first read, so that nothing falls between the two.
        subscription = self.container.hub.subscribe()
        try:
            with self.slots.taken(self.claims.user_id):
                async with aclosing(self._events(subscription, last_event_id)) as events:
                    async for event in events:
                        yield event
        except Unauthenticated:
            # Logged out, deactivated or expired: the client renews its token and resumes where it was.
            return
        except (SQLAlchemyError, OSError, HubUnavailable) as error:
            log.warning("events.stream_ended", error=type(error).__name__)
        finally:
            subscription.close()

    async def _events(self, subscription: Subscription, last_event_id: str | None) -> AsyncGenerator[SentEvent | Beat]:
        start = await self._start(last_event_id)
        position, quiet = start.position, 0.0
        name = "reset" if start.is_reset else "ready"
        yield SentEvent(name, "{}", id=str(position), retry_ms=_RETRY_MS)
        while True:
            batch = await self._read(position)
            position = batch.position
            for event in batch.events:
                yield SentEvent(event.name, event.model_dump_json(), id=str(event.id))
            quiet = 0.0 if batch.events else quiet
            if batch.more:
                continue
            quiet += await self._wait(subscription, position)
            if quiet >= self.pace.beat:
                quiet = 0.0
                yield Beat(str(position))

    async def _start(self, last_event_id: str | None) -> Start:
        async with self.container.scope(read_only=True) as scope:
            scope.act_as(await AuthService(scope).actor_for(self.claims))
            return await EventFeed(scope).start(last_event_id)

    async def _read(self, position: int) -> Batch:
        if self.claims.expires_at <= self.container.clock.now():
            raise Unauthenticated
        try:
            async with self.container.scope(read_only=True) as scope:
                # Rights are looked up at every read: what was revoked is not sent any more.
                scope.act_as(await AuthService(scope).actor_for(self.claims))
                return await EventFeed(scope).read(position)
        except (SQLAlchemyError, OSError) as error:
            # A database that restarts, or a writer that takes long: nothing is lost, the next poll reads it.
            log.warning("events.read_failed", error=type(error).__name__)
            return Batch([], position, more=False)

    async def _wait(self, subscription: Subscription, position: int) -> float:
        """Wait until something that may concern this client is announced, or a poll is due; return the seconds."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self.pace.poll):
                async for item in subscription:
                    if self._may_concern(item, position):
                        break
                else:
                    raise HubUnavailable
        except TimeoutError:
            pass
        return clock() - began

    def _may_concern(self, item: Announcement | Missed, position: int) -> bool:
        if isinstance(item, Missed):
            return True
        if isinstance(item.event_id, int) and item.event_id <= position:
            return False
        return item.project_id is not None or item.user_id == self.claims.user_id
