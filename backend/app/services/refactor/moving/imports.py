"""The import statements of a Python file, with all that is needed to change them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node

from app.adapters.syntax.trees import field_text, text_of, walk
from app.services.refactor.edits import WordEdit
from app.services.refactor.tiers import Tier

_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
_FUNCTIONS = frozenset({"function_definition", "lambda"})


class Where(StrEnum):
    """When an import happens."""

    TOP = "top"  # with the module
    TYPES = "types"  # never: for type checkers alone
    GUARDED = "guarded"  # with the module, perhaps
    INNER = "inner"  # when a function is called


@dataclass(frozen=True, slots=True)
class Imported:
    """One name of a statement. `original` is what `from … import` takes, "" for `import module`."""

    module: str
    original: str
    local: str
    is_alias: bool
    node: Node

    @property
    def binds_module(self) -> str:
        """The module that the local name stands for when it is one: of `import a.b` that is `a`."""
        if self.original:
            return self.module + self.original if self.module.endswith(".") else f"{self.module}.{self.original}"
        return self.module if self.is_alias else self.local


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """One statement; `module` is "" for `import a`."""

    node: Node
    module: str
    module_node: Node | None
    names: tuple[Imported, ...]
    where: Where
    is_star: bool

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.node.start_byte

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.node.end_byte

    @property
    def happens(self) -> bool:
        """Say whether it runs with the module."""
        return self.where in (Where.TOP, Where.GUARDED)


def read_imports(root: Node) -> list[ImportStatement]:
    """Read every import of a file."""
    return [_statement(node) for node in walk(root) if node.type in _IMPORTS]


def _statement(node: Node) -> ImportStatement:
    module_node = node.child_by_field_name("module_name")
    module = text_of(module_node) if module_node else "__future__" if node.type.startswith("future") else ""
    is_from = node.type != "import_statement"
    names = tuple(_names(node, module, is_from=is_from))
    is_star = any(child.type == "wildcard_import" for child in node.children)
    return ImportStatement(node, module.replace(" ", ""), module_node, names, _where(node), is_star)


def _names(node: Node, module: str, *, is_from: bool) -> Iterator[Imported]:
    for each in node.children_by_field_name("name"):
        is_alias = each.type == "aliased_import"
        name = field_text(each, "name") if is_alias else text_of(each)
        local = field_text(each, "alias") if is_alias else name
        if is_from:
            yield Imported(module, name, local, is_alias, each)
        else:
            yield Imported(name, "", local if is_alias else name.partition(".")[0], is_alias, each)


def _where(node: Node) -> Where:
    at: Node | None = node.parent
    child = node
    where = Where.TOP
    while at is not None and at.type != "module":
        if at.type in _FUNCTIONS:
            return Where.INNER
        if at.type == "if_statement" and at.child_by_field_name("consequence") == child:
            is_for_types = field_text(at, "condition").rpartition(".")[2] == "TYPE_CHECKING"
            where = Where.TYPES if is_for_types else Where.GUARDED
        elif at.type != "block" and where is Where.TOP:
            where = Where.GUARDED
        child, at = at, at.parent
    return where


def inner(statement: Node) -> Node:
    """Give the expression that a statement is, if it is one: the grammar's versions wrap it or not."""
    is_wrapped = statement.type == "expression_statement" and len(statement.children) == 1
    return statement.children[0] if is_wrapped else statement


def line_start(data: bytes, offset: int) -> int:
    """Find where the line of an offset begins."""
    return data.rfind(b"\n", 0, offset) + 1


def line_end(data: bytes, offset: int) -> int:
    """Find where the line after the one of an offset begins."""
    found = data.find(b"\n", offset)
    return len(data) if found < 0 else found + 1


def indent_of(data: bytes, offset: int) -> bytes:
    """Give what stands before the first character of a line."""
    start = line_start(data, offset)
    line = data[start:offset]
    return line[: len(line) - len(line.lstrip())]


