"""The scripted model: what tests and demonstrations stand on must itself be exact."""

from decimal import Decimal

import pytest

from app.adapters.llm.port import AiProviderUnavailable, LanguageModel, ModelRequest
from app.adapters.llm.scripted import ScriptedModel
from app.schemas.replies import FileSummaryReply

REQUEST = ModelRequest(
    kind="file-summary", instructions="i", prompt="one two three", files=(), reply_type=FileSummaryReply
)


async def test_answers_come_in_order_and_requests_are_kept() -> None:
    model: LanguageModel = ScriptedModel(["first", FileSummaryReply(summary="second")])
    texts = [(await model.ask(REQUEST)).text for _ in range(2)]
    assert texts == ["first", '{"summary":"second","claims":[]}']
    assert isinstance(model, ScriptedModel)
    assert model.requests == [REQUEST, REQUEST]


async def test_a_scripted_failure_is_raised_in_its_turn() -> None:
    model = ScriptedModel(["fine"])
    model.then(AiProviderUnavailable("down"), "fine again")
    assert (await model.ask(REQUEST)).text == "fine"
    with pytest.raises(AiProviderUnavailable, match="down"):
        await model.ask(REQUEST)
    assert (await model.ask(REQUEST)).text == "fine again"


async def test_an_ended_script_is_unavailable() -> None:
    with pytest.raises(AiProviderUnavailable, match="no more answers"):
        await ScriptedModel().ask(REQUEST)


async def test_the_card_the_kinds_and_the_cost_are_as_told() -> None:
    model = ScriptedModel(["x"], provider="p", leaves_machine=True, kinds=["file-summary"], cost_usd=Decimal("0.1"))
    assert (model.card.provider, model.card.leaves_machine) == ("p", True)
    assert (model.supports("file-summary"), model.supports("documentation")) == (True, False)
    assert (await model.ask(REQUEST)).cost_usd == Decimal("0.1")
