"""The floor that everything stands on needs the standard library and pydantic only."""

import ast
import sys
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
ALLOWED = sys.stdlib_module_names | {"pydantic", "app"}


def test_core_imports_nothing_but_the_standard_library_and_pydantic() -> None:
    foreign = {f"{path.name}: {name}" for path in (APP / "core").glob("*.py") for name in _imports(path)}
    assert not foreign


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name for name in names if name.split(".")[0] not in ALLOWED}
