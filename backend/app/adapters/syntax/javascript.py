"""The structure of a JavaScript, JSX, TypeScript or TSX file, from tree-sitter."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node

from app.adapters.syntax.comments import comment_text, leading_documentation
from app.adapters.syntax.javascript_body import JsNames, scan_body
from app.adapters.syntax.javascript_imports import read_imports
from app.adapters.syntax.javascript_tree import (
    FUNCTION_VALUES,
    JsDefinition,
    definitions,
    doc_of,
    exported_names,
)
from app.adapters.syntax.source import Source, one_line
from app.adapters.syntax.structure import Body, Excerpt, Field, FileStructure, Parameter, ParameterUse, Symbol
from app.adapters.syntax.trees import child_of_type, field_text, parse_tree, text_of

_THROW = re.compile(rb"\bthrow\b")
_MOST_FIELDS = 200
_LONGEST_HEAD = 4000  # bytes of a signature that are looked at; far more than is shown
_FIELD_TYPES = {
    "public_field_definition",
    "field_definition",
    "property_signature",
    "method_signature",
    "enum_assignment",
    "property_identifier",
}


def describe_javascript(path: str, language: str, source: Source) -> FileStructure:
    """Describe a file; text that does not parse gives what could be recovered and `complete` false."""
    root = parse_tree(language, source.data).root_node
    return _Describer(path, language, source, root).file()


class _Describer:
    def __init__(self, path: str, language: str, source: Source, root: Node) -> None:
        self.path = path
        self.language = language
        self.source = source
        self.root = root
        self.found = definitions(root)
        self.exported = exported_names(root)
        self.imports = read_imports(root, source)
        self.names = JsNames(
            self.imports.stands_for,
            frozenset(made.name for made in self.found if made.kind == "constant" and not self._is_fixed(made)),
            frozenset(made.value.id for made in self.found if made.kind != "constant"),
            tuple(match.start() for match in _THROW.finditer(source.data)),
        )

    def _is_fixed(self, made: JsDefinition) -> bool:
        words = self.source.data[made.own_start : made.own_start + 40].split()
        return b"const" in words[:3]

    def file(self) -> FileStructure:
        documented = leading_documentation(self.root, self.source)
        symbols: list[Symbol] = []
        public: dict[str, bool] = {}
        for made in self.found:
            symbol = self._symbol(made, public)
            public.setdefault(symbol.qualified_name, symbol.is_public)
            symbols.append(symbol)
        body, _ = scan_body(self.root, self.source, self.names)
        return FileStructure(
            path=self.path,
            language=self.language,
            parser="tree-sitter",
            complete=not self.root.has_error,
            line_count=self.source.line_count,
            documentation=documented[0] if documented else None,
            documentation_at=documented[1] if documented else None,
            imports=self.imports.entries,
            symbols=tuple(symbols),
            body=replace(body, returned=()),
        )

    def _symbol(self, made: JsDefinition, public: dict[str, bool]) -> Symbol:
        doc = doc_of(made)
        parameters, body = self._inside(made)
        body_node = made.value.child_by_field_name("body") if made.kind != "constant" else None
        head_end = body_node.start_byte if body_node else made.outer.end_byte
        head = self.source.excerpt(made.own_start, max(made.own_start + 1, _without_blanks(self.source, head_end)))
        decorators = [child for child in made.outer.children if child.type == "decorator"] if made.is_alone else []
        return Symbol(
            kind=made.kind,
            name=made.name,
            qualified_name=made.qualified_name,
            parent=made.parent,
            start_line=self.source.line_of(made.start),
            end_line=self.source.line_of(max(made.start, made.outer.end_byte - 1)),
            head=head,
            signature=_signature(self.source.beginning(made.own_start, head_end, _LONGEST_HEAD)),
            is_public=self._is_public(made, public),
            documentation=comment_text(text_of(doc)) if doc else None,
            documentation_at=self.source.excerpt(doc.start_byte, doc.end_byte, 40) if doc else None,
            parameters=parameters,
            returns=_annotation(made.value, "return_type"),
            decorators=tuple(one_line(text_of(node).removeprefix("@")) for node in decorators),
            bases=_bases(made.value),
            fields=tuple(self._fields(body_node)) if body_node and made.kind in ("class", "interface", "enum") else (),
            is_async=any(child.type == "async" for child in made.value.children),
            is_overload=made.is_overload,
            is_nested=made.is_nested,
            is_alone=made.is_alone,
            is_whole=not made.outer.has_error,
            body=body,
        )

    def _inside(self, made: JsDefinition) -> tuple[tuple[Parameter, ...], Body]:
        if made.kind not in ("function", "method"):
            return (), Body()
        parameters = list(_parameters(made.value))
        body = made.value.child_by_field_name("body")
        if body is None:
            return tuple(parameters), Body(is_stub=True)
        names = [parameter.name for parameter in parameters]
        scanned, uses = scan_body(body, self.source, self.names, parameters=names)
        return tuple(
            replace(parameter, uses=(*parameter.uses, *uses.get(parameter.name, ()))) for parameter in parameters
        ), scanned

    def _is_public(self, made: JsDefinition, public: dict[str, bool]) -> bool:
        hidden = made.name.startswith(("#", "_")) or made.is_nested
        access = child_of_type(made.node, "accessibility_modifier")
        if hidden or (access is not None and text_of(access) != "public"):
            return False
        if made.parent:
            return public.get(made.parent, True)
        return made.is_exported or self.exported is None or made.name in self.exported

    def _fields(self, body: Node) -> Iterator[Field]:
        for child in body.named_children[:_MOST_FIELDS]:
            if child.type not in _FIELD_TYPES:
                continue
            value = child.child_by_field_name("value")
            if value is not None and value.type in FUNCTION_VALUES:
                continue
            name = field_text(child, "name") or field_text(child, "property") or text_of(child)
            default = one_line(text_of(value)) if value else None
            annotation = _annotation(child, "type") or (one_line(text_of(child)) if "method" in child.type else None)
            yield Field(name, annotation, default, self._at(child))

    def _at(self, node: Node) -> Excerpt:
        return self.source.excerpt(node.start_byte, node.end_byte, 6)


def _without_blanks(source: Source, end: int) -> int:
    """Step back over blanks, so that a head ends on its own last line."""
    while end and source.data[end - 1 : end] in (b" ", b"\t", b"\r", b"\n"):
        end -= 1
    return end


def _signature(text: str) -> str:
    return one_line(text.rstrip(" \t\r\n{").removesuffix("=>").rstrip(" \t\r\n="), 400)


def _parameters(function: Node) -> Iterator[Parameter]:
    single = function.child_by_field_name("parameter")
    listed = function.child_by_field_name("parameters")
    for node in [single] if single else (listed.named_children if listed else []):
        if node.type != "comment":
            yield _parameter(node)


def _parameter(node: Node) -> Parameter:
    pattern = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    rest = pattern.type == "rest_pattern"
    named = next((child for child in pattern.named_children), pattern) if rest else pattern
    annotation = _annotation(node, "type")
    if node.type == "optional_parameter" and value is None:
        known = annotation or "any"
        # An arrow binds less tightly: without parentheses its answer would be what may be undefined.
        annotation = f"({known}) | undefined" if "=>" in known or known.startswith("new ") else f"{known} | undefined"
    default = one_line(text_of(value)) if value else None
    name = one_line(text_of(named))
    # TypeScript stores `constructor(private a)` by itself.
    stored = child_of_type(node, "accessibility_modifier", "readonly") is not None
    uses = (ParameterUse("stored as", f"this.{name}"),) if stored else ()
    return Parameter(name, "rest" if rest else "plain", annotation, default, uses)


def _annotation(node: Node, field: str) -> str | None:
    text = field_text(node, field)
    return one_line(text.removeprefix(":")) if text else None


def _bases(node: Node) -> tuple[str, ...]:
    heritage = child_of_type(node, "class_heritage", "extends_type_clause")
    if heritage is None:
        return ()
    clauses = [child for child in heritage.named_children if child.type in ("extends_clause", "implements_clause")]
    parts: Sequence[Node] = [part for clause in clauses for part in clause.named_children] or heritage.named_children
    return tuple(one_line(text_of(part), 100) for part in parts if part.type != "type_arguments")
