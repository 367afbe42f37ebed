"""Names in strings that programs act on: dotted paths, and what is shown of a class or function. Pure."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from pathlib import PurePosixPath

# What `repr` and messages write around a name: <Name …>, Name(…), <class 'a.b.Name'>.
_SHOWN_BEFORE = re.compile(rb"<$")
_SHOWN_AFTER = re.compile(rb"\(|: |>| object\b")


class Named(StrEnum):
    """How surely a path in a string leads to a thing."""

    SURELY = "surely"
    MAYBE = "maybe"
    NOT = "not"


def named_by(head: str, homes: Collection[Sequence[str]], owners: Collection[str]) -> Named:
    """Say whether the path before a word leads to one of the homes: where it is defined or given on.

    A home is a module's dotted path, and a class's after it. One word alone may be many things: a column of a table,
    a label of an application.
    """
    if not head:
        return Named.NOT
    parts = tuple(head.replace(":", ".").split("."))
    for home in homes:
        if tuple(home[-len(parts) :]) == parts and (len(parts) > 1 or len(home) == 1):
            return Named.SURELY
    return Named.MAYBE if parts[-1] in owners else Named.NOT


def home_of(path: str, inner: Sequence[str]) -> tuple[str, ...]:
    """Give the dotted path of a file and of the classes inside of it, from the top of the repository."""
    file = PurePosixPath(path)
    module = file.parent.parts if file.stem == "__init__" else file.with_suffix("").parts
    return (*module, *inner)


def is_test(path: str) -> bool:
    """Say whether a file is one of tests, by the names of its folders and its own."""
    return any("test" in part for part in PurePosixPath(path).parts)


def is_shown(data: bytes, start: int, end: int) -> bool:
    """Say whether a word in a string stands as `repr` would show it."""
    before, after = data[max(0, start - 1) : start], data[end : end + 10]
    return bool(_SHOWN_BEFORE.search(before) or _SHOWN_AFTER.match(after))


def is_in_template(data: bytes, start: int) -> bool:
    """Say whether a word in a string stands inside of a template's braces."""
    before = data[max(0, start - 200) : start]
    return max(before.rfind(b"{{"), before.rfind(b"{%")) > max(before.rfind(b"}}"), before.rfind(b"%}"))
