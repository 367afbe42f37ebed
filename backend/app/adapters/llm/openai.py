"""Any OpenAI-compatible endpoint: OpenAI, DeepSeek, vLLM, Ollama, llama.cpp.

One question is one paid call: nothing is retried here, because retries are rows in the ledger. The reply is handed on
word for word. pydantic-ai is not used on this path: it parses, repairs and re-asks, and keeps no raw text to record.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, OpenAIError
from openai.types.chat.completion_create_params import ResponseFormat
from openai.types.shared_params import ResponseFormatJSONObject, ResponseFormatJSONSchema, ResponseFormatText
from pydantic import BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, field_validator

from app.adapters.llm.openai_settings import OpenAiSettings
from app.adapters.llm.port import AiProviderUnavailable, ModelCard, ModelReply, ModelRequest
from app.adapters.llm.wire import BoundedTransport
from app.core.clock import Clock
from app.core.guard import forbid_inside_scope
from app.schemas.replies import REPLY_TYPES, Reply

_KEYLESS = "none"
# OpenAI's strict mode and several re-implementations refuse limits; parse_reply checks them anyway.
_NOT_IN_STRICT_SCHEMAS = frozenset({"default", "maxItems", "maxLength", "minItems", "minLength", "title"})
_LONGEST_WAIT_SECONDS = 3600.0
_TOKENS_IN_BYTES = 4
# No model reads or writes so much in one answer: what reports more is mistaken, and would overflow every account.
_MOST_TOKENS = 100_000_000
_LONGEST_NAME = 200


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0, le=_MOST_TOKENS)
    completion_tokens: int = Field(ge=0, le=_MOST_TOKENS)


class _Completion(BaseModel):
    """The part of a chat completion that is used; everything else is ignored."""

    model: str | None = None
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None

    @field_validator("usage", mode="wrap")
    @classmethod
    def _credible(cls, reported: Any, read: ValidatorFunctionWrapHandler) -> _Usage | None:
        """Treat a report that cannot be true like none: the answer beside it is paid for and may be good."""
        try:
            usage: _Usage | None = read(reported)
        except ValidationError:
            return None
        return usage


class OpenAiModel:
    """Asks one model at one endpoint; remembers which form of structured output the endpoint understands."""

    def __init__(self, settings: OpenAiSettings, clock: Clock) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._clock = clock
        self._slots = asyncio.Semaphore(settings.max_concurrency)
        self._first_format = 0

    @property
    def card(self) -> ModelCard:
        """Say who this is, without asking it anything."""
        settings = self._settings
        return ModelCard(
            provider=settings.label,
            model=settings.model,
            host=settings.host,
            leaves_machine=settings.leaves_machine,
            usd_per_million_input=settings.usd_per_million_input,
            usd_per_million_output=settings.usd_per_million_output,
        )

    def supports(self, kind: str) -> bool:
        """Say whether this model can answer that kind of question."""
        return kind in REPLY_TYPES

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Ask once, within the deadline; AiProviderUnavailable says what a person can do about a failure."""
        forbid_inside_scope("asking a language model")
        try:
            async with asyncio.timeout(self._settings.deadline.total_seconds()):
                async with self._slots, self._client() as client:
                    return self._reply(request, await self._complete(client, request))
        except TimeoutError as error:
            raise self._unavailable(
                f"gave no answer within {self._settings.deadline.total_seconds():g} seconds", "timeout"
            ) from error
        except APIStatusError as error:
            raise self._refused(error) from error
        except APIConnectionError as error:
            raise self._unavailable(
                f"cannot be reached at {self._settings.host}, or broke off. Check its address and that it runs",
                "unreachable",
            ) from error
        except OpenAIError as error:
            raise self._unavailable("could not be asked", "client_error") from error

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[AsyncOpenAI]:
        settings = self._settings
        seconds = settings.deadline.total_seconds()
        transport = BoundedTransport(max_bytes=settings.max_answer_bytes, send_key=settings.api_key is not None)
        timeout = httpx2.Timeout(seconds, connect=settings.connect_timeout.total_seconds())
        # Redirects are not followed: they would carry the key and the source text to another host.
        async with (
            httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False) as http,
            AsyncOpenAI(
                api_key=settings.api_key or _KEYLESS, base_url=settings.base_url, max_retries=0, http_client=http
            ) as client,
        ):
            yield client

    async def _complete(self, client: AsyncOpenAI, request: ModelRequest) -> bytes:
        """Ask in the richest form the endpoint takes: schema, then any JSON, then the prompt alone."""
        forms = _forms(request.reply_type)
        for position in range(self._first_format, len(forms)):
            try:
                body = await self._post(client, request, forms[position])
            except APIStatusError as error:
                # DeepSeek answers 400 or 422 to json_schema; a refused request costs nothing.
                if error.status_code not in {400, 422} or position == len(forms) - 1:
                    raise
            else:
                self._first_format = position
                return body
        raise AssertionError("unreachable: the last form either answers or raises")

    async def _post(self, client: AsyncOpenAI, request: ModelRequest, form: ResponseFormat) -> bytes:
        limit: dict[str, Any] = {self._settings.token_limit_name: request.max_output_tokens}
        answer = await client.chat.completions.with_raw_response.create(
            model=self._settings.model,
            messages=[
                {"role": "system", "content": request.instructions},
                {"role": "user", "content": request.prompt},
            ],
            response_format=form,
            **limit,
        )
        content: bytes = answer.http_response.content
        return content

    def _reply(self, request: ModelRequest, body: bytes) -> ModelReply:
        try:
            completion = _Completion.model_validate_json(body)
        except ValidationError as error:
            raise self._unavailable(
                "answered with something that is not a chat completion. Check that its address ends in the right "
                "path, usually /v1",
                "not_a_completion",
            ) from error
        message = completion.choices[0].message
        sent, said = request.instructions + request.prompt, message.content or message.refusal or ""
        usage = completion.usage or _Usage(prompt_tokens=_estimate(sent), completion_tokens=_estimate(said))
        if not message.content:
            reason = "declined to answer" if message.refusal else "gave an empty answer"
            raise self._unavailable(reason, "declined" if message.refusal else "empty", **self._spent(usage))
        return ModelReply(
            provider=self._settings.label,
            model=_printable(completion.model or "")[:_LONGEST_NAME] or self._settings.model,
            text=message.content,
            input_tokens=usage.prompt_tokens,
            output_tokens=usage.completion_tokens,
            cost_usd=self._cost(usage),
        )

    def _spent(self, usage: _Usage) -> dict[str, Any]:
        """Give what an answer that says nothing took: it is paid for like any other."""
        cost = self._cost(usage)
        return {
            "input_tokens": usage.prompt_tokens,
            "output_tokens": usage.completion_tokens,
            "cost_usd": None if cost is None else str(cost),
        }

    def _cost(self, usage: _Usage) -> Decimal | None:
        price_in, price_out = self._settings.usd_per_million_input, self._settings.usd_per_million_output
        if price_in is None or price_out is None:
            return None
        total = usage.prompt_tokens * price_in + usage.completion_tokens * price_out
        return (total / 1_000_000).quantize(Decimal("0.000001"))

    def _refused(self, error: APIStatusError) -> AiProviderUnavailable:
        """Say what an HTTP status means for the person who configured the provider."""
        status = error.status_code
        sentence, reason = _STATUS_SENTENCES.get(status, (None, "refused"))
        if sentence is None and status >= 500:
            sentence, reason = (
                f"failed with status {status}. Its operators must repair it, or it is overloaded",
                "failed",
            )
        if sentence is None and 300 <= status < 400:
            sentence, reason = "redirects elsewhere, which is not followed. Configure its final address", "redirected"
        if sentence is None:
            sentence = f"refused the request with status {status}{self._said(error)}"
        details: dict[str, Any] = {"http_status": status}
        wait = self._retry_after(error.response.headers.get("retry-after"))
        if wait is not None:
            details["retry_after_seconds"] = wait
        return self._unavailable(sentence, reason, **details)

    def _said(self, error: APIStatusError) -> str:
        """Quote a little of the provider's own message: enough to act on, too little to leak a prompt."""
        body = error.body
        message = body.get("message") if isinstance(body, dict) else None
        if not isinstance(message, str):
            return ""
        clean = _printable(message)
        if self._settings.api_key:
            clean = clean.replace(self._settings.api_key, "[key]")
        return f": “{clean[:160]}”"

    def _retry_after(self, header: str | None) -> float | None:
        """Read Retry-After, seconds or a date, as seconds from now; at most an hour, because it is hearsay."""
        if header is None:
            return None
        try:
            seconds = float(header)
        except ValueError:
            try:
                moment = parsedate_to_datetime(header)
            except (ValueError, OverflowError):
                return None
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            seconds = (aware - self._clock.now()).total_seconds()
        # NaN fails every comparison and so falls to the lower bound.
        return min(seconds, _LONGEST_WAIT_SECONDS) if seconds > 0 else 0.0

    def _unavailable(self, sentence: str, reason: str, **details: Any) -> AiProviderUnavailable:
        message = f"The AI provider {self._settings.label} {sentence}."
        return AiProviderUnavailable(message, provider=self._settings.label, reason=reason, **details)


