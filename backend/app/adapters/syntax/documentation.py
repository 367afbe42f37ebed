"""Which existing documentation says something, and which only holds its place."""

import re

_PLACEHOLDERS = {
    "",
    "add description",
    "add docstring",
    "add documentation",
    "add docs",
    "description",
    "desc",
    "doc",
    "docs",
    "docstring",
    "document me",
    "document this",
    "documentation",
    "fixme",
    "fill me in",
    "no doc",
    "no docs",
    "no docstring",
    "none",
    "placeholder",
    "summary",
    "tbd",
    "todo",
    "todo document",
    "todo docstring",
    "todo documentation",
    "undocumented",
    "write me",
    "xxx",
}
_NOT_WORDS = re.compile(r"[\W_]+")


def is_placeholder(documentation: str, name: str = "") -> bool:
    """Say whether documentation is blank, a note to write it, or nothing but the thing's own name."""
    if len(documentation) > 200:
        return False
    plain = _NOT_WORDS.sub(" ", documentation.lower()).strip()
    return plain in _PLACEHOLDERS or (bool(name) and plain == _NOT_WORDS.sub(" ", name.lower()).strip())
