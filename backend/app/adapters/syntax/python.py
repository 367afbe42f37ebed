"""The structure of a Python file, from Python's own parser."""

import ast
from collections.abc import Iterator, Sequence
from typing import Literal

from app.adapters.syntax.python_body import scan_body
from app.adapters.syntax.python_effects import PythonNames
from app.adapters.syntax.python_tree import (
    DEFINITIONS,
    FUNCTIONS,
    AnyDefinition,
    PythonDefinition,
    docstring_node,
    every_statement,
    parse_python,
    python_definitions,
    statements_of,
)
from app.adapters.syntax.source import Source, one_line
from app.adapters.syntax.structure import (
    Body,
    Excerpt,
    Field,
    FileStructure,
    Import,
    Parameter,
    ParameterKind,
    ParameterUse,
    Symbol,
)

_NO_BODY = Body()
_MOST_FIELDS = 200  # an enumeration of thousands is data; its first members show what it is


def describe_python(path: str, source: Source) -> FileStructure:
    """Describe a module; Unparsable where Python itself would refuse the text."""
    return _Describer(path, source, parse_python(source.text)).file()


class _Describer:
    def __init__(self, path: str, source: Source, tree: ast.Module) -> None:
        self.path = path
        self.source = source
        self.tree = tree
        self.definitions = list(python_definitions(tree))
        self.exported = _exported(tree)
        self.names = PythonNames(
            _imported_names(tree), {found.node.name for found in self.definitions if found.owner == "module"}
        )

    def file(self) -> FileStructure:
        doc = docstring_node(self.tree)
        outside = list(_outside_definitions(self.tree.body))
        symbols = [self._definition(found) for found in self.definitions]
        constants = [symbol for node in outside for symbol in self._constant(node)]
        body, _ = scan_body(self.tree.body, self.source, self.names)
        return FileStructure(
            path=self.path,
            language="python",
            parser="ast",
            complete=True,
            line_count=self.source.line_count,
            documentation=ast.get_docstring(self.tree) if doc else None,
            documentation_at=self._at(doc) if doc else None,
            imports=tuple(entry for node in outside for entry in self._import(node)),
            symbols=tuple(sorted([*symbols, *constants], key=lambda symbol: symbol.start_line)),
            body=body,
        )

    def _definition(self, found: PythonDefinition) -> Symbol:
        node = found.node
        decorators = tuple(self._text(decorator) for decorator in node.decorator_list)
        parameters, body = self._inside(found, decorators) if isinstance(node, FUNCTIONS) else ((), _NO_BODY)
        start, end = self._span(node)
        first = min([start, *(self._span(decorator)[0] for decorator in node.decorator_list)])
        doc = docstring_node(node)
        return Symbol(
            kind=_kind(found),
            name=node.name,
            qualified_name=found.qualified_name,
            parent=found.parent,
            start_line=self.source.line_of(first),
            end_line=self.source.line_of(max(start, end - 1)),
            head=self._head(node),
            signature=self._signature(node, parameters),
            is_public=self._is_public(found),
            documentation=ast.get_docstring(node) if doc else None,
            documentation_at=self._at(doc) if doc else None,
            parameters=parameters,
            returns=self._optional(node.returns) if isinstance(node, FUNCTIONS) else None,
            decorators=decorators,
            bases=self._bases(node) if isinstance(node, ast.ClassDef) else (),
            fields=tuple(self._fields(node)) if isinstance(node, ast.ClassDef) else (),
            is_async=isinstance(node, ast.AsyncFunctionDef),
            is_overload=any(text.partition("(")[0].rpartition(".")[2] == "overload" for text in decorators),
            is_nested=found.is_nested,
            body=body,
        )

    def _inside(self, found: PythonDefinition, decorators: Sequence[str]) -> tuple[tuple[Parameter, ...], Body]:
        node = found.node
        assert not isinstance(node, ast.ClassDef)  # noqa: S101 - asked for functions only
        parameters = list(self._parameters(node.args))
        bound = found.owner == "class" and "staticmethod" not in decorators and bool(parameters)
        me = parameters[0].name if bound and parameters[0].kind in ("plain", "positional-only") else ""
        body, uses = scan_body(node.body, self.source, self.names, arguments=node.args, me=me)
        shown = parameters[1:] if me else parameters
        return tuple(_with_uses(parameter, uses.get(parameter.name, ())) for parameter in shown), body

    def _parameters(self, args: ast.arguments) -> Iterator[Parameter]:
        plain = [*args.posonlyargs, *args.args]
        missing: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults))
        for index, (arg, default) in enumerate(zip(plain, [*missing, *args.defaults], strict=True)):
            yield self._parameter(arg, "positional-only" if index < len(args.posonlyargs) else "plain", default)
        if args.vararg:
            yield self._parameter(args.vararg, "rest", None)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            yield self._parameter(arg, "keyword-only", default)
        if args.kwarg:
            yield self._parameter(args.kwarg, "keywords", None)

    def _parameter(self, arg: ast.arg, kind: ParameterKind, default: ast.expr | None) -> Parameter:
        return Parameter(arg.arg, kind, self._optional(arg.annotation), self._optional(default))

    def _signature(self, node: AnyDefinition, parameters: Sequence[Parameter]) -> str:
        if isinstance(node, ast.ClassDef):
            bases = ", ".join([*self._bases(node), *(self._text(word.value) for word in node.keywords)])
            return f"class {node.name}({bases})" if bases else f"class {node.name}"
        word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        returns = f" -> {self._text(node.returns)}" if node.returns else ""
        return one_line(f"{word} {node.name}({_written(parameters)}){returns}", 400)

    def _head(self, node: AnyDefinition) -> Excerpt:
        """Lines from `def` or `class` to where its parameters, bases and answer end."""
        start, end = self._span(node)
        if isinstance(node, ast.ClassDef):
            parts: list[ast.AST] = [*node.bases, *(word.value for word in node.keywords)]
        else:
            args = node.args
            every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg, node.returns]
            parts = [part for part in [*every, *args.defaults, *args.kw_defaults] if part is not None]
        last = max((self._span(part)[1] for part in parts), default=start + 1)
        return self.source.excerpt(start, min(last, end))

    def _bases(self, node: ast.ClassDef) -> tuple[str, ...]:
        return tuple(self._text(base) for base in node.bases)

    def _fields(self, node: ast.ClassDef) -> Iterator[Field]:
        for statement in node.body[:_MOST_FIELDS]:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                annotation = self._text(statement.annotation)
                yield Field(statement.target.id, annotation, self._optional(statement.value), self._at(statement))
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                yield Field(statement.targets[0].id, None, self._text(statement.value), self._at(statement))

    def _constant(self, node: ast.stmt) -> Iterator[Symbol]:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, annotation = node.targets[0], None
        elif isinstance(node, ast.AnnAssign):
            target, annotation = node.target, self._text(node.annotation)
        else:
            return
        if not isinstance(target, ast.Name) or not _is_constant(target.id, annotation):
            return
        start, end = self._span(node)
        head = self.source.excerpt(start, start + 1)
        yield Symbol(
            kind="type" if annotation and annotation.endswith("TypeAlias") else "constant",
            name=target.id,
            qualified_name=target.id,
            parent="",
            start_line=self.source.line_of(start),
            end_line=self.source.line_of(end - 1),
            head=head,
            signature=self.source.short(start, end, 120),
            is_public=self._exports(target.id),
            returns=annotation,
        )

    def _import(self, node: ast.stmt) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (alias.asname or alias.name,), self._at(node))
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield Import(module, tuple(alias.asname or alias.name for alias in node.names), self._at(node))

    def _is_public(self, found: PythonDefinition) -> bool:
        parts = found.qualified_name.split(".")
        hidden = any(part.startswith("_") and not _is_dunder(part) for part in parts[1:])
        return not hidden and not found.is_nested and self._exports(parts[0])

    def _exports(self, name: str) -> bool:
        return name in self.exported if self.exported is not None else not name.startswith("_")

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return self.source.span(node)

    def _at(self, node: ast.AST) -> Excerpt:
        start, end = self._span(node)
        return self.source.excerpt(start, end)

    def _text(self, node: ast.AST) -> str:
        return self.source.short(*self._span(node))

    def _optional(self, node: ast.AST | None) -> str | None:
        return None if node is None else self._text(node)


