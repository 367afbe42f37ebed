"""The names of a file in any language for which there are rules, within bounds. For what is hostile, a note."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from app.adapters.syntax.symbols.javascript import read_javascript
from app.adapters.syntax.symbols.python import read_python
from app.adapters.syntax.symbols.table import FileSymbols
from app.adapters.syntax.trees import SlowToParse, parse_tree

# What people write by hand is far smaller; what is larger was made by a program.
LARGEST_FILE = 1024**2
# A line of a minified program; nobody reads its names.
_LONGEST_LINE = 20_000

_RULES: Mapping[str, Callable[[Node, bytes], FileSymbols]] = {
    "python": read_python,
    "javascript": lambda root, data: read_javascript(root, data, "javascript"),
    "typescript": lambda root, data: read_javascript(root, data, "typescript"),
    "tsx": lambda root, data: read_javascript(root, data, "tsx"),
}
LANGUAGES = frozenset(_RULES)


def extract(language: str, data: bytes) -> FileSymbols:
    """Read the names of a file in one of LANGUAGES; one that is left out has no names, and a note that says why."""
    why = _problem(data)
    if why is not None:
        return FileSymbols(language, notes=[why])
    try:
        return _RULES[language](parse_tree(language, data).root_node, data)
    except SlowToParse:
        return FileSymbols(language, notes=["slow"])


def _problem(data: bytes) -> str | None:
    if len(data) > LARGEST_FILE:
        return "large"
    if b"\0" in data:
        return "binary"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "encoding"
    if any(len(line) > _LONGEST_LINE for line in data.split(b"\n")):
        return "minified"
    return None
