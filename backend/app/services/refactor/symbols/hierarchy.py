"""Which class is above which: read upwards from the classes that have a member of some name, through any file."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from app.adapters.language.port import LanguageSession, Spot, Target
from app.services.refactor.symbols.python_classes import ClassStatement, class_statements

# They begin with plain text, which is what makes them fast: every file of a repository is searched for them.
_CLASS = re.compile(rb"class[ \t]+(\w+)[ \t]*(?:\[[^\]]*\])?[ \t]*\(([^)]*)\)")
_ALIASES = (re.compile(rb" as[ \t]+(\w+)"), re.compile(rb"\tas[ \t]+(\w+)"))
_WORD = re.compile(rb"\w+")
_LONGEST_NAME = 200
# A chain of bases in real code is short; beyond this somebody makes them.
_MOST_CLASSES = 5_000


class ClassAt(NamedTuple):
    """A class, by its file and the offset of its statement."""

    path: str
    at: int


class _Statement(NamedTuple):
    """A class statement with bases, as its text shows it."""

    path: str
    at: int
    name: bytes
    bases: frozenset[bytes]


@dataclass
class Hierarchy:
    """The direct bases of classes. `is_open`: one of its bases could not be found; `is_foreign`: one is outside."""

    bases: dict[ClassAt, tuple[ClassAt, ...]] = field(default_factory=dict)
    is_open: set[ClassAt] = field(default_factory=set)
    is_foreign: set[ClassAt] = field(default_factory=set)

    def above(self, start: ClassAt) -> set[ClassAt]:
        """Everything a class inherits from, as far as it is known."""
        return _reached(start, self.bases)

    def related(self, start: ClassAt) -> set[ClassAt]:
        """The class itself, what is above it, and what is below it."""
        return self.line_of(start) | _reached(start, self._derived)

    def beside(self, start: ClassAt) -> set[ClassAt]:
        """Everything that one object may have together with the class: what is related, and what is joined below."""
        below = _reached(start, self._derived)
        return self.related(start).union(*(self.line_of(each) for each in below))

    @cached_property
    def _derived(self) -> dict[ClassAt, list[ClassAt]]:
        """The classes right below each; asked for when all bases are read."""
        found: dict[ClassAt, list[ClassAt]] = {}
        for each, bases in self.bases.items():
            for base in bases:
                found.setdefault(base, []).append(each)
        return found

    def line_of(self, start: ClassAt) -> set[ClassAt]:
        """The class itself and everything above it."""
        return {start, *self.above(start)}


def _reached(start: ClassAt, steps: Mapping[ClassAt, Sequence[ClassAt]]) -> set[ClassAt]:
    found: set[ClassAt] = set()
    waiting = [start]
    while waiting:
        for each in steps.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


class HierarchyReader:
    """Reads hierarchies; every file is parsed once."""

    def __init__(self, files: Mapping[str, bytes], session: LanguageSession) -> None:
        self._files = files
        self._session = session
        self._parsed: dict[str, dict[int, ClassStatement]] = {}

    async def read(self, starts: set[ClassAt]) -> Hierarchy:
        """Read what is above these classes, and above every class that may be below one of them."""
        found = Hierarchy()
        waiting = starts | self._maybe_below(starts)
        while waiting and len(found.bases) < _MOST_CLASSES:
            # A whole floor at once: the server is asked while it answers.
            asked = sorted(waiting)
            answers = await asyncio.gather(*(self._bases(each, found) for each in asked))
            found.bases.update(zip(asked, answers, strict=True))
            waiting = {base for bases in answers for base in bases} - found.bases.keys()
        return found

    def _maybe_below(self, starts: Iterable[ClassAt]) -> set[ClassAt]:
        """Find the classes whose bases name one of these, or one that does so: a guess by names, checked afterwards."""
        waiting = {self._name_of(start) for start in starts}
        names: set[bytes] = set()
        found: set[ClassAt] = set()
        while waiting:
            names |= waiting
            below = [each for each in self._statements if each.bases & waiting]
            found.update(ClassAt(each.path, each.at) for each in below)
            above = {each.name for each in below} | waiting
            waiting = ({each.name for each in below} | self._aliases_of(above)) - names
        return found

    def _aliases_of(self, names: set[bytes]) -> set[bytes]:
        return {alias for name, alias in self._aliases if name in names}

    @cached_property
    def _aliases(self) -> set[tuple[bytes, bytes]]:
        return {pair for data in self._files.values() for pair in _aliases_in(data)}

    def name_of(self, start: ClassAt) -> str:
        """Give a class's name."""
        return self._name_of(start).decode("utf-8", "replace")

    def _name_of(self, start: ClassAt) -> bytes:
        data = self._files[start.path]
        return data[start.at : start.at + 300].removeprefix(b"class").lstrip().split(b"(")[0].split(b":")[0].strip()

    @cached_property
    def _statements(self) -> list["_Statement"]:
        return [
            _Statement(path, match.start(), match[1], frozenset(_WORD.findall(match[2])))
            for path, data in self._files.items()
            for match in _CLASS.finditer(data)
            if not data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].strip(b" \t")
        ]

    async def _bases(self, current: ClassAt, found: Hierarchy) -> tuple[ClassAt, ...]:
        statement = self._of(current.path).get(current.at)
        if statement is None:
            found.is_open.add(current)
            return ()
        bases: list[ClassAt] = []
        for targets in await self._targets(current.path, statement.bases):
            if not targets:
                found.is_open.add(current)
            for target in targets:
                self._take(target, current, found, bases)
        return tuple(bases)

    async def _targets(self, path: str, spots: Sequence[Spot]) -> list[tuple[Target, ...]]:
        """Ask twice for what leads nowhere: ty loses answers into files of its own that it is writing just then."""
        found = await self._session.definitions(path, spots)
        if all(found):
            return found
        again = await self._session.definitions(path, spots)
        return [first or second for first, second in zip(found, again, strict=True)]

    def _take(self, target: Target, current: ClassAt, found: Hierarchy, bases: list[ClassAt]) -> None:
        if target.path is None:
            found.is_foreign.add(current)
            return
        base = self._class_at(target)
        if base is None:
            # Made by a call, or chosen while running.
            found.is_open.add(current)
        else:
            bases.append(base)

    def _class_at(self, target: Target) -> ClassAt | None:
        if target.path not in self._files or target.path is None:
            return None
        statements = self._of(target.path).values()
        return next((ClassAt(target.path, each.at) for each in statements if each.name_end == target.end), None)

    def _of(self, path: str) -> dict[int, ClassStatement]:
        if path not in self._parsed:
            self._parsed[path] = {each.at: each for each in class_statements(self._files.get(path, b""))}
        return self._parsed[path]


def _aliases_in(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    for match in chain.from_iterable(each.finditer(data) for each in _ALIASES):
        before = data[max(match.start() - _LONGEST_NAME, 0) : match.start()].rstrip(b" \t")
        words = _WORD.findall(before)
        if words and before.endswith(words[-1]):
            yield words[-1], match[1]