_STATUS_SENTENCES: dict[int, tuple[str, str]] = {
    401: ("says the key was refused. Set a valid key for it", "key_refused"),
    402: ("says the account has no credit left. Add credit there", "no_credit"),
    403: ("says this key may not use this model. Check the key's permissions and the model's name", "forbidden"),
    404: ("does not know this address or model. Check the configured address and model name", "not_found"),
    413: ("says the request is too large. Ask about fewer files, or lower the context budget", "too_large"),
    429: ("is limiting requests or the quota is used up. The job waits and tries again", "rate_limited"),
}


def strict_schema(reply_type: type[Reply]) -> dict[str, Any]:
    """JSON Schema of a reply in the subset that strict structured output takes: all required, nothing additional."""
    schema = _strict(reply_type.model_json_schema())
    if not isinstance(schema, dict):
        raise TypeError("a model's schema is an object")
    return schema


def _strict(node: Any, *, naming: bool = False) -> Any:
    """Rewrite one node; below `properties` and `$defs` (`naming`) keys are names, not keywords."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _strict(value, naming=not naming and key in {"properties", "$defs"})
        for key, value in node.items()
        if naming or key not in _NOT_IN_STRICT_SCHEMAS
    }
    if not naming and kept.get("type") == "object":
        kept["additionalProperties"] = False
        kept["required"] = list(kept.get("properties", {}))
    return kept


def _forms(reply_type: type[Reply]) -> tuple[ResponseFormat, ...]:
    schema = ResponseFormatJSONSchema(
        type="json_schema",
        json_schema={"name": reply_type.__name__, "strict": True, "schema": strict_schema(reply_type)},
    )
    return (schema, ResponseFormatJSONObject(type="json_object"), ResponseFormatText(type="text"))


def _printable(text: str) -> str:
    """Put what an endpoint says on one line of printable characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _estimate(text: str) -> int:
    return len(text.encode()) // _TOKENS_IN_BYTES
