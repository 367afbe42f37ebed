"""Every definition of many real modules is documented, and each module stays the same program."""

import ast
import sysconfig
from pathlib import Path

from app.adapters.syntax.python_tree import parse_python, python_definitions
from app.schemas.replies import SymbolDocumentation
from app.services.ai.docstrings.document import document_file

TEXT = 'Do "it" with \\d and """.\n\nArgs:\n    x: ' + "a thing of some length " * 6
MODULES = 160
DOCUMENTABLE = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def real_modules() -> list[Path]:
    """The smaller half of the library's own modules: all styles, little time."""
    root = Path(sysconfig.get_path("stdlib"))
    found = [path for path in root.rglob("*.py") if not {"site-packages", "test", "tests", "lib2to3"} & set(path.parts)]
    return sorted((path for path in found if path.stat().st_size > 400), key=lambda path: (path.stat().st_size, path))[
        :MODULES
    ]


def test_the_modules_of_the_standard_library_stay_the_same_programs() -> None:
    edits = 0
    for path in real_modules():
        data = path.read_bytes()
        tree = parse_python(data)
        symbols = ["", *(found.qualified_name for found in python_definitions(tree))]
        wanted = [SymbolDocumentation(path="a.py", symbol=it, quote="", documentation=TEXT) for it in symbols]
        done = document_file("a.py", "python", data, wanted)
        edits += len(done.edits)
        assert _stripped(parse_python(done.new_data)) == _stripped(tree), path
        assert _is_within(data, done.new_data), path
        reasons = {skip.reason for skip in done.skipped}
        assert all("already" in it or "several" in it or "twice" in it or "getter" in it for it in reasons), (
            path,
            reasons,
        )
    assert edits > 800


def _stripped(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTABLE) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)


def _is_within(old: bytes, new: bytes) -> bool:
    """Say whether the old bytes stand in the new ones in order: nothing was taken away."""
    lines = iter(new.splitlines())
    return all(
        any(line == other or other.startswith(line.partition(b":")[0]) for other in lines) for line in old.splitlines()
    )
