"""The text of one file and the ways to point into it: byte offsets, parser lines, git lines, exact excerpts."""

import re
from bisect import bisect_right
from functools import cached_property
from typing import Any

from app.adapters.syntax.structure import Excerpt

_ANY_LINE_END = re.compile(rb"\r\n|\r|\n")
_LF = re.compile(rb"\n")
# A line longer than this is no line a person reads or quotes; copying it for each thing on it would cost too much.
_LONGEST_EXCERPT = 16_384
_BLANKS = re.compile(r"\s+")


class Source:
    """One file's text as UTF-8 with its line tables. Offsets are bytes; a leading byte order mark is left out."""

    def __init__(self, text: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.data = self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def _git_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LF.finditer(self.data))]

    @cached_property
    def _parser_starts(self) -> list[int]:
        """Python counts a lone carriage return as a line end; git does not."""
        if b"\r" not in self.data:
            return self._git_starts
        return [0, *(match.end() for match in _ANY_LINE_END.finditer(self.data))]

    @property
    def line_count(self) -> int:
        """Lines as git counts them: a final line end opens no further line."""
        starts = self._git_starts
        return len(starts) - (1 if starts[-1] == len(self.data) else 0)

    @property
    def parser_line_count(self) -> int:
        """Lines as Python's parser counts them."""
        starts = self._parser_starts
        return len(starts) - (1 if starts[-1] == len(self.data) else 0)

    def offset(self, line: int, column: int) -> int:
        """Byte offset of a place given as Python's `ast` gives it."""
        return self._parser_starts[line - 1] + column

    def span(self, node: Any) -> tuple[int, int]:
        """Byte offsets of the beginning and the end of a node of `ast` that has a place."""
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def line_of(self, offset: int) -> int:
        """Git line that holds a byte offset."""
        return bisect_right(self._git_starts, offset)

    def slice(self, start: int, end: int) -> str:
        """Text between two byte offsets."""
        return self.data[start:end].decode("utf-8", "surrogatepass")

    def line_start(self, offset: int) -> int:
        """Offset at which the git line of an offset begins."""
        return self._git_starts[self.line_of(offset) - 1]

    def short(self, start: int, end: int, longest: int = 200) -> str:
        """Text between two byte offsets on one line, cut to some characters at a cost that does not grow with it."""
        return one_line(self.beginning(start, end, 8 * longest), longest)

    def beginning(self, start: int, end: int, most_bytes: int) -> str:
        """Text between two byte offsets, no more than so many bytes of it; no character is cut in two."""
        cut = min(end, start + most_bytes)
        while cut < end and cut > start and self.data[cut] & 0xC0 == 0x80:
            cut -= 1
        return self.slice(start, cut)

    def lines(self, first: int, last: int) -> Excerpt:
        """Whole git lines, both inclusive, cut to what there is; without their text where that is immense."""
        starts = self._git_starts
        first = max(1, min(first, len(starts)))
        last = max(first, min(last, self.line_count or 1))
        end = starts[last] - 1 if last < len(starts) else len(self.data)
        if last < len(starts) and self.data[end - 1 : end] == b"\r":
            end -= 1
        start = starts[first - 1]
        return Excerpt(first, last, self.slice(start, max(end, start)) if end - start <= _LONGEST_EXCERPT else "")

    def excerpt(self, start: int, end: int, most_lines: int = 12) -> Excerpt:
        """Whole git lines that hold the bytes between two offsets, the first `most_lines` of them."""
        first = self.line_of(start)
        return self.lines(first, min(self.line_of(max(start, end - 1)), first + most_lines - 1))


def one_line(text: str, longest: int = 200) -> str:
    """Fold blanks and line ends to single blanks; cut what is too long, with an ellipsis."""
    folded = _BLANKS.sub(" ", text[: longest * 4]).strip()
    return folded if len(folded) <= longest else folded[: longest - 1] + "…"
