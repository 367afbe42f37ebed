"""The visa: what would be sent, to whom, at what cost. Pure; nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.adapters.llm.port import ModelCard
from app.services.ai.context import Context, LeftOut, estimate_tokens
from app.services.ai.prompts import Prompt
from app.services.ai.redaction import Redaction


@dataclass(frozen=True, slots=True)
class VisaRedaction:
    """A secret that was taken out: its kind and line."""

    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class VisaFile:
    """One file as it would be sent: bytes and lines after redaction."""

    path: str
    blob_id: str
    bytes: int
    lines: int
    redactions: tuple[VisaRedaction, ...]


@dataclass(frozen=True, slots=True)
class VisaProvider:
    """One provider in the order of asking. `cost_usd` is about the most it would cost; None: its prices are unknown."""

    provider: str
    model: str
    host: str | None
    leaves_machine: bool
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Visa:
    """What would happen. `prompt_sha256` is the hash of the exact words; the job's record shows the same one.

    Tokens are estimated from bytes, and with them the price.
    """

    kind: str
    files: tuple[VisaFile, ...]
    question_redactions: tuple[VisaRedaction, ...]
    withheld: tuple[LeftOut, ...]
    cut: tuple[LeftOut, ...]
    providers: tuple[VisaProvider, ...]
    leaves_machine: bool
    prompt_bytes: int
    input_tokens: int
    max_output_tokens: int
    cost_usd: Decimal | None
    prompt_version: str
    prompt_sha256: str


def draw_visa(
    kind: str,
    context: Context,
    *,
    prompt: Prompt,
    cards: Sequence[ModelCard],
    max_output_tokens: int,
    question_redactions: Sequence[Redaction] = (),
) -> Visa:
    """Describe a request that has been prepared and not sent."""
    tokens = estimate_tokens(prompt.instructions) + estimate_tokens(prompt.text)
    providers = tuple(_provider(card, tokens, max_output_tokens) for card in cards)
    return Visa(
        kind=kind,
        files=tuple(_file(context, position) for position in range(len(context.files))),
        question_redactions=tuple(VisaRedaction(one.kind, one.line) for one in question_redactions),
        withheld=context.withheld,
        cut=context.cut,
        providers=providers,
        leaves_machine=any(provider.leaves_machine for provider in providers),
        prompt_bytes=len(prompt.instructions.encode()) + len(prompt.text.encode()),
        input_tokens=tokens,
        max_output_tokens=max_output_tokens,
        cost_usd=providers[0].cost_usd if providers else None,
        prompt_version=prompt.version,
        prompt_sha256=prompt.sha256,
    )


def _file(context: Context, position: int) -> VisaFile:
    file = context.files[position]
    marks = tuple(VisaRedaction(one.kind, one.line) for one in context.redactions if one.path == file.path)
    lines = file.text.count("\n") + (not file.text.endswith("\n") and file.text != "")
    return VisaFile(file.path, file.blob_id, len(file.text.encode()), lines, marks)


def _provider(card: ModelCard, tokens_in: int, tokens_out: int) -> VisaProvider:
    return VisaProvider(
        card.provider, card.model, card.host, card.leaves_machine, most_it_costs(card, tokens_in, tokens_out)
    )


def most_it_costs(card: ModelCard, tokens_in: int, tokens_out: int) -> Decimal | None:
    """Compute about the highest price of one question in USD; None when the provider's prices are unknown."""
    if not card.leaves_machine and card.usd_per_million_input is None:
        return Decimal(0)
    if card.usd_per_million_input is None or card.usd_per_million_output is None:
        return None
    total = tokens_in * card.usd_per_million_input + tokens_out * card.usd_per_million_output
    return (total / 1_000_000).quantize(Decimal("0.000001"))