def _with_uses(parameter: Parameter, uses: tuple[ParameterUse, ...]) -> Parameter:
    return Parameter(parameter.name, parameter.kind, parameter.annotation, parameter.default, uses)


def _written(parameters: Sequence[Parameter]) -> str:
    """Write parameters the way Python would, with `/` and `*` where they belong."""
    parts = []
    starred = False
    for index, parameter in enumerate(parameters):
        if parameter.kind == "keyword-only" and not starred:
            parts.append("*")
        starred = starred or parameter.kind in ("keyword-only", "rest")
        stars = {"rest": "*", "keywords": "**"}.get(parameter.kind, "")
        annotation = f": {parameter.annotation}" if parameter.annotation else ""
        spaced = " = " if annotation else "="
        parts.append(stars + parameter.name + annotation + (spaced + parameter.default if parameter.default else ""))
        following = parameters[index + 1].kind if index + 1 < len(parameters) else "plain"
        if parameter.kind == "positional-only" and following != "positional-only":
            parts.append("/")
    return ", ".join(parts)


def _kind(found: PythonDefinition) -> Literal["class", "function", "method"]:
    node = found.node
    if isinstance(node, ast.ClassDef):
        return "class"
    return "method" if found.owner == "class" else "function"


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def _is_constant(name: str, annotation: str | None) -> bool:
    return not _is_dunder(name) and (name.isupper() or annotation is not None or name.lstrip("_")[:1].isupper())


def _outside_definitions(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the module's own statements, those inside `if`, `try` and `with` too, in document order."""
    stack = list(reversed(statements))
    while stack:
        node = stack.pop()
        if not isinstance(node, DEFINITIONS):
            yield node
            stack.extend(reversed(statements_of(node)))


def _imported_names(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in every_statement(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                found[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def _exported(tree: ast.Module) -> frozenset[str] | None:
    """Read `__all__` where it is a plain list of strings; None when there is none or it is computed."""
    for node in tree.body:
        named = isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        )
        if named and isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
            items = [item.value for item in node.value.elts if isinstance(item, ast.Constant)]
            if len(items) == len(node.value.elts):
                return frozenset(item for item in items if isinstance(item, str))
    return None
