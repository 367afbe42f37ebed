"""Texts that name what is moved by its whole path: comments, strings, documentation, settings. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence

from app.services.refactor.edits import WordEdit
from app.services.refactor.tiers import Tier

_MOST_EDITS = 500


def edits_of_paths(
    files: Mapping[str, bytes], spans: Mapping[str, Sequence[tuple[int, int]]] | None, old: str, new: str, name: str
) -> list[WordEdit]:
    """Lead `old.name` and `old:name` to the new module, everywhere in the files or in these stretches of them alone."""
    pattern = re.compile(rb"(?<![\w.])%s(?=[.:]%s(?!\w))" % (re.escape(old.encode()), re.escape(name.encode())))
    found: list[WordEdit] = []
    for path in sorted(files if spans is None else spans):
        for match in _matches(pattern, files[path], None if spans is None else spans[path]):
            tier, why = (Tier.NOT_CODE, "named in a text") if spans is None else (Tier.TEXT, "named in a text")
            found.append(WordEdit(path, match.start(), match.end(), new.encode(), tier, why))
            if len(found) >= _MOST_EDITS:
                return found
    return found


def _matches(
    pattern: re.Pattern[bytes], data: bytes, spans: Sequence[tuple[int, int]] | None
) -> Iterator[re.Match[bytes]]:
    for match in pattern.finditer(data):
        if spans is None or any(start <= match.start() < end for start, end in spans):
            yield match
