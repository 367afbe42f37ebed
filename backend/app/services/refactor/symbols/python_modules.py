"""Which module of a tree a dotted path names, by where its files lie. Pure.

Folders are packages too without saying so; of these, language servers say nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from app.services.refactor.symbols.model import MODULE, Symbol

_FILES = ("{}.py", "{}/__init__.py", "{}.pyi", "{}/__init__.pyi")


@dataclass(frozen=True)
class PythonModules:
    """The modules of some files. `roots` are the folders, beside the top, below which imports are looked for."""

    paths: Collection[str]
    roots: Sequence[str] = ()

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that has code somewhere below it."""
        return frozenset(str(folder) for path in self.paths for folder in PurePosixPath(path).parents)

    def find(self, dotted: str, importer: str) -> frozenset[Symbol]:
        """Find what a dotted path means where `importer` imports it; leading dots are its own packages."""
        names = dotted.lstrip(".").strip(".")
        if dotted.startswith("."):
            above = PurePosixPath(importer).parents
            up = len(dotted) - len(dotted.lstrip(".")) - 1
            starts = [str(above[up])] if up < len(above) else []
        else:
            starts = [".", *self.roots]
        places = [str(PurePosixPath(start, *names.split("."))) for start in starts] if names else []
        files = [path for place in places if (path := self._file(place))]
        # Where there is a package that says so, folders of the same name elsewhere are not looked at.
        return frozenset(Symbol(path, MODULE, "") for path in files[:1] or self._without_file(places))

    def at(self, path: str) -> Symbol | None:
        """Give the module that a file is, or the package that a folder is; None when there is no code."""
        if path in self.paths:
            file = PurePosixPath(path)
            place = file.parent if file.stem == "__init__" else file.with_suffix("")
            return Symbol(self._file(str(place)) or path, MODULE, "")
        if path not in self.folders or path == ".":
            return None
        return Symbol(self._file(path, is_folder=True) or f"{path}/", MODULE, "")

    def place_of(self, symbol: Symbol) -> PurePosixPath:
        """Give the path of a module without what makes it a file: a stub has the same one."""
        file = PurePosixPath(symbol.path)
        return file.parent if file.stem == "__init__" else file.with_suffix("")

    def dotted_names(self, symbol: Symbol) -> Iterator[str]:
        """Give the dotted paths by which a module can be imported: one for every folder imports start from."""
        place = self.place_of(symbol)
        for root in (".", *self.roots):
            if place.is_relative_to(root) and place != PurePosixPath(root):
                yield ".".join(place.relative_to(root).parts)

    def _file(self, place: str, *, is_folder: bool = False) -> str | None:
        names = [name.format(place) for name in _FILES if not is_folder or "/" in name]
        return next((name for name in names if name in self.paths), None)

    def _without_file(self, places: Sequence[str]) -> list[str]:
        return [f"{place}/" for place in places if place in self.folders]
