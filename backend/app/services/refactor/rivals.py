"""What else may have an attribute of some name, though no class says so: options, listed and made up names. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.services.refactor.symbols.mentions import Role
from app.services.refactor.symbols.python import Analysis

# What people call the options of a command line once they are read.
_OPTIONS = frozenset({"args", "arguments", "namespace", "options", "opts", "parsed", "parsed_args"})
_MAKERS = rb"(?:namedtuple|NamedTuple|make_dataclass|Enum|IntEnum|Flag|TypedDict)"
_LISTS = rb"\b(\w+)[ \t]*=[ \t]*(?:\w+\.)*" + _MAKERS + rb"\([^)]{0,600}?\b"
_GIVES_ANY = re.compile(rb"^([ \t]+)def __getattr(?:ibute)?__\(", re.MULTILINE)
_CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)", re.MULTILINE)
# A dictionary whose keys are its attributes; what has them is known only while running.
_IS_DATA = re.compile(rb"^([ \t]+)(?:__getattr__[ \t]*=|self\.__dict__[ \t]*=[ \t]*self\b)", re.MULTILINE)
# What looks up in another object, or in its own, makes nothing up.
_PASSES_ON = re.compile(rb"getattr\(|__dict__|__getattribute__")
# They have what the keywords say that they were made with, in place of somebody else.
STAND_INS = frozenset({"SimpleNamespace", "Namespace", "Mock", "MagicMock", "AsyncMock", "NonCallableMock"})


@dataclass(frozen=True, slots=True)
class Rivals:
    """Names of classes and of variables that may have it; `has_keywords`: something is made by a keyword of it."""

    classes: frozenset[str]
    receivers: frozenset[str]
    has_keywords: bool

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self.classes or self.receivers or self.has_keywords)


def rivals_of(name: str, found: Analysis, code: Mapping[str, bytes]) -> Rivals:
    """Look for what may have an attribute of that name."""
    word, spelled = re.escape(name.encode()), (name.encode(), name.strip("_").replace("_", "-").encode())
    option = re.compile(rb"""["']-{1,2}(?:%b|%b)["'=]""" % (word, re.escape(spelled[1])))
    lists = re.compile(_LISTS + word + rb"\b")
    classes = {each.decode() for data in code.values() for each in _making_up(data)}
    classes |= {match[1].decode() for path in found.scopes for match in lists.finditer(code.get(path, b""))}
    is_option = any(option.search(data) for data in code.values() if any(each in data for each in spelled))
    has_keywords = any(
        mention.name == name and mention.role is Role.KEYWORD and not found.meanings[place].is_known
        for place, mention in found.mentions()
    )
    return Rivals(frozenset(classes), _OPTIONS if is_option else frozenset(), has_keywords)


def _making_up(data: bytes) -> Iterator[bytes]:
    """Name the classes that answer to any attribute by themselves."""
    for match in _GIVES_ANY.finditer(data) if b"def __getattr" in data else ():
        end = re.compile(rb"^[ \t]{0,%d}[^\s]" % len(match[1]), re.MULTILINE).search(
            data, data.find(b"\n", match.end()) + 1
        )
        if not _PASSES_ON.search(data, match.end(), end.start() if end else len(data)):
            yield from _class_before(data, match.start())
    for match in _IS_DATA.finditer(data) if b"__getattr__" in data or b"__dict__" in data else ():
        yield from _class_before(data, match.start())


def _class_before(data: bytes, at: int) -> list[bytes]:
    return [each[1] for each in _CLASS.finditer(data, 0, at)][-1:]
