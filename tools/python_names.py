"""Writes the names that Python itself has: of everything in its library, from the type stubs that mypy brings along."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

_LIST = Path(__file__).parents[1] / "backend" / "app" / "services" / "refactor" / "data" / "python_names.txt"


def names_in(source: str) -> Iterator[str]:
    """Every name that a stub gives to something."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.rpartition(".")[2]


def main() -> None:
    """Write the list."""
    stubs = Path(str(files("mypy"))) / "typeshed" / "stdlib"
    found = {name for path in stubs.rglob("*.pyi") for name in names_in(path.read_text(encoding="utf-8"))}
    special = {name for name in found if name.startswith("__") and name.endswith("__")}
    _LIST.write_text("\n".join(sorted(found - special)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
