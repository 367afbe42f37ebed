"""Takes secrets out of anything that is about to be written down."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

REDACTED = "[redacted]"
_DEEPEST = 6
_LONGEST_TEXT = 20_000

# Whole words at the end of a name: `refresh_token` is one, `input_tokens` and `token_id` are not.
_SECRET_NAME = re.compile(
    r"(?:^|[_.-])(?:password|passwd|passphrase|secret|token|authorization|api[_-]?key|private[_-]?key|access[_-]?key|"
    r"cookie|set-cookie|credentials?)$",
    re.IGNORECASE,
)
_SECRET_TEXT: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"([a-z][a-z0-9+.-]{0,20}://)[^/\s@'\"]+@", re.IGNORECASE), rf"\1{REDACTED}@"),
    (re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?"), REDACTED),
    (re.compile(r"\bhs[pr]_[A-Za-z0-9_-]{10,}"), REDACTED),
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|sk-|xox[abeprs]-|npm_|pypi-)[A-Za-z0-9_-]{16,}"), REDACTED),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), REDACTED),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), REDACTED),
    (
        re.compile(
            r"((?:password|passwd|secret|token|api[_-]?key|access[_-]?key)['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,;]{3,}",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
)
# Ids, moments and event names, which most texts are: none of the shapes above fits in these characters alone.
_HARMLESS = re.compile(r"[0-9a-f:TZ.+-]{0,64}|[a-z.]{0,64}")


@lru_cache(maxsize=1024)
def _names_a_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


class Redactor:
    """Knows the shapes of secrets, and this process's own by value."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        """Take the secrets of the settings: they are removed wherever they stand."""
        ordered = sorted({secret for secret in known if len(secret) >= 8}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        """Return the text without secrets, cut at 20,000 characters."""
        if len(text) > _LONGEST_TEXT:
            text = f"{text[:_LONGEST_TEXT]}… ({len(text)} characters)"
        if self._known:
            text = self._known.sub(REDACTED, text)
        if _HARMLESS.fullmatch(text):
            return text
        for pattern, replacement in _SECRET_TEXT:
            text = pattern.sub(replacement, text)
        return text

    def value(self, name: str, value: Any, depth: int = 0) -> Any:
        """Return a value fit to be written under that name: nested containers too, to a depth of six."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if _names_a_secret(name):
            return REDACTED
        if depth >= _DEEPEST:
            return "…"
        if isinstance(value, Mapping):
            return {str(key): self.value(str(key), inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(name, inner, depth + 1) for inner in value]
        return self.text(value if isinstance(value, str) else str(value))
