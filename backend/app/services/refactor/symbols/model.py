"""What words stand for, in any language: symbols of a tree, and where they are mentioned. Pure values."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

MODULE = -1


class Symbol(NamedTuple):
    """A name in a scope; `at` is the offset of what opens it, MODULE for a module's own. A module has no name."""

    path: str
    at: int
    name: str

    @property
    def is_module(self) -> bool:
        """Say whether it is a file itself."""
        return self.at == MODULE and not self.name

    @property
    def called(self) -> str:
        """Its name where it is used; a module's is that of its file, a package's that of its folder."""
        if not self.is_module:
            return self.name
        file = PurePosixPath(self.path)
        return file.parent.name if file.stem == "__init__" else file.stem


class Place(NamedTuple):
    """Where a mention stands."""

    path: str
    start: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mention stands for: symbols of these files, something outside of them, or, with neither, unknown."""

    symbols: frozenset[Symbol] = frozenset()
    is_outside: bool = False

    @property
    def is_known(self) -> bool:
        """Say whether anything is known about it."""
        return bool(self.symbols) or self.is_outside


UNKNOWN = Meaning()
