"""What a language model is asked to answer. It quotes; it never supplies line numbers: we place the quote."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Reply(BaseModel):
    """Base of all replies: unknown fields are dropped, not trusted."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Claim(Reply):
    """One statement and the text it rests on."""

    text: str = Field(max_length=2000, description="One sentence about the code.")
    path: str = Field(max_length=4096, description="The file the quote is copied from.")
    quote: str = Field(max_length=4000, description="Text copied exactly from that file: one or more whole lines.")


class FileSummaryReply(Reply):
    """Answer to `file-summary`."""

    summary: str = Field(max_length=8000)
    claims: list[Claim] = Field(default_factory=list, max_length=200)


class InlineCommentReply(Reply):
    """Answer to `inline-comment`."""

    comment: str = Field(max_length=8000)
    claims: list[Claim] = Field(default_factory=list, max_length=100)


class RenameIdea(Reply):
    """One name that could be better."""

    symbol: str = Field(max_length=300, description="Qualified name of the definition.")
    suggestion: str = Field(max_length=200)
    reason: str = Field(max_length=2000)
    quote: str = Field(max_length=4000, description="The line that defines the symbol, copied exactly.")
    claims: list[Claim] = Field(default_factory=list, max_length=20, description="What the reason rests on.")


class RenameSuggestionsReply(Reply):
    """Answer to `rename-suggestions`."""

    ideas: list[RenameIdea] = Field(default_factory=list, max_length=100)


class SymbolDocumentation(Reply):
    """Documentation for one module, class or function."""

    path: str = Field(max_length=4096)
    symbol: str = Field(
        max_length=300, description="Qualified name (`Class.method`), or an empty string for the file itself."
    )
    quote: str = Field(
        max_length=4000, description="The first line of the definition, copied exactly; empty for the file itself."
    )
    documentation: str = Field(max_length=8000, description="Plain text without comment or quote marks.")
    claims: list[Claim] = Field(default_factory=list, max_length=50)


class SkippedSymbol(Reply):
    """Something the model left alone, and why."""

    path: str = Field(max_length=4096)
    symbol: str = Field(max_length=300)
    reason: str = Field(max_length=500)


class DocumentationReply(Reply):
    """Answer to `documentation`."""

    documents: list[SymbolDocumentation] = Field(default_factory=list, max_length=2000)
    skipped: list[SkippedSymbol] = Field(default_factory=list, max_length=2000)


AiKind = Literal["file-summary", "inline-comment", "rename-suggestions", "documentation"]

REPLY_TYPES: dict[str, type[Reply]] = {
    "file-summary": FileSummaryReply,
    "inline-comment": InlineCommentReply,
    "rename-suggestions": RenameSuggestionsReply,
    "documentation": DocumentationReply,
}
