"""Names that nothing else has: then an attribute of something unknown can mean only what is renamed. Pure.

Everything of that name here is renamed together, so that only something outside could be meant instead: Python's own
library, whose names are listed, or a package, which nobody can read. Such a name is not taken for certain where a
file uses packages, where it only passes a call on, or where the repository itself never uses it knowingly.
"""

import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from app.services.refactor.seen_names import is_test
from app.services.refactor.symbols.mentions import Mention, Role, StringUse
from app.services.refactor.symbols.model import Meaning, Place, Symbol
from app.services.refactor.symbols.python import Analysis
from app.services.refactor.tree import import_roots

_IMPORTS = re.compile(rb"^[ \t]*(?:from[ \t]+(\w[\w.]*)[ \t]+import\b|import[ \t]+([^\n#;]+))", re.MULTILINE)
# What people make up for one thing has parts: get_rows, getRows, _rows.
_MADE_UP = re.compile(r"[A-Za-z0-9]_[A-Za-z0-9]|[a-z][A-Z]|^_[A-Za-z]")
_SHORTEST = 6


def is_made_up(name: str) -> bool:
    """Say whether a name is no word of every day, and Python's library has nothing called so."""
    return len(name) >= _SHORTEST and bool(_MADE_UP.search(name)) and name not in _python_names()


def in_python_library(name: str) -> bool:
    """Say whether Python's library has something called so."""
    return name in _python_names()


@dataclass(frozen=True, slots=True)
class OnlyName:
    """A member's name that nothing else has, as far as can be known. `is_overridden`: several classes have it."""

    name: str
    found: Analysis
    packages: "Packages"
    is_overridden: bool

    def covers(self, place: Place, mention: Mention) -> bool:
        """Say whether an attribute of something unknown can be that member only."""
        return not self.packages.used_in(place.path) and (self.is_overridden or not self._passes_on(place, mention))

    def _passes_on(self, place: Place, mention: Mention) -> bool:
        """A method that calls another object's of the same name: what it wraps may come from a package."""
        scopes = self.found.scopes[place.path].scopes
        at = mention.scope
        while at > 0:
            if scopes[at].kind == "function" and scopes[at].name == self.name:
                return mention.head_text != "super()"
            at = scopes[at].parent
        return False


def only_name(
    name: str, found: Analysis, is_ours: Callable[[Meaning], bool], code: Mapping[str, bytes]
) -> OnlyName | None:
    """Give the name of a member when it is the only one; None when anything else here, or Python itself, has it."""
    if not is_made_up(name):
        return None
    is_used, classes = False, set()
    for place, mention in found.mentions():
        meaning = found.meanings[place]
        if mention.name == name and mention.role is Role.STRING and mention.use is not StringUse.PROSE:
            # Data has keys, which become attributes.
            return None
        if mention.name != name or not _is_visible(found, place, mention):
            continue
        if is_ours(meaning):
            is_used |= mention.role is Role.ATTRIBUTE and not is_test(place.path)
            classes |= {(symbol.path, symbol.at) for symbol in meaning.symbols}
        elif meaning.is_known or mention.role is not Role.ATTRIBUTE:
            return None
    return OnlyName(name, found, Packages(code), len(classes) > 1) if is_used else None


def _is_visible(found: Analysis, place: Place, mention: Mention) -> bool:
    """Say whether a mention stands for something that others may reach behind a dot."""
    if mention.role in (Role.ATTRIBUTE, Role.IMPORTED, Role.MODULE):
        return True
    return mention.binds and found.scopes[place.path].scopes[mention.scope].kind in ("class", "module")


def is_only_parameter(name: str, found: Analysis, symbols: Collection[Symbol]) -> bool:
    """Say whether only these are parameters of that name, and no string names one."""
    parameters = {
        Symbol(path, scope.at, name)
        for path, scopes in found.scopes.items()
        for scope in scopes.scopes
        if name in scope.parameters
    }
    return parameters <= set(symbols) and not any(
        mention.role is Role.STRING and mention.is_whole and mention.name == name for _, mention in found.mentions()
    )


def takes(found: Analysis, symbols: Collection[Symbol], place: Place, keyword: Mention) -> bool:
    """Say whether what is called leads to the functions that take the argument, whatever decorates them."""
    targets = found.heads.get(place, ())
    return bool(targets) and all(
        target.path is not None
        and target.path in found.scopes
        and any(
            Symbol(target.path, at, keyword.name) in symbols
            for at in found.scopes[target.path].called_at(found.lines[target.path].offset(target.end))
        )
        for target in targets
    )


class Packages:
    """Tells which files import from packages that are not in the repository."""

    def __init__(self, code: Mapping[str, bytes]) -> None:
        self._code = code
        self._own = _tops(code.keys())
        self._used: dict[str, set[str]] = {}

    def used_in(self, path: str) -> set[str]:
        """Name the packages a file imports from."""
        if path not in self._used:
            self._used[path] = self._read(path)
        return self._used[path]

    def _read(self, path: str) -> set[str]:
        beside = _below(self._code.keys(), str(PurePosixPath(path).parent))
        return _imported(self._code[path]) - self._own - beside - sys.stdlib_module_names


def _tops(paths: Collection[str]) -> set[str]:
    return {name for root in ("", *import_roots(paths)) for name in _below(paths, root)}


def _below(paths: Iterable[str], root: str) -> set[str]:
    """The names of modules and packages that lie in a folder."""
    prefix = "" if root in ("", ".") else f"{root}/"
    return {path[len(prefix) :].split("/")[0].partition(".")[0] for path in paths if path.startswith(prefix)}


def _imported(data: bytes) -> set[str]:
    """The first names of a file's absolute imports."""
    found: set[str] = set()
    for match in _IMPORTS.finditer(data):
        listed = match[1] or match[2]
        found |= {each.split()[0].partition(b".")[0].decode() for each in listed.split(b",") if each.strip()}
    return found


@cache
def _python_names() -> frozenset[str]:
    listed = files("app.services.refactor") / "data" / "python_names.txt"
    return frozenset(listed.read_text(encoding="utf-8").split())
