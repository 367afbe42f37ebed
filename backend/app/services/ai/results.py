"""A checked reply and the files it speaks about → suggestions with receipts. Pure: a replay gives equal bytes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.adapters.llm.port import Focus, SourceFile
from app.core.hashing import canonical_json, sha256_hex
from app.schemas.replies import (
    Claim,
    DocumentationReply,
    FileSummaryReply,
    InlineCommentReply,
    RenameIdea,
    RenameSuggestionsReply,
    Reply,
    SymbolDocumentation,
)
from app.services.ai.receipts import Receipt, check_claim, check_text


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What AI offers for one place; the place is None where it could not be found. `new_name` only for renames."""

    kind: str
    path: str
    symbol: str | None
    start_line: int | None
    end_line: int | None
    text: str
    receipts: tuple[Receipt, ...]
    new_name: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something left alone: a whole file when there is no symbol."""

    path: str
    symbol: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class EditedFile:
    """A file as it would become: hash of its new bytes, and how many symbols were documented."""

    path: str
    blob_id: str
    new_sha256: str
    documented: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one job came to. Everything in it follows from the recorded context and the recorded reply."""

    kind: str
    suggestions: tuple[Suggestion, ...]
    skipped: tuple[Skipped, ...] = ()
    files: tuple[EditedFile, ...] = ()

    @property
    def supported(self) -> int:
        """Count the claims whose quotation was found."""
        return sum(receipt.status == "supported" for one in self.suggestions for receipt in one.receipts)

    @property
    def unsupported(self) -> int:
        """Count the claims whose quotation was not found, and the texts that no claim backs."""
        return sum(receipt.status == "unsupported" for one in self.suggestions for receipt in one.receipts)

    def to_json(self) -> dict[str, Any]:
        """Give the form that is stored and sent to clients: everything, and the shortcuts that suit each kind."""
        value = asdict(self)
        shortcuts: dict[str, Any] = {"receipts": [each for one in value["suggestions"] for each in one["receipts"]]}
        match self.kind:
            case "file-summary":
                shortcuts["summary"] = self.suggestions[0].text
            case "inline-comment":
                shortcuts["comment"] = self.suggestions[0].text
            case "rename-suggestions":
                shortcuts["ideas"] = [
                    {"symbol": one.symbol, "suggestion": one.new_name, "reason": one.text, "line": one.start_line}
                    for one in self.suggestions
                ]
        return {**value, **shortcuts, "supported": self.supported, "unsupported": self.unsupported}

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON: equal results have equal hashes."""
        return sha256_hex(canonical_json(self.to_json()))


def build_suggestions(
    reply: Reply, files: Sequence[SourceFile], *, asked: Sequence[str], focus: Focus | None = None
) -> Result:
    """Place everything a reply says in the files it was shown."""
    match reply:
        case FileSummaryReply():
            receipts = check_text(reply.summary, reply.claims, files, path=asked[0])
            whole = Suggestion("file-summary", asked[0], None, None, None, reply.summary, receipts)
            return Result("file-summary", (whole,))
        case InlineCommentReply():
            return Result("inline-comment", (_comment(reply, files, asked, focus),))
        case RenameSuggestionsReply():
            return Result("rename-suggestions", tuple(_rename(idea, files, asked[0]) for idea in reply.ideas))
        case DocumentationReply():
            skipped = tuple(Skipped(one.path, one.symbol or None, one.reason) for one in reply.skipped)
            return Result("documentation", tuple(_documented(one, files) for one in reply.documents), skipped)
        case _:
            raise TypeError(f"no suggestions are made from a {type(reply).__name__}")


def _comment(
    reply: InlineCommentReply, files: Sequence[SourceFile], asked: Sequence[str], focus: Focus | None
) -> Suggestion:
    path = focus.path if focus else asked[0]
    return Suggestion(
        kind="inline-comment",
        path=path,
        symbol=None,
        start_line=focus.start_line if focus else None,
        end_line=focus.end_line if focus else None,
        text=reply.comment,
        receipts=check_text(
            reply.comment, reply.claims, files, path=path, near_line=focus.start_line if focus else None
        ),
    )


def _rename(idea: RenameIdea, files: Sequence[SourceFile], path: str) -> Suggestion:
    """Place one idea: that the name is defined there is one statement, why it should change is another."""
    definition = _place(f"{idea.symbol} is defined here.", path, idea.quote, files)
    reason = check_text(idea.reason, idea.claims, files, path=path, near_line=definition.start_line)
    return Suggestion(
        kind="rename",
        path=path,
        symbol=idea.symbol,
        start_line=definition.start_line,
        end_line=definition.end_line,
        text=idea.reason,
        receipts=(definition, *reason),
        new_name=idea.suggestion,
    )


def _documented(one: SymbolDocumentation, files: Sequence[SourceFile]) -> Suggestion:
    """Place one symbol's documentation at its definition; documentation of a file as a whole has no lines."""
    definition = _place(one.symbol, one.path, one.quote, files) if one.quote.strip() else None
    near = definition.start_line if definition else None
    return Suggestion(
        kind="documentation",
        path=one.path,
        symbol=one.symbol or None,
        start_line=near,
        end_line=definition.end_line if definition else None,
        text=one.documentation,
        receipts=check_text(one.documentation, one.claims, files, path=one.path, near_line=near),
    )


def _place(text: str, path: str, quote: str, files: Sequence[SourceFile]) -> Receipt:
    claim = Claim.model_construct(text=text, path=path, quote=quote)
    return check_claim(claim, next((file for file in files if file.path == path), None))
