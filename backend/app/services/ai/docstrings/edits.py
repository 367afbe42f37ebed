"""Edits that only insert or replace documentation, and what came of each symbol."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.adapters.syntax.source import Source
from app.schemas.replies import SkippedSymbol, SymbolDocumentation


class LeftAlone(Exception):
    """The whole file is left as it is; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes to put between two offsets of the file's text as UTF-8, without its byte order mark."""

    symbol: str
    definition: int
    start: int
    end: int
    new: bytes
    text: str


@dataclass(frozen=True, slots=True)
class SymbolEdit:
    """Documentation that now stands in the file, as it reads there; `line` is the definition's in the old file.

    `start` and `end` are the 0-based lines of the old file that were touched, the end not included; `grows`
    says by how many lines they became more.
    """

    symbol: str
    line: int
    documentation: str
    start: int
    end: int
    grows: int


@dataclass(frozen=True, slots=True)
class DocumentedFile:
    """The file's new bytes, equal to the old ones when nothing could be done, and the outcome for each symbol."""

    new_data: bytes
    edits: tuple[SymbolEdit, ...]
    skipped: tuple[SkippedSymbol, ...]


class Plan(Protocol):
    """What one language's editor found out about one file."""

    @property
    def edits(self) -> Sequence[Edit]:
        """Edits wished for, at most one for each definition."""
        ...

    @property
    def source(self) -> Source:
        """The text that edits are offsets of."""
        ...

    @property
    def skipped(self) -> Sequence[tuple[SymbolDocumentation, str]]:
        """Documents that have no edit, with the reason."""
        ...

    def line_of(self, edit: Edit) -> int:
        """Line of the definition that an edit documents."""
        ...

    def render(self, edits: Sequence[Edit]) -> bytes:
        """The file's bytes with some of the edits made."""
        ...

    def problem_with(self, data: bytes, edits: Sequence[Edit]) -> str | None:
        """Why these bytes are not the old file plus exactly this documentation; None when they are."""
        ...


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Make the edits; where two begin at the same byte, the file's own documentation stands first."""
    parts: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.definition)):
        parts += [data[done : edit.start], edit.new]
        done = edit.end
    return b"".join([*parts, data[done:]])


def quoted_line(document: SymbolDocumentation) -> str:
    """Give the first line that a document quotes, as git sees lines, without the mark that a file may begin with."""
    lines = document.quote.removeprefix("\ufeff").split("\n")
    return next((line.strip() for line in lines if line.strip()), "")
