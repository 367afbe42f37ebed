"""Asks the configured models in order until one answers, and records every attempt.

A circuit breaker per model spares a provider that keeps failing, and spares the job the wait for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.adapters.llm.port import AiProviderUnavailable, LanguageModel, ModelCard, ModelReply, ModelRequest
from app.core.clock import Clock
from app.core.errors import AppError
from app.core.guard import forbid_inside_scope

Check = Callable[[ModelReply], None]
# Gives the reason why a model must not be asked; None when it may be.
Refuse = Callable[[ModelCard], AppError | None]


class AttemptOutcome(StrEnum):
    """How one model's turn ended."""

    ANSWERED = "answered"
    UNUSABLE = "unusable"
    UNAVAILABLE = "unavailable"
    NOT_SUPPORTED = "not_supported"
    NOT_ALLOWED = "not_allowed"
    CIRCUIT_OPEN = "circuit_open"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One model's turn: how it ended, how long it took, and the error's code where there was one."""

    provider: str
    model: str
    outcome: AttemptOutcome
    seconds: float
    code: str | None = None
    message: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the form in which an attempt is kept."""
        cost = None if self.cost_usd is None else str(self.cost_usd)
        return {**asdict(self), "outcome": self.outcome.value, "cost_usd": cost}


@dataclass(frozen=True, slots=True)
class ChainReply:
    """The answer that counts and everything that was tried on the way to it, in order."""

    reply: ModelReply
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """After `failures` in a row a model is left alone for `open_for`; then one trial decides."""

    failures: int = 5
    open_for: timedelta = timedelta(seconds=30)


