"""Files that move because a module gets another name, and folders because a package does. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.symbols.model import Symbol

_STUBBED = (".py", ".pyi")
_DECLARED = (".d.ts", ".d.mts", ".d.cts")


@dataclass(frozen=True, slots=True)
class Moves:
    """Files and folders by the path they have → the one they get. What lies in a folder goes with it."""

    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)

    def path(self, path: str) -> str:
        """Say where a file, or a folder with a slash behind it, is afterwards."""
        for old, new in self.folders.items():
            if path.startswith(f"{old}/"):
                return new + path[len(old) :]
        return self.files.get(path, path)

    def moved(self, paths: Iterable[str]) -> dict[str, str]:
        """Of some files, those that move."""
        return {path: new for path in paths if (new := self.path(path)) != path}


def split_suffix(path: str) -> tuple[str, str]:
    """Split a file's path into that of its module and the suffix that makes it a file of code."""
    suffix = next((each for each in _DECLARED if path.endswith(each)), PurePosixPath(path).suffix)
    return path.removesuffix(suffix) if suffix else path, suffix


def moves_of(symbols: Iterable[Symbol], new: str, paths: Collection[str]) -> Moves:
    """Say what moves, stubs with their modules. NameCollision; SymbolNotFound for the top of a repository."""
    moves = Moves()
    for symbol in symbols:
        if not symbol.is_module:
            continue
        file = PurePosixPath(symbol.path)
        if symbol.path.endswith("/") or file.stem == "__init__":
            folder = file if symbol.path.endswith("/") else file.parent
            if not folder.name:
                raise SymbolNotFound("The top of a repository has no name here.", path=symbol.path, reason="top")
            moves.folders[str(folder)] = str(folder.with_name(new))
            continue
        for suffix in _STUBBED:
            if (old := str(file.with_suffix(suffix))) in paths:
                moves.files[old] = str(file.with_name(new + suffix))
    refuse_taken(moves, new, paths)
    return moves


def refuse_taken(moves: Moves, new: str, paths: Collection[str], suffixes: Collection[str] = _STUBBED) -> None:
    """NameCollision when something lies where a module would come to be, or would be found in its place."""
    stems = {split_suffix(path)[0] for path in moves.files.values()} | {*moves.folders.values()}
    taken = [
        path
        for path in paths
        if (split_suffix(path)[0] in stems and split_suffix(path)[1] in suffixes)
        or any(path.startswith(f"{at}/") for at in stems)
    ]
    if taken:
        raise NameCollision(
            f"There is a module {new} already.", name=new, reason="file_exists", paths=sorted(taken)[:20]
        )
