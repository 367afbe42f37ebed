"""Announcements over Redis: one subscription per process, handed on to its readers."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio.client import PubSub, Redis

from app.adapters.events.memory import MemoryHub, MemorySubscription
from app.adapters.events.port import MISSED, Announcement, HubUnavailable
from app.adapters.redis_client import FAILURES, answering, open_async

log = structlog.get_logger(__name__)

CHANNEL = "{hivesync}:events"
_LONGEST_BYTES = 4096
_LISTEN_SECONDS = 5.0
_AWAY_SECONDS = 0.25


class RedisHub:
    """The port over Redis pub/sub. After every reconnection its readers are told that they may have missed things."""

    def __init__(self, url: str, *, channel: str = CHANNEL) -> None:
        self._client: Redis = open_async(url)
        self._channel = channel
        self._readers = MemoryHub()
        self._listener: asyncio.Task[None] | None = None

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Tell every process's subscribers."""
        if not announcements:
            return
        async with answering(HubUnavailable), self._client.pipeline(transaction=False) as pipeline:
            for announcement in announcements:
                # On a pipeline nothing is sent yet.
                _ = pipeline.publish(self._channel, encode(announcement))
            await pipeline.execute()

    def subscribe(self) -> MemorySubscription:
        """Listen from now on. Until Redis has confirmed, things may be missed: the reader is told when it has."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen_for_ever())
        return self._readers.subscribe()

    async def close(self) -> None:
        """End every subscription and let go of connections."""
        await self._readers.close()
        # While it connects, the client library may take a cancellation for a failure, and it would go on.
        while self._listener is not None and not self._listener.done():
            self._listener.cancel()
            await asyncio.wait({self._listener}, timeout=_AWAY_SECONDS)
        try:
            await self._client.aclose()
        except FAILURES:  # It is gone already.
            return

    async def _listen_for_ever(self) -> None:
        is_away = False
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    is_away = False
                    await self._listen(pubsub)
            except FAILURES as error:
                if not is_away:
                    log.warning("hub.away", error=str(error))
                is_away = True
                await asyncio.sleep(_AWAY_SECONDS)

    async def _listen(self, pubsub: PubSub) -> None:
        asked = False
        while True:
            heard: dict[str, Any] | None = await pubsub.get_message(timeout=_LISTEN_SECONDS)
            if heard is None:
                # Silence may be peace, or a connection that died without a word.
                if asked:
                    raise TimeoutError("no answer to a ping")
                await pubsub.ping()
            asked = heard is None
            if heard is None:
                continue
            if heard["type"] == "subscribe":
                self._readers.offer(MISSED)
            elif heard["type"] == "message":
                self._hand_on(heard["data"])

    def _hand_on(self, data: object) -> None:
        try:
            announcement = decode(data)
        except ValueError as error:
            log.warning("hub.announcement_dropped", reason=str(error))
        else:
            self._readers.offer(announcement)


def encode(announcement: Announcement) -> bytes:
    """Write an announcement as JSON; an id that is a number stays one."""
    event_id = announcement.event_id
    fields = {
        "event_id": event_id if isinstance(event_id, int) else str(event_id),
        "name": announcement.name,
        "project_id": str(announcement.project_id) if announcement.project_id else None,
        "user_id": str(announcement.user_id) if announcement.user_id else None,
    }
    return json.dumps(fields, separators=(",", ":")).encode()


def decode(data: object) -> Announcement:
    """Read an announcement; ValueError for anything else, because anybody may have published it."""
    if not isinstance(data, bytes) or len(data) > _LONGEST_BYTES:
        raise ValueError("not a short text")
    try:
        fields: Any = json.loads(data)
        event_id, name = fields["event_id"], fields["name"]
        if not isinstance(name, str) or not isinstance(event_id, int | str) or isinstance(event_id, bool):
            raise TypeError
        return Announcement(
            event_id=event_id if isinstance(event_id, int) else UUID(event_id),
            name=name,
            project_id=_id(fields["project_id"]),
            user_id=_id(fields["user_id"]),
        )
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from error


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
