"""Receipts: every claim's quotation is looked up in the text that was sent. What cannot be found says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.adapters.llm.port import SourceFile
from app.schemas.replies import Claim
from app.services.ai.redaction import touches_redaction
from app.services.anchors.quote import NotPlaced, Placement, place_quote

Status = Literal["supported", "unsupported"]

_REASONS = {
    "absent": "The quoted text does not stand in that file.",
    "ambiguous": "The quoted text stands in more than one place of that file.",
    "empty": "Nothing was quoted.",
    "too_long": "The quotation is too long to be checked.",
    "unknown_file": "The model was not shown a file of that path.",
    "redacted": "The quotation touches text that was redacted.",
    "unbacked": "No claim that stands for this text was found in the code.",
}
_LONGEST_NAMED = 200  # enough of a text to know it by


@dataclass(frozen=True, slots=True)
class Receipt:
    """One claim and the lines it rests on (1-based, inclusive), or the reason why it rests on nothing."""

    text: str
    path: str
    blob_id: str | None
    start_line: int | None
    end_line: int | None
    quote: str
    status: Status
    reason: str | None = None


def check_claims(
    claims: Sequence[Claim], files: Sequence[SourceFile], *, near_line: int | None = None
) -> tuple[Receipt, ...]:
    """Look every claim's quotation up in the files that were sent; one receipt per claim, in order."""
    by_path = {file.path: file for file in files}
    return tuple(check_claim(claim, by_path.get(claim.path), near_line=near_line) for claim in claims)


def check_text(
    text: str, claims: Sequence[Claim], files: Sequence[SourceFile], *, path: str, near_line: int | None = None
) -> tuple[Receipt, ...]:
    """Look a text's claims up; a text that not one of them backs gets an unsupported receipt of its own, first."""
    found = check_claims(claims, files, near_line=near_line)
    if not text.strip() or any(receipt.status == "supported" for receipt in found):
        return found
    line = text.strip().split("\n")[0].rstrip()
    named = line if len(line) <= _LONGEST_NAMED else f"{line[: _LONGEST_NAMED - 1]}…"
    file = next((file for file in files if file.path == path), None)
    return (_unsupported(Claim.model_construct(text=named, path=path, quote=""), file, "unbacked"), *found)


def check_claim(claim: Claim, file: SourceFile | None, *, near_line: int | None = None) -> Receipt:
    """Look one claim's quotation up in its file; `near_line` decides between several places."""
    if file is None:
        return _unsupported(claim, None, "unknown_file")
    if touches_redaction(claim.quote):
        return _unsupported(claim, file, "redacted")
    placed = place_quote(file.text, claim.quote, near_line=near_line)
    if isinstance(placed, NotPlaced):
        return _unsupported(claim, file, placed.reason)
    if touches_redaction(placed.text):
        return _unsupported(claim, file, "redacted")
    return _supported(claim, file, placed)


def _supported(claim: Claim, file: SourceFile, placed: Placement) -> Receipt:
    return Receipt(
        text=claim.text,
        path=file.path,
        blob_id=file.blob_id,
        start_line=placed.start_line,
        end_line=placed.end_line,
        quote=placed.text,
        status="supported",
    )


def _unsupported(claim: Claim, file: SourceFile | None, reason: str) -> Receipt:
    return Receipt(
        text=claim.text,
        path=claim.path,
        blob_id=file.blob_id if file else None,
        start_line=None,
        end_line=None,
        quote=claim.quote,
        status="unsupported",
        reason=_REASONS[reason],
    )
