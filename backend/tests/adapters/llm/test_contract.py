"""What every provider promises, whatever stands behind it: scripted, OpenAI-compatible, local weights, offline."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.adapters.llm.local import Generated, LocalModel, LocalSettings
from app.adapters.llm.offline import OfflineModel
from app.adapters.llm.openai import OpenAiModel
from app.adapters.llm.openai_settings import OpenAiSettings
from app.adapters.llm.port import LanguageModel, ModelRequest, SourceFile
from app.adapters.llm.scripted import ScriptedModel
from app.core.clock import FrozenClock
from app.core.guard import SlowWorkInsideScopeError, scope_closed, scope_opened
from app.schemas.replies import REPLY_TYPES

from tests.adapters.llm.stub_endpoint import StubEndpoint, completion

# Readable as an answer to every kind of question.
ANSWER = '{"summary": "s", "comment": "c", "ideas": [], "documents": [], "skipped": [], "claims": []}'
FILE = SourceFile("a.py", "b" * 40, "python", "def add(a, b):\n    return a + b\n")


class _Weights:
    """Weights that know one answer."""

    def generate(
        self, instructions: str, prompt: str, *, prefill: str, max_new_tokens: int, stop: Callable[[str | None], bool]
    ) -> Generated:
        return Generated(ANSWER.removeprefix(prefill), 1, 1)


@pytest.fixture(params=["scripted", "openai", "local", "offline"])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    """Every provider in turn, ready to answer once."""
    match request.param:
        case "scripted":
            yield ScriptedModel([ANSWER])
        case "local":
            yield LocalModel(LocalSettings(Path("/models/m")), FrozenClock(), load=lambda _: _Weights())
        case "offline":
            yield OfflineModel()
        case _:
            async with StubEndpoint(completion(ANSWER)) as stub:
                yield OpenAiModel(OpenAiSettings(stub.base_url, "m"), FrozenClock())


def _request(kind: str) -> ModelRequest:
    return ModelRequest(
        kind=kind,
        instructions="Answer in JSON.",
        prompt="What is it?",
        files=(FILE,),
        reply_type=REPLY_TYPES[kind],
        asked=("a.py",),
    )


@pytest.mark.parametrize("kind", sorted(REPLY_TYPES))
async def test_every_kind_is_answered_with_json_of_its_reply_type(model: LanguageModel, kind: str) -> None:
    assert model.supports(kind)
    reply = await model.ask(_request(kind))
    REPLY_TYPES[kind].model_validate_json(reply.text)
    assert reply.input_tokens >= 0
    assert reply.output_tokens >= 0


async def test_the_reply_names_who_the_card_names(model: LanguageModel) -> None:
    assert (await model.ask(_request("file-summary"))).provider == model.card.provider
    assert model.card.model


async def test_what_nobody_knows_is_not_supported(model: LanguageModel) -> None:
    assert isinstance(model, ScriptedModel) or not model.supports("poem")


async def test_nothing_is_asked_inside_a_transaction(model: LanguageModel) -> None:
    token = scope_opened()
    try:
        if not isinstance(model, ScriptedModel):
            with pytest.raises(SlowWorkInsideScopeError):
                await model.ask(_request("file-summary"))
    finally:
        scope_closed(token)
