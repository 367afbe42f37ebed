"""Which language models are asked, in which order, and how much they may cost."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, model_validator

from app.config.section import CommaList, Section, setting

PROVIDERS = ("local", "primary", "fallback", "offline")


def _known_providers(order: tuple[str, ...]) -> tuple[str, ...]:
    if not order or len(set(order)) != len(order) or not set(order) <= set(PROVIDERS):
        raise ValueError(f"it must list some of {', '.join(PROVIDERS)}, each once")
    return order


def _plain_address(url: str | None) -> str | None:
    if url is None:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("http", "https"):
        raise ValueError("it must begin with http:// or https://")
    if "@" in rest.split("/", 1)[0]:
        raise ValueError("it must not hold a user name or password")
    try:
        host, port = urlsplit(url).hostname, urlsplit(url).port
    except ValueError as error:
        raise ValueError("its host or port cannot be read") from error
    if not host or not url.isascii() or not url.isprintable() or " " in url or port == 0:
        raise ValueError("it must name a host in plain ASCII, with a port from 1 to 65535 if any")
    return url.rstrip("/")


def _sendable(key: SecretStr) -> SecretStr:
    """A header carries printable ASCII; anything else came along when the key was copied."""
    text = key.get_secret_value()
    if not text.isascii() or not text.isprintable():
        raise ValueError("it holds a character that no key has, such as a line end or a typographic quote")
    return key


ApiKey = Annotated[SecretStr, AfterValidator(_sendable)]
Address = Annotated[str, AfterValidator(_plain_address)]


class AiSettings(Section):
    """Language models. With none configured, the offline engine documents from syntax trees."""

    order: Annotated[CommaList, AfterValidator(_known_providers)] = setting(
        "AI_ORDER", PROVIDERS, "Who is asked, first to last; those without a key or weights are left out."
    )
    openai_api_key: ApiKey | None = setting("OPENAI_API_KEY", None, "The key of the primary provider.")
    openai_base_url: Address = setting(
        "OPENAI_BASE_URL", "https://api.openai.com/v1", "The primary provider: anything that speaks OpenAI's protocol."
    )
    openai_model: str = setting("OPENAI_MODEL", "gpt-4.1-mini", "The primary provider's model.")
    fallback_base_url: Address | None = setting("AI_FALLBACK_BASE_URL", None, "The second provider, same protocol.")
    fallback_api_key: ApiKey | None = setting("AI_FALLBACK_API_KEY", None, "The second provider's key.")
    fallback_model: str | None = setting("AI_FALLBACK_MODEL", None, "The second provider's model.")
    local_enabled: bool = setting("LOCAL_AI_ENABLED", False, "Load weights from `LOCAL_AI_MODEL_PATH` in the worker.")
    local_model_path: Path | None = setting("LOCAL_AI_MODEL_PATH", None, "A folder with a model and its tokenizer.")
    timeout_seconds: float = setting(
        "AI_TIMEOUT_SECONDS",
        120.0,
        "How long one provider may take to answer; local weights have ten minutes.",
        gt=0,
        le=3600,
    )
    max_files: int = setting("AI_MAX_FILES", 200, "The most files one job may read.", ge=1, le=10_000)
    max_concurrent_calls: int = setting(
        "AI_MAX_CONCURRENT_CALLS",
        0,
        "The most calls to one provider at once, from all workers together; 0: no limit.",
        ge=0,
        le=1000,
    )
    local_needs_gpu: bool = setting(
        "LOCAL_AI_NEEDS_GPU", False, "Only GPU workers have the local weights: jobs that would ask them go there."
    )
    calls_per_worker: int = setting(
        "AI_CALLS_PER_WORKER", 64, "AI jobs that one worker without a GPU has in flight at once.", ge=1, le=1000
    )
    daily_token_limit: int = setting(
        "AI_DAILY_TOKEN_LIMIT",
        2_000_000,
        "Tokens a project may use in a day with providers that cost; 0: no limit.",
        ge=0,
    )

    daily_cost_limit_usd: Decimal = setting(
        "AI_DAILY_COST_LIMIT_USD",
        Decimal(0),
        "What a project may cost in a day, where prices are known; 0: no limit.",
        ge=0,
    )
    context_tokens: int = setting(
        "AI_CONTEXT_TOKENS",
        60_000,
        "About how many tokens of files one question may send.",
        ge=1_000,
        le=2_000_000,
    )
    openai_usd_input: Decimal | None = setting(
        "OPENAI_USD_PER_MILLION_INPUT", None, "The primary model's price of a million tokens read.", ge=0
    )
    openai_usd_output: Decimal | None = setting(
        "OPENAI_USD_PER_MILLION_OUTPUT", None, "The primary model's price of a million tokens written.", ge=0
    )
    fallback_usd_input: Decimal | None = setting(
        "AI_FALLBACK_USD_PER_MILLION_INPUT", None, "The second model's price of a million tokens read.", ge=0
    )
    fallback_usd_output: Decimal | None = setting(
        "AI_FALLBACK_USD_PER_MILLION_OUTPUT", None, "The second model's price of a million tokens written.", ge=0
    )

    @property
    def asks_others(self) -> bool:
        """Say whether questions go out to a provider, rather than to weights or analysis on this machine."""
        default = type(self).model_fields["openai_base_url"].default
        has_primary = bool(self.openai_api_key) or self.openai_base_url != default
        return has_primary or bool(self.fallback_base_url and self.fallback_model)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.local_enabled and self.local_model_path is None:
            raise ValueError("LOCAL_AI_ENABLED=true needs LOCAL_AI_MODEL_PATH")
        if (self.fallback_base_url is None) != (self.fallback_model is None):
            raise ValueError("AI_FALLBACK_BASE_URL and AI_FALLBACK_MODEL need each other")
        return self
