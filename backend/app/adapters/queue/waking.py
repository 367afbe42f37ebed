"""Dramatiq's Redis consumer, made to sleep until something is pushed and to hold no more than can start at once.

It builds on a private class of Dramatiq 2.2; test_waking.py pins what it relies on.
"""

import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import dramatiq
import structlog
from dramatiq.broker import MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from redis import Redis

from app.adapters.queue.port import Message
from app.adapters.queue.redis import wake_channel
from app.adapters.queue.wire import ACTOR, MessageRefused, decode
from app.adapters.redis_client import FAILURES
from app.core.jobs import Queue

log = structlog.get_logger(__name__)

# A call may be lost when Redis restarts, so an idle consumer looks by itself; this also keeps its heartbeat young.
IDLE_SECONDS = 1.0
# How long to leave a Redis alone that just failed.
FAILED_SECONDS = 0.25
_LISTEN_SECONDS = 0.1
_CLOSED_SECONDS = 0.1

# Forgets what this consumer took and cannot read: entries whose data is gone or is exactly these bytes.
# Keys: set of ids taken, hash of messages.
_DISCARD = """
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local data = redis.call('HGET', KEYS[2], id)
    if not data or data == ARGV[1] then
        redis.call('SREM', KEYS[1], id)
        redis.call('HDEL', KEYS[2], id)
    end
end
"""

# Forgets messages that were handled. Keys: set of ids taken, hash of messages. Arguments: ids.
_ACKNOWLEDGE = """
for _, id in ipairs(ARGV) do
    if redis.call('SREM', KEYS[1], id) > 0 then
        redis.call('HDEL', KEYS[2], id)
    end
end
"""

# Puts back at the head what was taken and not begun, and wakes somebody else for it.
# Keys: set of ids taken, hash of messages, list of ids. Arguments: channel, queue, then ids.
_GIVE_BACK = """
for i = #ARGV, 3, -1 do
    if redis.call('SREM', KEYS[1], ARGV[i]) > 0 and redis.call('HEXISTS', KEYS[2], ARGV[i]) > 0 then
        redis.call('LPUSH', KEYS[3], ARGV[i])
    end
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
"""


@dataclass(slots=True)
class Delivery:
    """A message on its way to a handler; `refused` when it came too late to begin."""

    message: Message
    refused: bool = False


class Slots:
    """How many more messages this process may take. Asked by every queue's consumer, from its own thread."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.open = True
        self._free = total
        self._lock = threading.Lock()
        self._hungry: set[threading.Event] = set()
        self._last: threading.Event | None = None

    def take(self, bell: threading.Event) -> int:
        """Take what is free, or this queue's share of it; when that is none, `bell` rings as soon as one is."""
        with self._lock:
            if not self.open:
                return 0
            self._hungry.discard(bell)
            others = len(self._hungry)
            if self._free <= 0 or (others and self._last is bell and self._free == 1):
                # Another queue that asked while there was none goes first.
                self._hungry.add(bell)
                return 0
            taken = -(-self._free // (1 + others))
            self._free -= taken
            self._last = bell
            return taken

    def resize(self, total: int) -> None:
        """Change how many there are; those that are taken stay so."""
        self.give(total - self.total)
        self.total = total

    def give(self, count: int) -> None:
        """Give some back."""
        with self._lock:
            self._free += count
            hungry, self._hungry = self._hungry, set()
        for bell in hungry:
            bell.set()


class WakingBroker(RedisBroker):
    """Dramatiq's broker with waking consumers and without delay queues: times to come are rows, not messages."""

    def __init__(self, client: "Redis", *, namespace: str, slots: Slots, bells: Mapping[str, threading.Event]) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            client=client,
            # Retries, age limits, results and the rest are the ledger's business.
            middleware=[],
            namespace=namespace,
            # After this long without a heartbeat another worker takes over what a dead one held …
            heartbeat_timeout=15_000,
            # … found by one command in twenty; the default of one in a thousand is never while idle.
            maintenance_chance=50_000,
        )
        self.slots = slots
        self.bells = bells
        self.discard = client.register_script(_DISCARD)
        self.acknowledge = client.register_script(_ACKNOWLEDGE)
        self.give_back = client.register_script(_GIVE_BACK)

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue, without the delay queue that Dramatiq would add."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> "WakingConsumer":
        """Create a queue's consumer; Dramatiq's worker calls this from the queue's own thread."""
        return WakingConsumer(self, queue_name, prefetch, timeout)


