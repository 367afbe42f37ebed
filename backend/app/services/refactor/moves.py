"""Files that move because a module gets another name. Pure."""

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.symbols.model import Symbol


def moves_of(symbols: Iterable[Symbol], new: str, paths: Collection[str]) -> dict[str, str]:
    """Say which files get which paths, their stubs with them. NameCollision, SymbolNotFound for a package."""
    moves: dict[str, str] = {}
    for symbol in symbols:
        if not symbol.is_module:
            continue
        file = PurePosixPath(symbol.path)
        if file.stem == "__init__":
            raise SymbolNotFound(
                "A package is a folder of files. Renaming one is not supported yet.", path=symbol.path, reason="package"
            )
        for suffix in (".py", ".pyi"):
            if (old := str(file.with_suffix(suffix))) in paths:
                moves[old] = str(file.with_name(new + suffix))
    taken = [path for path in moves.values() if path in paths or _is_package(path, paths)]
    if taken:
        raise NameCollision(f"There is a module {new} already.", name=new, reason="file_exists", paths=sorted(taken))
    return moves


def _is_package(path: str, paths: Collection[str]) -> bool:
    return f"{PurePosixPath(path).with_suffix('')}/__init__.py" in paths
