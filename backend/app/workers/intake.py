"""Between messages and the ledger: claims what is next and records what is done, for many jobs in one transaction.

One exchange with the database runs at a time. Whatever comes up meanwhile goes into the next one, so batches are as
large as the load makes them and nothing ever waits for a batch to fill.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from app.adapters.container import Container
from app.adapters.jobs.ledger import Claim
from app.adapters.queue.port import Message, PutBack
from app.adapters.scope import Scope
from app.core.errors import Unavailable
from app.core.jobs import JobStatus, Queue
from app.workers.runner import Runner, job_ended

log = structlog.get_logger(__name__)

# Jobs are claimed ahead only when they will begin within about this long …
AHEAD_SECONDS = 0.1
# … and never more than this many.
MOST_AHEAD = 200
# A claimed job that has not begun after this long goes back: somebody else may be faster.
STALLED_SECONDS = 0.5
_SHORTEST_SECONDS = 0.0001
_NEWEST_WEIGHS = 0.1


@dataclass(slots=True)
class _Waiting:
    """A claimed job that waits for a slot; the answer says whether it may begin."""

    since: float
    answer: "asyncio.Future[bool]"


@dataclass(slots=True)
class _Exchange:
    """What one transaction is to do."""

    done: "list[tuple[Claim, asyncio.Future[bool]]]"
    back: "list[tuple[Claim, Queue, asyncio.Future[None]]]"
    queue: Queue | None
    asked: "list[asyncio.Future[Claim | None]]"


@dataclass(slots=True)
class Intake:
    """One worker's claims, slots and outcomes. `resize` tells the consumer how many messages to hold."""

    container: Container
    runner: Runner
    slots: int
    resize: Callable[[int], None]
    is_gpu: bool = False
    may_claim_ahead: bool = True
    _asked: "dict[Queue, deque[asyncio.Future[Claim | None]]]" = field(default_factory=dict)
    _done: "list[tuple[Claim, asyncio.Future[bool]]]" = field(default_factory=list)
    _back: "list[tuple[Claim, Queue, asyncio.Future[None]]]" = field(default_factory=list)
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _running: int = 0
    _claimed: int = 0
    _ahead: int = 0
    _seconds: float | None = None
    # Claims whose rows may still be running, with those whose outcome is being written.
    _open: int = 0
    # Set while suspects wait or run: where they wait, and how many may run together. Nothing else runs beside them.
    _suspects: tuple[Queue, int] | None = None
    _is_leaving: bool = False
    _is_watched: bool = False

    async def handle(self, message: Message) -> None:
        """Run whatever is next in a message's queue: the message only says that something waits there."""
        claim = await self._ask(message.queue)
        if claim is None:
            return
        try:
            await self._begin(claim, message.queue)
        finally:
            self._open -= 1
            if self._suspects is not None:
                self._bell.set()

    async def _begin(self, claim: Claim, queue: Queue) -> None:
        if not await self._may_begin():
            self._claimed -= 1
            await self._hand_back(claim, queue)
            return
        began, is_over = self._now(), False

        def freed() -> None:
            nonlocal is_over
            if not is_over:
                is_over = True
                self._free(self._now() - began)

        try:
            await self.runner.run(claim, freed=freed)
        finally:
            freed()

    async def finish(self, claim: Claim) -> bool:
        """End a job well, together with others; False when it was not ours any more."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._done.append((claim, answer))
        self._bell.set()
        return await answer

    async def run(self) -> None:
        """Exchange with the database until cancelled."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            while (exchange := self._next()) is not None:
                await self._do(exchange)

    def leave(self) -> None:
        """Begin nothing more: messages go back to their queues, claimed jobs that have not begun to the ledger."""
        self._is_leaving = True
        for asked in self._asked.values():
            while asked:
                _answer(asked.popleft(), error=PutBack())
        self._send_back()

    async def _ask(self, queue: Queue) -> Claim | None:
        if self._is_leaving:
            raise PutBack
        answer: asyncio.Future[Claim | None] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(queue, deque()).append(answer)
        self._bell.set()
        try:
            return await answer
        except asyncio.CancelledError:
            if answer.done() and not answer.cancelled() and (claim := answer.result()) is not None:
                self._claimed -= 1
                self._open -= 1
                self._return([claim], queue)
            raise

    async def _may_begin(self) -> bool:
        if self._is_leaving:
            return False
        if self._running < self.slots and not self._waiting:
            self._running += 1
            return True
        waiting = _Waiting(self._now(), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._watch()
        try:
            return await waiting.answer
        except asyncio.CancelledError:
            if waiting.answer.done() and not waiting.answer.cancelled() and waiting.answer.result():
                self._free(None)
            else:
                self._claimed -= 1
            raise

    def _free(self, seconds: float | None) -> None:
        """Let the next one begin; `seconds` is what the last one took."""
        self._running -= 1
        self._claimed -= 1
        if seconds is not None:
            self._learn(seconds)
        while self._waiting and self._running < self.slots:
            waiting = self._waiting.popleft()
            if not waiting.answer.done():
                fresh = self._now() - waiting.since < STALLED_SECONDS
                self._running += fresh
                waiting.answer.set_result(fresh)
        if any(self._asked.values()):
            self._bell.set()

    def _learn(self, seconds: float) -> None:
        known = self._seconds
        self._seconds = seconds if known is None else known + (seconds - known) * _NEWEST_WEIGHS
        if not self.may_claim_ahead:
            return
        fits = int(self.slots * AHEAD_SECONDS / max(self._seconds, _SHORTEST_SECONDS))
        ahead = min(MOST_AHEAD, fits) if self._seconds < AHEAD_SECONDS else 0
        if ahead != self._ahead:
            self._ahead = ahead
            # A message is held until its job's outcome is written: meanwhile the next batch needs messages of its own.
            self.resize(self.slots + 2 * ahead)
            self._put_back_surplus()

    def _put_back_surplus(self) -> None:
        """Let others have the messages that this worker has no more room for."""
        surplus = sum(map(len, self._asked.values())) - (self.slots + 2 * self._ahead)
        for asked in self._asked.values():
            while asked and surplus > 0:
                _answer(asked.pop(), error=PutBack())
                surplus -= 1

    def _watch(self) -> None:
        if not self._is_watched:
            self._is_watched = True
            asyncio.get_running_loop().call_later(STALLED_SECONDS / 2, self._look)

    def _look(self) -> None:
        self._is_watched = False
        if self._waiting and self._now() - self._waiting[0].since >= STALLED_SECONDS:
            self._send_back()
        if self._waiting:
            self._watch()

    def _send_back(self) -> None:
        while self._waiting:
            _answer(self._waiting.popleft().answer, value=False)

    async def _hand_back(self, claim: Claim, queue: Queue) -> None:
        (answer,) = self._return([claim], queue)
        await answer

    def _return(self, claims: Iterable[Claim], queue: Queue) -> "list[asyncio.Future[None]]":
        """Have claims handed back with the next exchange."""
        loop = asyncio.get_running_loop()
        back = [(claim, queue, loop.create_future()) for claim in claims]
        self._back += back
        self._bell.set()
        return [answer for _, _, answer in back]

    def _next(self) -> _Exchange | None:
        """Gather what there is to do; queues take turns."""
        room = self._room()
        queue = next(self._queues_in_turn(), None) if room > 0 else None
        asked: list[asyncio.Future[Claim | None]] = []
        if queue is not None:
            waiting = self._asked.pop(queue)
            self._asked[queue] = waiting
            asked = [waiting.popleft() for _ in range(min(room, len(waiting)))]
        done, self._done = self._done, []
        back, self._back = self._back, []
        return _Exchange(done, back, queue, asked) if done or back or asked else None

    def _room(self) -> int:
        """Count the claims that may be made now: where suspects wait none until everything else has ended."""
        if self._suspects is None:
            return self.slots + self._ahead - self._claimed
        return 0 if self._open else min(self._suspects[1], self.slots)

    def _queues_in_turn(self) -> Iterator[Queue]:
        if self._suspects is not None and self._asked.get(self._suspects[0]):
            yield self._suspects[0]
        yield from (name for name, asked in self._asked.items() if asked)

    async def _do(self, exchange: _Exchange) -> None:
        try:
            async with self.container.scope() as scope:
                finished = await self._finish(scope, [claim for claim, _ in exchange.done])
                if exchange.back:
                    await scope.ledger.hand_back_many([claim for claim, _, _ in exchange.back])
                claims = await self._take(scope, exchange)
        except Exception as error:  # a subscriber that breaks on one job's end must not fail the others
            if len(exchange.done) + bool(exchange.back) + bool(exchange.asked) > 1:
                await self._one_by_one(exchange)
            else:
                _fail(exchange, error)
            return
        for claim, done in exchange.done:
            _answer(done, value=claim.job_id in finished)
        self._hand_out(exchange, claims)
        await self._went_back(exchange)

    async def _one_by_one(self, exchange: _Exchange) -> None:
        for done in exchange.done:
            await self._do(_Exchange([done], [], None, []))
        if exchange.back:
            await self._do(_Exchange([], exchange.back, None, []))
        if exchange.asked:
            await self._do(_Exchange([], [], exchange.queue, exchange.asked))

    async def _finish(self, scope: Scope, claims: list[Claim]) -> set[UUID]:
        if not claims:
            return set()
        finished = await scope.ledger.finish_many(claims)
        for claim in claims:
            if claim.job_id in finished:
                scope.publish(job_ended(claim, JobStatus.SUCCESS))
        return finished

    async def _take(self, scope: Scope, exchange: _Exchange) -> list[Claim]:
        if exchange.queue is None or not exchange.asked:
            return []
        return await scope.ledger.take(
            exchange.queue, worker_id=self.runner.worker_id, at_most=len(exchange.asked), is_gpu=self.is_gpu
        )

    def _hand_out(self, exchange: _Exchange, claims: list[Claim]) -> None:
        """Give every message its job, in turn; where there is none at all, messages have done their duty."""
        if exchange.queue is None:
            return
        found = deque(self._that_may_run(exchange.queue, claims))
        fell_short = len(found) == len(claims) > 0
        for answer in exchange.asked:
            if answer.done():  # Nobody waits for it any more.
                continue
            if fell_short and not found:
                if self._is_leaving:
                    _answer(answer, error=PutBack())
                else:
                    self._asked[exchange.queue].append(answer)
                continue
            claim = found.popleft() if found else None
            self._claimed += claim is not None
            self._open += claim is not None
            answer.set_result(claim)
        self._return(found, exchange.queue)

    def _that_may_run(self, queue: Queue, claims: list[Claim]) -> list[Claim]:
        """Leave out suspects, unless they are all that is here and few enough; they are handed back at no cost.

        Then nothing is claimed until the process is empty, and after that only as many as may run together.
        """
        suspects = [claim for claim in claims if claim.suspect > 0]
        if not suspects:
            self._suspects = None
            return claims
        most = min(claim.suspect for claim in suspects)
        self._suspects = (queue, most)
        if not self._open and len(claims) <= most:
            return claims
        self._return(suspects, queue)
        return [claim for claim in claims if claim.suspect <= 0]

    async def _went_back(self, exchange: _Exchange) -> None:
        """Tell others of jobs that went back; the sweep would, half a second later."""
        if not exchange.back:
            return
        messages = [Message(claim.job_id, claim.kind, queue, claim.correlation_id) for claim, queue, _ in exchange.back]
        try:
            await self.container.queue.push(messages, head=True)
            await self.container.marks.note(
                self.container, [(claim.job_id, claim.epoch) for claim, _, _ in exchange.back]
            )
        except Unavailable as error:
            log.warning("jobs.push_failed", code=error.code, jobs=len(messages))
        for _, _, answer in exchange.back:
            _answer(answer, value=None)

    def _now(self) -> float:
        return self.container.clock.monotonic()


def _answer(future: "asyncio.Future[Any]", *, value: object = None, error: BaseException | None = None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(value)


def _fail(exchange: _Exchange, error: Exception) -> None:
    """Nothing of it happened; leases and the sweep bring back what that leaves behind."""
    futures: list[asyncio.Future[Any]] = [
        *(done for _, done in exchange.done),
        *(back for _, _, back in exchange.back),
        *exchange.asked,
    ]
    for future in futures:
        _answer(future, error=error)