class WakingConsumer(_RedisConsumer):
    """Takes messages of one queue. Nothing that Redis does or holds makes it raise."""

    broker: WakingBroker

    def __init__(self, broker: WakingBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, timeout)  # type: ignore[no-untyped-call]
        self._queue = Queue(queue_name)
        self._slots = broker.slots
        self._bell = broker.bells[queue_name]
        self._is_away = False
        self._is_silent = False
        self._held: set[str] = set()
        self._unsettled: deque[str] = deque()

    def __next__(self) -> MessageProxy | None:
        """Return a message, or None after a while without one."""
        if self.message_cache and self._slots.open:
            return self._read(self.message_cache.pop(0))
        self._bell.clear()
        if not self._slots.open:
            self._return_unread()
            self._bell.wait(_CLOSED_SECONDS)
        elif not self._fetch():
            self._is_silent = not self._bell.wait(FAILED_SECONDS if self._is_away else IDLE_SECONDS)
        return None

    def ack(self, message: MessageProxy) -> None:
        """Forget a message that was handled, or put back one that was refused, and give its slot back."""
        try:
            self.settle([message])
        finally:
            self._slots.give(1)

    def settle(self, messages: Sequence[MessageProxy]) -> None:
        """Forget messages that were handled, put back those that were refused; their slots were given back before."""
        refused = [message.message_id for message in messages if message.args[0].refused]
        try:
            self._settle([message.message_id for message in messages if not message.args[0].refused])
            self._give_back(refused)
        finally:
            self._held.difference_update(message.message_id for message in messages)

    @property
    def has_more(self) -> bool:
        """Say whether messages are here that were fetched and not read."""
        return bool(self.message_cache) and self._slots.open

    # Nothing fails at this level, but the base class offers it.
    nack = ack

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Put messages back at the head of the queue; if that fails, the sweep finds their rows."""
        self._give_back([message.message_id for message in messages])

    def close(self) -> None:
        """Put back what was taken and not looked at."""
        self._return_unread()

    def _fetch(self) -> bool:
        room = self._slots.take(self._bell)
        if not room and not self._is_silent:
            return False
        found: list[bytes | None] = []
        try:
            self._settle_late()
            # Without room this only shows that we live: the slots may be busy for longer than a heartbeat lasts.
            found = self.broker.do_fetch(self.queue_name, room)
            self._is_silent = False
            self._note(away=False)
        except FAILURES as error:
            self._note(away=True, error=error)
        finally:
            self._slots.give(room - len(found))
        self.message_cache = found
        return bool(found)

    def _read(self, data: bytes | None) -> MessageProxy | None:
        try:
            if data is None:
                raise MessageRefused("its data is gone")
            message, delivery_id = decode(data, self._queue)
        except MessageRefused as error:
            log.warning("queue.message_dropped", queue=self.queue_name, reason=str(error))
            self._forget(data or b"")
            self._slots.give(1)
            return None
        self._held.add(delivery_id)
        # Only what was checked goes on; options that steer Dramatiq's own machinery do not.
        return MessageProxy(
            dramatiq.Message(
                queue_name=self.queue_name,
                actor_name=ACTOR,
                args=(Delivery(message),),
                kwargs={},
                options={},
                message_id=delivery_id,
                message_timestamp=0,
            )
        )

    def _settle(self, delivery_ids: Sequence[str]) -> None:
        if not delivery_ids:
            return
        try:
            self._acknowledge(delivery_ids)
        except FAILURES:
            # Tried again with the next fetch; a Redis that lost everything forgets without our help.
            self._unsettled.extend(delivery_ids)

    def _settle_late(self) -> None:
        if self._unsettled:
            self._acknowledge(self._unsettled)
            self._unsettled.clear()
        if self._is_away:
            # The answer that failed to arrive may have held messages: whatever counts as ours and is not goes back.
            taken = cast("set[bytes]", self.broker.client.smembers(self._taken_key))
            strays = {each.decode("ascii", "replace") for each in taken} - self._held
            self._return(sorted(strays))

    def _acknowledge(self, delivery_ids: Iterable[str]) -> None:
        self.broker.acknowledge(keys=[self._taken_key, f"{self._key}.msgs"], args=list(delivery_ids))

    def _forget(self, data: bytes) -> None:
        try:
            self.broker.discard(keys=[self._taken_key, f"{self._key}.msgs"], args=[data])
        except FAILURES as error:
            self._note(away=True, error=error)

    def _return_unread(self) -> None:
        unread, self.message_cache = self.message_cache, []
        ids = []
        for data in unread:
            try:
                ids.append(decode(data or b"", self._queue)[1])
            except MessageRefused:
                self._forget(data or b"")
        if unread:
            self._give_back(ids)
            self._slots.give(len(unread))

    def _give_back(self, ids: list[str]) -> None:
        try:
            self._return(ids)
        except FAILURES as error:
            self._note(away=True, error=error)

    def _return(self, ids: list[str]) -> None:
        if ids:
            keys = [self._taken_key, f"{self._key}.msgs", self._key]
            self.broker.give_back(keys=keys, args=[wake_channel(self.broker.namespace), self.queue_name, *ids])

    def _note(self, *, away: bool, error: BaseException | None = None) -> None:
        if away and not self._is_away:
            log.warning("queue.away", queue=self.queue_name, error=str(error))
        elif self._is_away and not away:
            log.info("queue.back", queue=self.queue_name)
        self._is_away = away

    @property
    def _key(self) -> str:
        return f"{self.broker.namespace}:{self.queue_name}"

    @property
    def _taken_key(self) -> str:
        return f"{self.broker.namespace}:__acks__.{self.broker.broker_id}.{self.queue_name}"


class WakeListener(threading.Thread):
    """Rings a queue's bell when its name is published. Lives through any loss of Redis."""

    def __init__(self, client: "Redis", *, namespace: str, bells: Mapping[str, threading.Event]) -> None:
        super().__init__(name="queue-wake", daemon=True)
        self._client = client
        self._channel = wake_channel(namespace)
        self._bells = bells
        self._stopping = threading.Event()

    def run(self) -> None:
        """Listen until stopped."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except FAILURES:
                self._stopping.wait(FAILED_SECONDS)

    def stop(self) -> None:
        """Ask the thread to end; it does so within a tenth of a second."""
        self._stopping.set()

    def _listen(self) -> None:
        with self._client.pubsub() as pubsub:  # type: ignore[no-untyped-call]
            pubsub.subscribe(self._channel)
            while not self._stopping.is_set():
                heard = cast("dict[str, Any] | None", pubsub.get_message(timeout=_LISTEN_SECONDS))
                if heard is None:
                    continue
                if heard["type"] == "message":
                    self._ring(heard["data"])
                else:  # Subscribed, perhaps again: whatever was said meanwhile was missed.
                    for bell in self._bells.values():
                        bell.set()

    def _ring(self, data: object) -> None:
        bell = self._bells.get(data.decode("ascii", "replace")) if isinstance(data, bytes) else None
        if bell is not None:
            bell.set()
