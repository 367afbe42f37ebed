"""The OpenAI-compatible adapter against a stub of such an endpoint on loopback (stub_endpoint.py), not OpenAI."""

import asyncio
import gzip
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.llm.openai import OpenAiModel, strict_schema
from app.adapters.llm.openai_settings import OpenAiSettings
from app.adapters.llm.port import AiProviderUnavailable, ModelRequest
from app.core.clock import FrozenClock
from app.core.guard import SlowWorkInsideScopeError, scope_closed, scope_opened
from app.schemas.replies import REPLY_TYPES, DocumentationReply, FileSummaryReply

from tests.adapters.llm.stub_endpoint import Behaviour, StubEndpoint, completion, error, flood, hang, raw

ANSWER = '{"summary": "It adds.", "claims": []}'


def _request(**changes: Any) -> ModelRequest:
    values: dict[str, Any] = {
        "kind": "file-summary",
        "instructions": "Answer in JSON.",
        "prompt": "What does it do?",
        "files": (),
        "reply_type": FileSummaryReply,
    }
    return ModelRequest(**{**values, **changes})


def _model(stub: StubEndpoint, **changes: Any) -> OpenAiModel:
    values: dict[str, Any] = {"base_url": stub.base_url, "model": "asked-model", "api_key": "key-1", "label": "primary"}
    return OpenAiModel(OpenAiSettings(**{**values, **changes}), FrozenClock())


async def _refusal(*behaviours: Behaviour, **changes: Any) -> AiProviderUnavailable:
    async with StubEndpoint(*behaviours) as stub:
        with pytest.raises(AiProviderUnavailable) as caught:
            await _model(stub, **changes).ask(_request())
    return caught.value


async def test_the_answer_is_handed_on_word_for_word() -> None:
    text = "  ```json\n" + ANSWER + "\n``` and some chatter"
    async with StubEndpoint(completion(text, usage={"prompt_tokens": 7, "completion_tokens": 3})) as stub:
        reply = await _model(stub).ask(_request())
    assert (reply.text, reply.provider, reply.model) == (text, "primary", "stub-model-1")
    assert (reply.input_tokens, reply.output_tokens, reply.cost_usd) == (7, 3, None)


async def test_the_request_carries_both_messages_the_schema_and_the_limit() -> None:
    async with StubEndpoint(completion(ANSWER)) as stub:
        await _model(stub).ask(_request(max_output_tokens=123))
    sent = stub.received[0]
    assert sent.path == "/v1/chat/completions"
    assert sent.body["model"] == "asked-model"
    assert sent.body["max_tokens"] == 123
    assert [m["content"] for m in sent.body["messages"]] == ["Answer in JSON.", "What does it do?"]
    assert sent.body["response_format"]["json_schema"]["schema"] == strict_schema(FileSummaryReply)


@pytest.fixture
def talkative_environment() -> Iterator[None]:
    """What an operator may have set for other programs."""
    added = {"OPENAI_ORG_ID": "org-x", "OPENAI_CUSTOM_HEADERS": "X-Secret: canary", "HTTP_PROXY": "http://127.0.0.1:9"}
    os.environ.update(added)
    yield
    for name in added:
        del os.environ[name]


async def test_only_headers_that_hivesync_means_to_send_leave(talkative_environment: None) -> None:
    async with StubEndpoint(completion(ANSWER)) as stub:
        await _model(stub).ask(_request())
    sent = "accept accept-encoding authorization connection content-length content-type host user-agent"
    assert set(stub.received[0].headers) == set(sent.split())
    assert stub.received[0].headers["authorization"] == "Bearer key-1"


async def test_without_a_key_no_authorization_is_sent() -> None:
    async with StubEndpoint(completion(ANSWER)) as stub:
        await _model(stub, api_key=None).ask(_request())
    assert "authorization" not in stub.received[0].headers


async def test_cost_follows_the_prices_and_the_reported_tokens() -> None:
    prices = {"usd_per_million_input": Decimal("2.50"), "usd_per_million_output": Decimal(10)}
    async with StubEndpoint(completion(ANSWER, usage={"prompt_tokens": 1000, "completion_tokens": 200})) as stub:
        reply = await _model(stub, **prices).ask(_request())
    assert reply.cost_usd == Decimal("0.004500")


