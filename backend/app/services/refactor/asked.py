"""What a rename is asked to do, and the word it points at. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.services.refactor.symbols.lines import LineTable

_WORD = re.compile(r"[\w$]+")


@dataclass(frozen=True, slots=True)
class RenameRequest:
    """Which place, and what it is to be called: line and column from 1, the column in UTF-16 units.

    Without line and column it is the file itself that is renamed, or the folder, as a module or package. In files of
    `kept` the new name is taken: they import it by the new one and go on calling it by the old one.
    """

    path: str
    line: int | None
    column: int | None
    new_name: str
    kept: frozenset[str] = frozenset()


def word_at(data: bytes, line: int, column: int) -> str | None:
    """Give the word at a place, or right before it; None when there is none."""
    offset = LineTable(data).offset_of_utf16(line, column)
    if offset is None:
        return None
    before, text = data[:offset].decode("utf-8", "replace"), data.decode("utf-8", "replace")
    return next((found[0] for found in _WORD.finditer(text) if found.start() <= len(before) <= found.end()), None)


def asked_word(request: RenameRequest, files: Mapping[str, bytes]) -> str | None:
    """Give the word at the place that is asked about; None when there is none."""
    if request.path not in files or request.line is None or request.column is None:
        return None
    return word_at(files[request.path], request.line, request.column)
