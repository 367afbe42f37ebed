"""A move in Python while it is worked out: what is known, and what every mention leads to in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.adapters.language.port import LanguageSession
from app.services.refactor.moving.model import MovePlan
from app.services.refactor.moving.modules import Modules
from app.services.refactor.moving.python_file import PythonFile
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.model import Meaning, Place, Symbol
from app.services.refactor.symbols.python import Analysis

_FURTHEST = 20


@dataclass(slots=True)
class Brought:
    """Import statements that a module gets, in order; `types` stand under `if TYPE_CHECKING`."""

    plain: dict[str, None] = field(default_factory=dict)
    types: dict[str, None] = field(default_factory=dict)

    def add(self, other: "Brought") -> None:
        """Add others behind these."""
        self.plain |= other.plain
        self.types |= other.types


@dataclass
class MoveWork:
    """Everything that is needed to work a move out; files are parsed when they are asked for."""

    plan: MovePlan
    files: Mapping[str, bytes]
    modules: Modules
    session: LanguageSession
    found: Analysis
    target: Symbol
    parsed: dict[str, PythonFile] = field(default_factory=dict)
    # Imports that are new: who imports whom when it is loaded.
    new_edges: set[tuple[str, str]] = field(default_factory=set)
    # Import statements that files get at their top.
    wanted: dict[str, Brought] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The file it is taken from."""
        return self.plan.block.path

    @property
    def to(self) -> str:
        """The file it goes to."""
        return self.plan.to_path

    def file(self, path: str) -> PythonFile:
        """Read a file."""
        if path not in self.parsed:
            self.parsed[path] = PythonFile.read(path, self.files.get(path, b""))
        return self.parsed[path]

    def in_block(self, place: Place) -> bool:
        """Say whether a place is moved."""
        block = self.plan.block
        return place.path == block.path and block.start <= place.start < block.end

    def means_it(self, place: Place) -> bool:
        """Say whether what stands at a place is what is moved, in the end."""
        return self.target in final(self.found, self.found.meanings[place]).symbols

    def doubt(self, path: str, offset: int, reason: str) -> None:
        """Tell what is not certain about a place."""
        data = self.files.get(path, b"")
        line = data.count(b"\n", 0, offset)
        text = data.split(b"\n")[line].decode("utf-8", "replace")
        self.plan.doubt(path, line + 1, reason, text)

    def name_for(self, importer: str, like: str) -> str:
        """Give the new module's name in the style of an import that named the old one."""
        return name_of(self.modules, importer, self.to, like=(self.source, like))


def name_of(modules: Modules, importer: str, path: str, *, like: tuple[str, str]) -> str:
    """Name a module for an import: relative if the other file's name is, and absolute from the same root if not."""
    other, name = like
    if name.startswith("."):
        relative = modules.relative(importer, path)
        if relative is not None:
            return relative
        return modules.absolute(path)
    return modules.absolute(path, like=(other, name) if name else None)


def final(found: Analysis, meaning: Meaning) -> Meaning:
    """Follow names that imports bind to what defines them."""
    symbols, outside = set(meaning.symbols), meaning.is_outside
    seen: set[Symbol] = set()
    for _ in range(_FURTHEST):
        given = {symbol: place for symbol in symbols - seen if (place := import_of(found, symbol)) is not None}
        if not given:
            break
        seen |= given.keys()
        for symbol, place in given.items():
            led = found.meanings[place]
            if led.is_known and led.symbols != {symbol}:
                symbols.discard(symbol)
                symbols |= led.symbols
                outside = outside or led.is_outside
    return Meaning(frozenset(symbols), outside)


def import_of(found: Analysis, symbol: Symbol) -> Place | None:
    """Find the import that binds a symbol; None when it is bound otherwise."""
    scopes = found.scopes.get(symbol.path)
    if scopes is None or not symbol.name:
        return None
    binding = [mention for mention in scopes.mentions if mention.name == symbol.name and mention.binds]
    own = [each for each in binding if scopes.scopes[each.scope].at == symbol.at]
    imported = [each for each in own if each.role is Role.IMPORTED]
    return Place(symbol.path, imported[0].start) if imported and len(imported) == len(own) else None


def is_code(mention: Mention) -> bool:
    """Say whether a mention is code and not text."""
    return mention.role not in (Role.STRING, Role.COMMENT)