async def test_tokens_are_estimated_when_the_endpoint_does_not_report_them() -> None:
    async with StubEndpoint(completion(ANSWER)) as stub:
        reply = await _model(stub).ask(_request(prompt="x" * 400))
    assert reply.input_tokens == 103
    assert reply.output_tokens == len(ANSWER) // 4


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 10**30, "completion_tokens": 1},
        {"prompt_tokens": 1, "completion_tokens": 2**31},
        {"prompt_tokens": -5, "completion_tokens": 1},
        {"prompt_tokens": 1.5, "completion_tokens": 1},
        {"prompt_tokens": None, "completion_tokens": None},
        {},
    ],
)
async def test_tokens_are_estimated_when_what_is_reported_cannot_be_true(usage: dict[str, Any]) -> None:
    prices = {"usd_per_million_input": Decimal(10), "usd_per_million_output": Decimal(10)}
    async with StubEndpoint(completion(ANSWER, usage=usage)) as stub:
        reply = await _model(stub, **prices).ask(_request(prompt="x" * 400))
    assert (reply.text, reply.input_tokens, reply.output_tokens) == (ANSWER, 103, len(ANSWER) // 4)
    assert reply.cost_usd == Decimal("0.001120")


@pytest.mark.parametrize(
    ("said", "name"), [("gpt\0\n5", "gpt 5"), ("x" * 5000, "x" * 200), ("\0", "asked-model"), ("", "asked-model")]
)
async def test_a_models_name_is_kept_as_a_short_printable_line(said: str, name: str) -> None:
    body = json.dumps({"model": said, "choices": [{"message": {"content": ANSWER}}]})
    async with StubEndpoint(raw(200, body.encode())) as stub:
        assert (await _model(stub).ask(_request())).model == name


@pytest.mark.parametrize("status", [400, 422])
async def test_an_endpoint_without_schemas_is_asked_for_any_json(status: int) -> None:
    refusal = error(status, "This response_format type is unavailable now")
    async with StubEndpoint(refusal, completion(ANSWER)) as stub:
        model = _model(stub)
        await model.ask(_request())
        await model.ask(_request())
    assert [r.body["response_format"]["type"] for r in stub.received] == ["json_schema", "json_object", "json_object"]


async def test_an_endpoint_without_any_json_mode_is_asked_in_plain_text() -> None:
    refusal = error(400, "unknown field response_format")
    async with StubEndpoint(refusal, refusal, completion(ANSWER)) as stub:
        assert (await _model(stub).ask(_request())).text == ANSWER
    assert stub.received[2].body["response_format"] == {"type": "text"}


async def test_a_bad_request_is_reported_with_the_providers_words_shortened_and_without_the_key() -> None:
    failure = await _refusal(error(400, "key-1 has too many\ntokens " + "x" * 500))
    assert failure.details["http_status"] == 400
    assert "[key] has too many tokens" in failure.message
    assert "key-1" not in failure.message
    assert len(failure.message) < 320


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (401, "key_refused", "the key was refused"),
        (402, "no_credit", "no credit"),
        (403, "forbidden", "may not use this model"),
        (404, "not_found", "address or model"),
        (429, "rate_limited", "limiting requests"),
        (500, "failed", "status 500"),
        (503, "failed", "status 503"),
        (307, "redirected", "redirects elsewhere"),
    ],
)
async def test_a_status_becomes_something_a_person_can_act_on(status: int, reason: str, words: str) -> None:
    failure = await _refusal(error(status, "stub says no", location="http://127.0.0.1:1/elsewhere"))
    assert failure.code == "AI_PROVIDER_UNAVAILABLE"
    assert (failure.details["reason"], failure.details["http_status"]) == (reason, status)
    assert words in failure.message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("nan", 0.0),
        ("999999", 3600.0),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
    ],
)
async def test_retry_after_is_honoured_within_an_hour(header: str, seconds: float) -> None:
    assert (await _refusal(error(429, "slow down", retry_after=header))).details["retry_after_seconds"] == seconds


@pytest.mark.parametrize(
    "header",
    [
        "soon",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2030 00:00:00 +99999999999999999999",
    ],
)
async def test_a_retry_after_that_is_neither_seconds_nor_a_date_is_ignored(header: str) -> None:
    assert "retry_after_seconds" not in (await _refusal(error(429, "slow", retry_after=header))).details


async def test_a_hanging_endpoint_is_given_up_at_the_deadline() -> None:
    failure = await _refusal(hang(asyncio.Event()), deadline=timedelta(seconds=0.2))
    assert failure.details["reason"] == "timeout"
    assert "0.2 seconds" in failure.message


async def test_an_endless_body_is_cut_at_the_limit() -> None:
    assert (await _refusal(flood(), max_answer_bytes=300_000)).details["reason"] == "answer_too_large"


async def test_an_announced_body_over_the_limit_is_not_read() -> None:
    failure = await _refusal(raw(200, b"{}", length=10**12), max_answer_bytes=1000)
    assert failure.details["reason"] == "answer_too_large"