def edit(path: str, start: int, end: int, new: str | bytes) -> WordEdit:
    """Replace a stretch of code."""
    return WordEdit(path, start, end, new.encode() if isinstance(new, str) else new, Tier.PROVEN)


def without_item(path: str, data: bytes, nodes: list[Node], gone: int) -> WordEdit:
    """Take one of several items out of a list, with its comma, and with its line where it has one of its own."""
    node = nodes[gone]
    start, end = node.start_byte, node.end_byte
    line = line_start(data, start)
    rest = data[end : line_end(data, end)].partition(b"#")[0].strip()
    is_open = data[:line].rstrip().endswith((b",", b"(", b"[", b"{"))
    if not data[line:start].strip() and rest in (b",", b"") and is_open:
        return edit(path, line, line_end(data, end), b"")
    if gone + 1 < len(nodes):
        return edit(path, start, nodes[gone + 1].start_byte, b"")
    if gone:
        return edit(path, nodes[gone - 1].end_byte, end, b"")
    return edit(path, start, end, b"")


def taken_out(path: str, data: bytes, statement: ImportStatement, name: Imported) -> WordEdit:
    """Take a name out of a statement, or the statement where it has no other; `pass` fills a block that has none."""
    if len(statement.names) > 1:
        nodes = [each.node for each in statement.names]
        return without_item(path, data, nodes, statement.names.index(name))
    block = statement.node.parent
    is_alone = block is not None and block.type == "block" and len(block.named_children) == 1
    if is_alone:
        return edit(path, statement.start, statement.end, b"pass")
    start, end = line_start(data, statement.start), line_end(data, statement.end)
    others = data[start : statement.start].strip() + data[statement.end : end].partition(b"#")[0].strip()
    if others:
        after = data[statement.end : end]
        more = len(after) - len(after.lstrip(b" ;")) if after.lstrip().startswith(b";") else 0
        return edit(path, statement.start, statement.end + more, b"" if more else b"pass")
    return edit(path, start, end, b"")


def put_behind(path: str, data: bytes, statement: ImportStatement, text: str) -> WordEdit:
    """Put another statement behind one, on a line of its own where the first one has one."""
    end = line_end(data, statement.end)
    tail = data[statement.end : end].partition(b"#")[0].strip()
    if tail:
        return edit(path, statement.end, statement.end, f"; {text}")
    indent = indent_of(data, statement.start).decode()
    before = "" if data[end - 1 : end] == b"\n" else "\n"
    return edit(path, end, end, f"{before}{indent}{text}\n")


def spot_for_imports(root: Node, data: bytes) -> int:
    """Find where a new import of a file goes: behind its last one at the top, or behind what must come before any."""
    spot = 0
    for child in root.children:
        if child.type in _IMPORTS:
            spot = line_end(data, child.end_byte)
        elif child.type == "comment":
            continue
        elif inner(child).type == "string":
            spot = spot or line_end(data, child.end_byte)
        elif child.type in ("class_definition", "function_definition", "decorated_definition"):
            break
    return spot or _behind_first_comments(data)


def _behind_first_comments(data: bytes) -> int:
    spot = 0
    while data[spot : spot + 1] == b"#":
        spot = line_end(data, spot)
    return spot if data[spot : spot + 1] in (b"\n", b"\r", b"") else 0


def has_future_annotations(statements: list[ImportStatement]) -> bool:
    """Say whether annotations of a file are not evaluated."""
    return any(
        statement.module == "__future__" and any(name.original == "annotations" for name in statement.names)
        for statement in statements
    )


def by_local(statements: list[ImportStatement]) -> Mapping[str, list[tuple[ImportStatement, Imported]]]:
    """Sort the names of imports by what they bind."""
    found: dict[str, list[tuple[ImportStatement, Imported]]] = {}
    for statement in statements:
        for name in statement.names:
            found.setdefault(name.local, []).append((statement, name))
    return found
