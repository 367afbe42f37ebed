"""Names that a program puts together while it runs: "on_" + event, f"visit_{kind}", "%s_handler". Pure."""

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from app.core.keeping import Kept

# What finds something by a name that is not written out.
LOOKS_UP = re.compile(
    rb"\b(?:eval|exec|vars|locals|globals|dir|getmembers|timeit|attrgetter|methodcaller|format_map)\("
    rb"|__dict__|__members__|object_hook|SimpleNamespace\(\s*\*\*|namedtuple\([^,\n]{1,80},\s*[^\"'\s\[(]"
    rb"|\b(?:get|set|has|del)attr\(\s*[^,\n]{1,200},\s*(?:[^\"'\s]|[\"'][^\"'\n]{0,80}[\"']\s*[+%.])"
)
_LITERAL = re.compile(
    rb"(?P<before>\+\s*|\b(?:startswith|endswith|removeprefix|removesuffix)\(\s*)?(?<!\w)[fFrRbB]{0,2}(?P<quote>[\"'])"
    rb"(?P<text>[\w%{}.()\[\]!:, *-]{2,80})(?P=quote)(?P<after>\s*\+)?"
)
_SCRIPT_LITERAL = re.compile(
    rb"(?P<before>\+\s*|\b(?:startsWith|endsWith)\(\s*)?(?P<quote>[\"'`])(?P<text>[\w${}.()]{1,80})(?P=quote)"
    rb"(?P<after>\s*\+)?"
)
_SCRIPT_HOLE = re.compile(r"\$\{[^{}]*\}")
_SCRIPT_LOOKS_UP = re.compile(rb"[\w)\]$]\[[^\]\n]*(?:\+|\$\{|[A-Za-z_$][\w$]*\])")
_HOLE = re.compile(r"\{[^{}]*\}|%[sr]|%\(\w+\)s")
_SHORTEST = 2


class Template(NamedTuple):
    """What stands between the parts that a program fills in.

    `of_names`: they are filled with a thing's own name; `is_test`: it is only asked how names begin or end.
    """

    parts: tuple[str, ...]
    line: int
    of_names: bool
    is_test: bool

    def makes(self, name: str) -> bool:
        """Say whether a name can come of it."""
        return re.fullmatch(r"\w+".join(map(re.escape, self.parts)), name) is not None

    def filled(self, name: str) -> str:
        """Put one name into every gap."""
        return name.join(self.parts)


# By what is in a file; a template takes some 200 bytes.
_KNOWN: Kept[bytes, list[Template]] = Kept(50_000)


def templates_in(data: bytes) -> list[Template]:
    """List the templates of names in a file of Python that looks things up by name; others have none."""
    return _kept(b"py", data, LOOKS_UP, _LITERAL, _HOLE)


def script_templates_in(data: bytes) -> list[Template]:
    """The same for TypeScript and JavaScript."""
    return _kept(b"ts", data, _SCRIPT_LOOKS_UP, _SCRIPT_LITERAL, _SCRIPT_HOLE)


def _kept(
    kind: bytes, data: bytes, looks_up: re.Pattern[bytes], literal: re.Pattern[bytes], hole: re.Pattern[str]
) -> list[Template]:
    digest = kind + blake2b(data, digest_size=16).digest()
    known = _KNOWN.get(digest)
    if known is None:
        known = [*_read(data, literal, hole)] if looks_up.search(data) else []
        _KNOWN.put(digest, known, len(known) + 1)
    return known


def _read(data: bytes, literal: re.Pattern[bytes], hole: re.Pattern[str]) -> Iterator[Template]:
    for match in literal.finditer(data):
        parts = hole.split(match["text"].decode("utf-8", "replace"))
        before = (match["before"] or b"").strip()
        if before == b"+" or before.startswith((b"endswith", b"removesuffix", b"endsWith")):
            parts.insert(0, "")
        if match["after"] or before.startswith((b"startswith", b"removeprefix", b"startsWith")):
            parts.append("")
        is_name = all(not part or part.isidentifier() or f"_{part}".isidentifier() for part in parts)
        if len(parts) > 1 and is_name and max(len(part.strip("_")) for part in parts) >= _SHORTEST:
            end = data.find(b"\n", match.end())
            of_names = b"__name__" in data[match.start() : end if end >= 0 else len(data)]
            yield Template(tuple(parts), data.count(b"\n", 0, match.start()) + 1, of_names, before not in (b"", b"+"))