async def test_a_compressed_answer_is_not_unpacked() -> None:
    failure = await _refusal(raw(200, gzip.compress(b"0" * 10**6), content_encoding="gzip"))
    assert failure.details["reason"] == "answer_compressed"


async def test_a_body_that_breaks_off_is_unreachable() -> None:
    assert (await _refusal(raw(200, b'{"choices": [', length=500))).details["reason"] == "unreachable"


async def test_nobody_listening_is_unreachable() -> None:
    async with StubEndpoint(completion(ANSWER)) as stub:
        closed = stub.base_url
    model = OpenAiModel(OpenAiSettings(base_url=closed, model="m"), FrozenClock())
    with pytest.raises(AiProviderUnavailable, match=r"cannot be reached at 127\.0\.0\.1"):
        await model.ask(_request())


@pytest.mark.parametrize(
    "body", [b"<html>hello</html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [1]}', b"\xff"]
)
async def test_something_that_is_not_a_completion_is_said_to_be_a_wrong_address(body: bytes) -> None:
    failure = await _refusal(raw(200, body))
    assert failure.details["reason"] == "not_a_completion"
    assert "/v1" in failure.message


async def test_a_deeply_nested_body_is_refused_without_harm() -> None:
    assert (await _refusal(raw(200, b"[" * 200_000))).details["reason"] == "not_a_completion"


async def test_a_model_that_declines_is_unavailable() -> None:
    refusal = await _refusal(completion(None, refusal="I would rather not."))
    assert refusal.details["reason"] == "declined"
    assert refusal.details["input_tokens"] > 0


async def test_text_that_is_not_json_is_the_callers_business() -> None:
    async with StubEndpoint(completion("I am only a poet.")) as stub:
        assert (await _model(stub).ask(_request())).text == "I am only a poet."


async def test_no_more_than_the_configured_number_of_questions_at_once() -> None:
    go, two_asked = asyncio.Event(), asyncio.Event()

    async def answer_later(writer: asyncio.StreamWriter) -> None:
        if stub.at_once == 2:
            two_asked.set()
        await go.wait()
        await completion(ANSWER)(writer)

    async with StubEndpoint(answer_later) as stub:
        model = _model(stub, max_concurrency=2)
        asked = [asyncio.create_task(model.ask(_request())) for _ in range(5)]
        await two_asked.wait()
        go.set()
        await asyncio.gather(*asked)
    assert (stub.most_at_once, len(stub.received)) == (2, 5)


async def test_asking_inside_a_transaction_is_a_bug() -> None:
    token = scope_opened()
    try:
        with pytest.raises(SlowWorkInsideScopeError):
            await OpenAiModel(OpenAiSettings(base_url="http://127.0.0.1:1/v1", model="m"), FrozenClock()).ask(
                _request()
            )
    finally:
        scope_closed(token)


@pytest.mark.parametrize(
    ("url", "leaves"),
    [
        ("https://api.openai.com/v1", True),
        ("http://localhost:11434/v1", False),
        ("http://127.0.0.1:8000/v1", False),
        ("http://[::1]:8000/v1", False),
        ("http://10.0.0.5/v1", True),
        ("http://localhost.example.com/v1", True),
    ],
)
def test_the_card_says_whether_text_leaves_the_machine(url: str, *, leaves: bool) -> None:
    card = OpenAiModel(OpenAiSettings(base_url=url, model="m"), FrozenClock()).card
    assert card.leaves_machine is leaves


def test_openai_itself_is_given_the_limit_under_its_newer_name() -> None:
    assert OpenAiSettings(base_url="https://api.openai.com/v1", model="m").token_limit_name == "max_completion_tokens"
    assert OpenAiSettings(base_url="https://api.deepseek.com", model="m").token_limit_name == "max_tokens"


def test_the_key_does_not_show_in_the_settings() -> None:
    assert "canary" not in repr(OpenAiSettings(base_url="http://x", model="m", api_key="canary"))


@given(kind=st.sampled_from(sorted(REPLY_TYPES)))
def test_every_reply_has_a_schema_that_strict_mode_takes(kind: str) -> None:
    text = json.dumps(strict_schema(REPLY_TYPES[kind]))
    assert not any(word in text for word in ('"default"', '"maxLength"', '"maxItems"', '"title"'))


def test_the_strict_schema_requires_everything_and_keeps_fields_named_like_keywords() -> None:
    schema = strict_schema(DocumentationReply)
    assert schema["required"] == ["documents", "skipped"]
    document = schema["$defs"]["SymbolDocumentation"]
    assert document["additionalProperties"] is False
    assert set(document["required"]) == set(document["properties"])
