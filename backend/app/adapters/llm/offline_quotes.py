"""Quotations that stand exactly once in their file: a claim whose quote is ambiguous proves nothing."""

from collections import defaultdict

from app.adapters.syntax.structure import Excerpt
from app.schemas.replies import Claim

_LONGEST_QUOTE = 4000
_LONGEST_TEXT = 2000
_FURTHEST = 8  # lines a quote may grow by to become the only one of its kind
_MOST_ALIKE = 64  # places of the rarest line of a quote; with more, its neighbours will not tell them apart either
_REDACTED = "«redacted:"


class Quoter:
    """Makes claims about one file, each with whole lines copied from it."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        self._lines = [line.removesuffix("\r") for line in lines]
        self._raw = lines
        self._places: dict[str, list[int]] = defaultdict(list)
        for index, line in enumerate(self._lines):
            self._places[line].append(index)

    def claim(self, text: str, at: Excerpt | None) -> Claim | None:
        """Make a claim about some lines; None when they cannot be quoted so that they are found again."""
        quote = self.quote(at) if at else None
        if quote is None:
            return None
        return Claim(
            text=text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…", path=self.path, quote=quote
        )

    def quote(self, at: Excerpt, *, keep_first: bool = False) -> str | None:
        """Copy whole lines, with as many neighbours as make them unique; `keep_first` grows downwards only."""
        start, end = self._filled(at.start_line - 1, min(at.end_line, len(self._lines)) - 1)
        if start > end or start < 0:
            return None
        for grown in range(_FURTHEST):
            for up in range(1 if keep_first else grown + 1):
                first, last = start - up, end + grown - up
                if first >= 0 and last < len(self._lines) and self._is_good(first, last):
                    return self._text(first, last)
        return None

    def _filled(self, start: int, end: int) -> tuple[int, int]:
        while start <= end and not self._lines[start].strip():
            start += 1
        while end > start and not self._lines[end].strip():
            end -= 1
        return start, end

    def _is_good(self, first: int, last: int) -> bool:
        if not self._lines[first].strip() or not self._lines[last].strip():
            return False
        wanted = self._lines[first : last + 1]
        if sum(map(len, wanted)) + len(wanted) * 2 > _LONGEST_QUOTE or any(_REDACTED in line for line in wanted):
            return False
        size = last - first + 1
        rarest = min(range(size), key=lambda index: len(self._places[wanted[index]]))
        if len(self._places[wanted[rarest]]) > _MOST_ALIKE:
            return False
        starts = [place - rarest for place in self._places[wanted[rarest]]]
        return [begin for begin in starts if begin >= 0 and self._lines[begin : begin + size] == wanted] == [first]

    def _text(self, first: int, last: int) -> str:
        return "\n".join(self._raw[first : last + 1]).removesuffix("\r")