class CircuitBreaker:
    """Closed, open, or half-open with one trial under way; time is the injected clock's."""

    def __init__(self, policy: BreakerPolicy, clock: Clock) -> None:
        """Start closed."""
        self._policy = policy
        self._clock = clock
        self._failures = 0
        self._open_until: float | None = None
        self._trial = False

    @property
    def seconds_left(self) -> float:
        """Read how long the model will still be left alone."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - self._clock.monotonic())

    def try_enter(self) -> bool:
        """Say whether a call may be made now; when half-open, only the first caller may."""
        if self._open_until is None:
            return True
        if self._trial or self.seconds_left > 0:
            return False
        self._trial = True
        return True

    def succeed(self) -> None:
        """Close: the model answered."""
        self._failures, self._open_until, self._trial = 0, None, False

    def fail(self) -> None:
        """Count a failure; open when there were enough in a row, or when the trial failed."""
        self._failures += 1
        if self._trial or self._failures >= self._policy.failures:
            self._open_until = self._clock.monotonic() + self._policy.open_for.total_seconds()
        self._trial = False

    def release(self) -> None:
        """Forget a trial that neither answered nor failed, because it was cancelled."""
        self._trial = False


class ModelChain:
    """The models in the order local, primary, fallback, offline; one chain per process keeps the breakers' memory."""

    def __init__(self, models: Sequence[LanguageModel], clock: Clock, *, breaker: BreakerPolicy | None = None) -> None:
        """Take the models in the order in which they are to be asked."""
        policy = breaker or BreakerPolicy()
        self._links = tuple((model, CircuitBreaker(policy, clock)) for model in models)
        self._clock = clock

    def cards(self, kind: str) -> tuple[ModelCard, ...]:
        """Say who would be asked that kind of question, in order."""
        return tuple(model.card for model, _ in self._links if model.supports(kind))

    async def ask(
        self, request: ModelRequest, *, check: Check | None = None, refuse: Refuse | None = None
    ) -> ChainReply:
        """Ask until an answer passes `check`; an answer that fails it is kept if nothing better comes.

        Models against which `refuse` gives a reason are passed over, and the reason is recorded.
        AiProviderUnavailable, with every attempt in its details, when no model answered at all.
        """
        forbid_inside_scope("asking a language model")
        attempts: list[Attempt] = []
        unusable: ModelReply | None = None
        waits: list[float] = []
        for model, breaker in self._links:
            reason = refuse(model.card) if refuse is not None and model.supports(request.kind) else None
            if reason is not None:
                attempts.append(_passed_over(model.card, reason))
                continue
            attempt, reply, wait = await self._turn(model, breaker, request, check)
            attempts.append(attempt)
            if attempt.outcome is AttemptOutcome.ANSWERED and reply is not None:
                return ChainReply(reply=reply, attempts=tuple(attempts))
            unusable = unusable or reply
            if wait is not None:
                waits.append(wait)
        if unusable is not None:
            return ChainReply(reply=unusable, attempts=tuple(attempts))
        raise _nobody_answered(attempts, waits)

    async def _turn(
        self, model: LanguageModel, breaker: CircuitBreaker, request: ModelRequest, check: Check | None
    ) -> tuple[Attempt, ModelReply | None, float | None]:
        """One model's turn: the attempt, its reply if any, and how many seconds to wait if it said so."""
        card = model.card
        if not model.supports(request.kind):
            return Attempt(card.provider, card.model, AttemptOutcome.NOT_SUPPORTED, 0.0), None, None
        if not breaker.try_enter():
            wait = breaker.seconds_left
            return Attempt(card.provider, card.model, AttemptOutcome.CIRCUIT_OPEN, 0.0), None, wait
        started = self._clock.monotonic()
        try:
            reply = await model.ask(request)
        except AiProviderUnavailable as error:
            breaker.fail()
            return self._failed(card, started, error), None, _seconds_of(error)
        finally:
            breaker.release()
        breaker.succeed()
        return self._answered(reply, started, _problem_with(reply, check)), reply, None

    def _seconds_since(self, started: float) -> float:
        return round(self._clock.monotonic() - started, 3)

    def _failed(self, card: ModelCard, started: float, error: AppError) -> Attempt:
        cost = error.details.get("cost_usd")
        return Attempt(
            provider=card.provider,
            model=card.model,
            outcome=AttemptOutcome.UNAVAILABLE,
            seconds=self._seconds_since(started),
            code=error.code,
            message=error.message,
            input_tokens=error.details.get("input_tokens", 0),
            output_tokens=error.details.get("output_tokens", 0),
            cost_usd=Decimal(cost) if cost else None,
        )

    def _answered(self, reply: ModelReply, started: float, problem: AppError | None) -> Attempt:
        return Attempt(
            provider=reply.provider,
            model=reply.model,
            outcome=AttemptOutcome.UNUSABLE if problem else AttemptOutcome.ANSWERED,
            seconds=self._seconds_since(started),
            code=problem.code if problem else None,
            message=problem.message if problem else None,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            cost_usd=reply.cost_usd,
        )


def _passed_over(card: ModelCard, reason: AppError) -> Attempt:
    return Attempt(card.provider, card.model, AttemptOutcome.NOT_ALLOWED, 0.0, code=reason.code, message=reason.message)


def _problem_with(reply: ModelReply, check: Check | None) -> AppError | None:
    if check is None:
        return None
    try:
        check(reply)
    except AppError as error:
        return error
    return None


def _seconds_of(error: AppError) -> float | None:
    seconds = error.details.get("retry_after_seconds")
    return float(seconds) if isinstance(seconds, int | float) else None


def _nobody_answered(attempts: Sequence[Attempt], waits: Sequence[float]) -> AiProviderUnavailable:
    said = [f"{a.provider}: {a.message.rstrip('.')}" for a in attempts if a.message]
    skipped = [a.provider for a in attempts if a.outcome is AttemptOutcome.CIRCUIT_OPEN]
    if skipped:
        said.append(f"{', '.join(skipped)}: left alone for a while after repeated failures")
    if not attempts or all(a.outcome is AttemptOutcome.NOT_SUPPORTED for a in attempts):
        message = (
            "No configured AI provider can answer this kind of question. Configure one, or enable the offline engine."
        )
    else:
        message = f"No AI provider could answer. {'; '.join(said)}."
    details: dict[str, object] = {"attempts": [attempt.to_json() for attempt in attempts]}
    if waits:
        details["retry_after_seconds"] = round(min(waits), 3)
    return AiProviderUnavailable(message, **details)
