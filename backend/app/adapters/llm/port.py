"""The port every language model stands behind, and the values that cross it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from app.core.errors import Unavailable
from app.schemas.replies import Reply


class AiProviderUnavailable(Unavailable):
    """No AI provider could answer. Check the provider's address and key, or ask again later."""

    # What was paid all the same stands in the details: input_tokens, output_tokens, cost_usd (text or None).

    code = "AI_PROVIDER_UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as the model may see it: redacted text of a blob at the pinned commit."""

    path: str
    blob_id: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Focus:
    """The lines a question is about, 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question: fixed instructions, fenced repository text, the shape of the answer.

    `asked` are the paths of those `files` that the question is about; empty where that is not known.
    `waits` is told True when others have held every call that is allowed for a while, and False once one is free.
    """

    kind: str
    instructions: str
    prompt: str
    files: tuple[SourceFile, ...]
    reply_type: type[Reply]
    focus: Focus | None = None
    question: str | None = None
    max_output_tokens: int = 8000
    asked: tuple[str, ...] = ()
    waits: Callable[[bool], Awaitable[None]] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What came back: raw JSON text, unparsed, and what it cost."""

    provider: str
    model: str
    text: str
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Who would be asked: shown before anything is sent. `leaves_machine` is false for local and offline."""

    provider: str
    model: str
    host: str | None
    leaves_machine: bool
    usd_per_million_input: Decimal | None = None
    usd_per_million_output: Decimal | None = None


class LanguageModel(Protocol):
    """Something that answers a ModelRequest with JSON of its reply type."""

    @property
    def card(self) -> ModelCard:
        """Say who this is, without asking it anything."""
        ...

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Answer; AiProviderUnavailable when it cannot be reached, is overloaded or refuses."""
        ...

    def supports(self, kind: str) -> bool:
        """Say whether this model can answer that kind of question."""
        ...
