"""Provider order, fallback, the record of attempts, and the circuit breaker."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from app.adapters.llm.chain import AttemptOutcome, BreakerPolicy, ModelChain
from app.adapters.llm.port import AiProviderUnavailable, ModelCard, ModelReply, ModelRequest
from app.adapters.llm.scripted import ScriptedModel
from app.core.clock import FrozenClock
from app.core.errors import Invalid
from app.core.guard import SlowWorkInsideScopeError, scope_closed, scope_opened
from app.schemas.replies import FileSummaryReply

REQUEST = ModelRequest(kind="file-summary", instructions="i", prompt="p", files=(), reply_type=FileSummaryReply)
DOWN = AiProviderUnavailable("It is down.")


def _must_be_good(reply: ModelReply) -> None:
    if reply.text != "good":
        raise Invalid("not good")


class _SlowModel(ScriptedModel):
    """Takes ten seconds of the frozen clock for every answer."""

    def __init__(self, clock: FrozenClock, *answers: str | Exception, provider: str) -> None:
        super().__init__(answers, provider=provider)
        self._clock = clock

    async def ask(self, request: ModelRequest) -> ModelReply:
        self._clock.move(seconds=10)
        return await super().ask(request)


class _StuckModel(ScriptedModel):
    """Never answers."""

    async def ask(self, request: ModelRequest) -> ModelReply:
        self.requests.append(request)
        await asyncio.Event().wait()
        raise AssertionError


async def test_the_first_model_that_answers_ends_the_search(clock: FrozenClock) -> None:
    local, primary = ScriptedModel(["local"], provider="local"), ScriptedModel(["primary"], provider="primary")
    got = await ModelChain([local, primary], clock).ask(REQUEST)
    assert (got.reply.text, primary.requests) == ("local", [])
    assert [(a.provider, a.outcome) for a in got.attempts] == [("local", AttemptOutcome.ANSWERED)]


async def test_every_attempt_is_recorded_with_outcome_seconds_and_code(clock: FrozenClock) -> None:
    chain = ModelChain(
        [
            ScriptedModel(provider="other-kinds", kinds=["documentation"]),
            _SlowModel(clock, DOWN, provider="primary"),
            _SlowModel(clock, "answer", provider="fallback"),
        ],
        clock,
    )
    got = await chain.ask(REQUEST)
    assert [(a.provider, a.outcome, a.seconds, a.code) for a in got.attempts] == [
        ("other-kinds", AttemptOutcome.NOT_SUPPORTED, 0.0, None),
        ("primary", AttemptOutcome.UNAVAILABLE, 10.0, "AI_PROVIDER_UNAVAILABLE"),
        ("fallback", AttemptOutcome.ANSWERED, 10.0, None),
    ]
    assert got.attempts[1].message == "It is down."


async def test_an_unusable_answer_moves_on_to_the_next_model_and_keeps_its_cost(clock: FrozenClock) -> None:
    bad = ScriptedModel(["bad"], provider="local", cost_usd=Decimal("0.5"))
    got = await ModelChain([bad, ScriptedModel(["good"])], clock).ask(REQUEST, check=_must_be_good)
    assert got.reply.text == "good"
    assert (got.attempts[0].outcome, got.attempts[0].code) == (AttemptOutcome.UNUSABLE, "VALIDATION_ERROR")
    assert got.attempts[0].cost_usd == Decimal("0.5")


async def test_the_first_unusable_answer_is_kept_when_nothing_better_comes(clock: FrozenClock) -> None:
    chain = ModelChain([ScriptedModel(["bad"]), ScriptedModel([DOWN]), ScriptedModel(["worse"])], clock)
    assert (await chain.ask(REQUEST, check=_must_be_good)).reply.text == "bad"


async def test_when_nobody_answers_the_error_says_who_was_asked_and_when_to_come_back(clock: FrozenClock) -> None:
    busy = AiProviderUnavailable("Too busy.", retry_after_seconds=30)
    busier = AiProviderUnavailable("Too busy.", retry_after_seconds=90)
    chain = ModelChain([ScriptedModel([busy], provider="a"), ScriptedModel([busier], provider="b")], clock)
    with pytest.raises(AiProviderUnavailable, match="a: Too busy; b: Too busy") as caught:
        await chain.ask(REQUEST)
    assert caught.value.details["retry_after_seconds"] == 30
    assert [a["outcome"] for a in caught.value.details["attempts"]] == ["unavailable", "unavailable"]


async def test_what_an_empty_answer_cost_is_told_when_nobody_answers(clock: FrozenClock) -> None:
    empty = AiProviderUnavailable("It was empty.", input_tokens=70, output_tokens=3, cost_usd="0.25")
    with pytest.raises(AiProviderUnavailable) as caught:
        await ModelChain([ScriptedModel([empty])], clock).ask(REQUEST)
    (attempt,) = caught.value.details["attempts"]
    assert (attempt["input_tokens"], attempt["output_tokens"], attempt["cost_usd"]) == (70, 3, "0.25")


@pytest.mark.parametrize("models", [[], [ScriptedModel(kinds=["documentation"])]])
async def test_a_chain_without_a_suitable_model_says_so(clock: FrozenClock, models: list[ScriptedModel]) -> None:
    with pytest.raises(AiProviderUnavailable, match="No configured AI provider"):
        await ModelChain(models, clock).ask(REQUEST)


async def test_a_bug_in_an_adapter_is_not_hidden(clock: FrozenClock) -> None:
    with pytest.raises(ZeroDivisionError):
        await ModelChain([ScriptedModel([ZeroDivisionError()]), ScriptedModel(["x"])], clock).ask(REQUEST)


async def _fail(chain: ModelChain, times: int) -> None:
    for _ in range(times):
        with pytest.raises(AiProviderUnavailable):
            await chain.ask(REQUEST)


def _flaky(clock: FrozenClock) -> tuple[ScriptedModel, ModelChain]:
    model = ScriptedModel([DOWN] * 3, provider="flaky")
    return model, ModelChain([model], clock, breaker=BreakerPolicy(failures=3, open_for=timedelta(seconds=60)))


async def test_after_enough_failures_a_model_is_left_alone(clock: FrozenClock) -> None:
    model, chain = _flaky(clock)
    await _fail(chain, 3)
    with pytest.raises(AiProviderUnavailable, match="left alone") as caught:
        await chain.ask(REQUEST)
    assert len(model.requests) == 3
    assert caught.value.details["attempts"][0]["outcome"] == "circuit_open"
    assert caught.value.details["retry_after_seconds"] == 60


async def test_a_successful_trial_closes_the_circuit(clock: FrozenClock) -> None:
    model, chain = _flaky(clock)
    await _fail(chain, 3)
    clock.move(seconds=60)
    model.then("back", DOWN, "still here")
    assert (await chain.ask(REQUEST)).reply.text == "back"
    await _fail(chain, 1)
    assert (await chain.ask(REQUEST)).reply.text == "still here"


async def test_a_failed_trial_opens_it_at_once_for_the_whole_time(clock: FrozenClock) -> None:
    model, chain = _flaky(clock)
    await _fail(chain, 3)
    clock.move(seconds=60)
    model.then(DOWN, "never asked")
    await _fail(chain, 1)
    clock.move(seconds=59)
    await _fail(chain, 1)
    assert len(model.requests) == 4


async def test_successes_between_failures_keep_it_closed(clock: FrozenClock) -> None:
    model = ScriptedModel([DOWN, DOWN, "ok", DOWN, DOWN, "ok"])
    chain = ModelChain([model], clock, breaker=BreakerPolicy(failures=3))
    for _ in range(2):
        await _fail(chain, 2)
        assert (await chain.ask(REQUEST)).reply.text == "ok"


async def test_only_one_trial_at_a_time_and_a_cancelled_one_is_forgotten(clock: FrozenClock) -> None:
    model = _StuckModel()
    chain = ModelChain([model], clock, breaker=BreakerPolicy(failures=1))
    chain._links[0][1].fail()
    clock.move(seconds=30)
    trial = asyncio.create_task(chain.ask(REQUEST))
    await asyncio.sleep(0)
    await _fail(chain, 1)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    assert len(model.requests) == 1
    assert chain._links[0][1].try_enter()


async def test_asking_inside_a_transaction_is_a_bug(clock: FrozenClock) -> None:
    token = scope_opened()
    try:
        with pytest.raises(SlowWorkInsideScopeError):
            await ModelChain([ScriptedModel(["x"])], clock).ask(REQUEST)
    finally:
        scope_closed(token)


def test_cards_are_listed_in_order_for_the_kind_asked(clock: FrozenClock) -> None:
    chain = ModelChain([ScriptedModel(provider="a", kinds=[]), ScriptedModel(provider="b")], clock)
    assert chain.cards("file-summary") == (ModelCard("b", "script-1", None, leaves_machine=False),)


async def test_models_that_are_not_allowed_are_passed_over_and_recorded(clock: FrozenClock) -> None:
    paid = ScriptedModel(["paid"], provider="paid", leaves_machine=True)
    chain = ModelChain([paid, ScriptedModel(["free"], provider="free")], clock)
    got = await chain.ask(REQUEST, refuse=lambda card: Invalid("Too dear.") if card.leaves_machine else None)
    assert (got.reply.text, paid.requests) == ("free", [])
    assert [a.outcome for a in got.attempts] == [AttemptOutcome.NOT_ALLOWED, AttemptOutcome.ANSWERED]
    assert (got.attempts[0].code, got.attempts[0].message) == ("VALIDATION_ERROR", "Too dear.")
