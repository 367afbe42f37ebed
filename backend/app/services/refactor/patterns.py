"""What a pattern and its replacement may say, and which files a search reads. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.adapters.language.patterns import PATTERN_LANGUAGES
from app.adapters.syntax.languages import language_of
from app.services.refactor.errors import LanguageUnsupported, PatternInvalid
from app.services.refactor.globs import matches

LONGEST_PATTERN = 4_000
# `$A` is one piece of syntax, `$$$A` any number, `$$A` one that has no name in the grammar. `_` first: kept by nobody.
_META = re.compile(r"(\$+)([A-Z_][A-Z0-9_]*)?")
_HEADERS = frozenset({"c", "cpp"})


@dataclass(frozen=True, slots=True)
class ReplaceRequest:
    """What to look for, in which files, and what to write instead. No paths: all files of the language."""

    language: str
    pattern: str
    replacement: str
    paths: Sequence[str] = ()

    def wants(self, path: str) -> bool:
        """Say whether a file may be one of those, as far as its path tells."""
        if "node_modules" in path.split("/") or (self.paths and not matches(path, self.paths)):
            return False
        by_name = language_of(path)
        return by_name == self.language or (path.endswith(".h") and self.language in _HEADERS)

    def reads(self, path: str, data: bytes) -> bool:
        """Say whether a file is in the language, as its beginning tells: a `.h` can be C or C++."""
        return language_of(path, data[:4096]) == self.language


def check_request(asked: ReplaceRequest) -> None:
    """Raise LanguageUnsupported or PatternInvalid for what is plainly wrong, whatever the language's syntax."""
    if asked.language not in PATTERN_LANGUAGES:
        message = "Patterns are not supported in this language."
        raise LanguageUnsupported(message, language=asked.language[:100], supported=sorted(PATTERN_LANGUAGES))
    for where, text in (("pattern", asked.pattern), ("replacement", asked.replacement)):
        if "\0" in text:
            raise PatternInvalid(where=where, reason="it holds a NUL character")
    if asked.pattern == asked.replacement:
        raise PatternInvalid("The replacement is the pattern itself.", where="replacement", reason="nothing changes")
    if _META.fullmatch(asked.pattern.strip()):
        raise PatternInvalid("A pattern of one variable matches everything.", where="pattern", reason="it says nothing")
    bound = {(signs, name) for signs, name in _META.findall(asked.pattern) if name and not name.startswith("_")}
    for signs, name in _META.findall(asked.replacement):
        if (signs, name) not in bound and (name or len(signs) > 1):
            known = ", ".join(sorted("".join(each) for each in bound)) or "none"
            reason = f"{signs}{name} is not in the pattern, which has: {known}"
            raise PatternInvalid(f"The replacement cannot be filled in: {reason}.", where="replacement", reason=reason)
