"""Python's own parser behind a guard, and the definitions of a module in the order they are written."""

import ast
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

AnyDefinition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_SILENT_FIELDS = {"ctx", "op"}

# The parser warns about odd escapes in the text it reads; that is the text's affair, and the filters are global.
_quiet = threading.Lock()


class Unparsable(Exception):
    """Python's parser refuses the text; the message says why and where, in one line."""


def parse_python(text: str | bytes, *, type_comments: bool = False) -> ast.Module:
    """Parse; Unparsable for wrong syntax, NULs, lone surrogates, a wrong encoding or too deep nesting."""
    try:
        with _quiet, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, type_comments=type_comments)
    except SyntaxError as error:
        raise Unparsable(f"line {error.lineno or 1}: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise Unparsable("nested too deeply") from None
    except ValueError as error:
        raise Unparsable(str(error).partition("\n")[0][:200]) from None


@dataclass(frozen=True, slots=True)
class PythonDefinition:
    """One class or function, what it stands in, and its dotted name (`Class.method`, `function.inner`)."""

    node: AnyDefinition
    qualified_name: str
    parent: str
    owner: Literal["module", "class", "function"]
    is_nested: bool


def python_definitions(tree: ast.Module) -> Iterator[PythonDefinition]:
    """Give every class and function, also those inside `if`, `try`, `with` and functions, in document order."""
    stack = [(node, "", "module", False) for node in reversed(tree.body)]
    while stack:
        node, parent, owner, nested = stack.pop()
        if isinstance(node, DEFINITIONS):
            name = f"{parent}.{node.name}" if parent else node.name
            yield PythonDefinition(node, name, parent, owner, nested)  # type: ignore[arg-type]
            is_class = isinstance(node, ast.ClassDef)
            inner = (name, "class" if is_class else "function", nested or not is_class)
            stack.extend((child, *inner) for child in reversed(node.body))
        else:
            stack.extend((child, parent, owner, nested) for child in reversed(statements_of(node)))


def children_of(node: ast.AST) -> list[ast.AST]:
    """Give the nodes right below one that say something: operators and load or store marks do not."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name)
        if type(value) is list:
            found.extend(item for item in value if isinstance(item, ast.AST))
        elif name not in _SILENT_FIELDS and isinstance(value, ast.AST):
            found.append(value)
    return found


def every_statement(tree: ast.Module) -> Iterator[ast.stmt]:
    """Give every statement of a module, those in functions and classes too."""
    stack: list[ast.stmt] = list(tree.body)
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.body if isinstance(node, DEFINITIONS) else statements_of(node))


def statements_of(node: ast.stmt) -> list[ast.stmt]:
    """Statements directly inside a compound statement that opens no scope of its own."""
    if isinstance(node, ast.Try | ast.TryStar):
        handled = [statement for handler in node.handlers for statement in handler.body]
        return [*node.body, *handled, *node.orelse, *node.finalbody]
    if isinstance(node, ast.Match):
        return [statement for case in node.cases for statement in case.body]
    if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While):
        return [*node.body, *node.orelse]
    if isinstance(node, ast.With | ast.AsyncWith):
        return node.body
    return []


def docstring_node(node: ast.Module | AnyDefinition) -> ast.Expr | None:
    """Give the statement that Python takes for the documentation, if there is one."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first
    return None


def dotted(node: ast.expr) -> str:
    """Write a name or attribute chain with dots; what it hangs on, if not a name, becomes an ellipsis."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "…")
    return ".".join(reversed(parts))
