"""Names in strings that programs act on: dotted paths, and what is shown of a class or function. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from pathlib import PurePosixPath

from app.services.refactor.symbols.mentions import Mention, Role, Scope, StringUse
from app.services.refactor.symbols.python import Analysis, Symbol

# What `repr` and messages write around a name: <Name …>, Name(…), <class 'a.b.Name'>.
_SHOWN_BEFORE = re.compile(rb"<$")
_SHOWN_AFTER = re.compile(rb"\(|: |>| object\b")

_NEAR = 6
_QUOTE = re.compile(rb"['\"]")


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


def homes_of(found: Analysis, symbols: Iterable[Symbol]) -> frozenset[tuple[str, ...]]:
    """Give the dotted paths of the modules and classes that have these, from the top of the repository."""
    return frozenset(
        (*_module_parts(symbol.path), *found.scopes[symbol.path].path_to(symbol.at))
        for symbol in symbols
        if symbol.path in found.scopes and not symbol.is_module
    )


def _module_parts(path: str) -> tuple[str, ...]:
    file = PurePosixPath(path)
    return file.parent.parts if file.stem == "__init__" else file.with_suffix("").parts


def definitions(found: Analysis, symbols: Collection[Symbol], name: str) -> list[Scope]:
    """List the classes and functions that these are the names of."""
    return [
        scope
        for path, scopes in found.scopes.items()
        for scope in scopes.scopes
        if scope.name_end >= 0 and scope.name == name and Symbol(path, scopes.scopes[scope.parent].at, name) in symbols
    ]


def shows_itself(found: Analysis, symbols: Collection[Symbol], name: str) -> bool:
    """Say whether these name a class that no string of the program writes out: what it shows it takes from itself."""
    return any(scope.kind == "class" for scope in definitions(found, symbols, name)) and not any(
        mention.use is StringUse.OTHER and not mention.is_in_path and not is_test(place.path)
        for place, mention in found.mentions()
        if mention.name == name and mention.role is Role.STRING
    )


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


def around(data: bytes, mention: Mention) -> tuple[bytes, bytes]:
    """Give what stands right before and after a word: a message of the program and the test of it have it in common."""
    before, after = data[max(0, mention.start - _NEAR) : mention.start], data[mention.end : mention.end + _NEAR]
    return _QUOTE.split(before)[-1], _QUOTE.split(after)[0]


def is_in_address(data: bytes, mention: Mention) -> bool:
    """Say whether a word is a part of an address or of a file's path, which name no code."""
    return b"/" in (data[max(0, mention.start - 1) : mention.start], data[mention.end : mention.end + 1])
