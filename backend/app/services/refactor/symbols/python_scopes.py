"""The scopes of a Python file and the mentions of some words in it, from its syntax tree. Pure.

Rules: docs.python.org/3/reference/executionmodel.html, "Resolution of names". Nothing recurses, so that no nesting is
too deep. What is evaluated outside of the scope it opens (decorators, defaults, bases, annotations) is seen there.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from tree_sitter import Node

from app.adapters.syntax.trees import field_text, parse_tree, text_of, walk
from app.services.refactor.symbols.mentions import Mention, Role, Scope, StringUse
from app.services.refactor.symbols.python_classes import bases_of
from app.services.refactor.symbols.python_strings import use_of

_COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)
_PATTERNS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern",
     "tuple", "list", "parenthesized_expression", "expression_list", "as_pattern_target", "list_splat"}
)  # fmt: skip
_DOTTED = re.compile(r"(?<![{\w.\[\]])([^\W\d][\w.]*)[.:]$")
_PATH = re.compile(r"[\w.]+(?::[\w.]+)?")
# Where a node holds what it gives a value to.
_TARGETS = {
    "assignment": "left",
    "augmented_assignment": "left",
    "for_statement": "left",
    "type_alias_statement": "left",
    "named_expression": "name",
    "as_pattern": "alias",
}
_MODULE = 0


class PythonScopes:
    """One file. `words` are the names looked for; scopes know whether they bind these, and nothing else.

    What holds none of the words is not looked into: a scope without one is not listed.
    """

    def __init__(self, data: bytes, words: Collection[str]) -> None:
        self.data = data
        self.words = frozenset(words)
        self.scopes = [Scope("module", -1, -1)]
        self.mentions: list[Mention] = []
        # Without words nothing matches: not even the empty string.
        self._any_word = re.compile(r"(?<!\w)(?:%s)(?!\w)" % ("|".join(map(re.escape, sorted(words))) or "(?!)"))
        self._binding: dict[int, int] = {}
        self._starts = _starts_of(data, words)
        root = parse_tree("python", data).root_node
        # The parser had to guess: then nothing about this file is certain.
        self.is_broken = root.has_error
        # The tree is several times larger than the file: nothing holds on to it.
        self._walk(root)

    @cached_property
    def by_end(self) -> dict[int, Mention]:
        """The mentions by the offset behind them: no two end at the same place."""
        return {mention.end: mention for mention in self.mentions}

    @cached_property
    def by_start(self) -> dict[int, Mention]:
        """The mentions by their offset."""
        return {mention.start: mention for mention in self.mentions}

    def owner(self, name: str, scope: int) -> int | None:
        """Find the scope whose name it is when read or bound in `scope`; None: no scope of this file binds it."""
        first = self.scopes[scope]
        if name in first.is_global:
            return _MODULE
        if name in first.bound and name not in first.is_nonlocal:
            return scope
        at = first.parent
        while at > _MODULE:
            found = self.scopes[at]
            # Functions inside a class do not see its names.
            if found.kind != "class" and name in found.bound and name not in found.is_nonlocal:
                return _MODULE if name in found.is_global else at
            if found.kind != "class" and name in found.is_global:
                return _MODULE
            at = found.parent
        return _MODULE if name in self.scopes[_MODULE].bound else None

    def path_to(self, at: int) -> list[str]:
        """Name the scopes that lead to the one at an offset, from the outermost; none for the module."""
        return self.path_to_scope(next((index for index, scope in enumerate(self.scopes) if scope.at == at), _MODULE))

    def path_to_scope(self, index: int) -> list[str]:
        """The same for the scope of an index."""
        names: list[str] = []
        while index > _MODULE:
            names.insert(0, self.scopes[index].name)
            index = self.scopes[index].parent
        return names

    def class_named_at(self, end: int) -> Scope | None:
        """Find the class whose name ends at an offset in its statement."""
        return next((scope for scope in self.scopes if scope.kind == "class" and scope.name_end == end), None)

    def called_at(self, end: int) -> Iterator[int]:
        """The functions that a call runs, by their offsets: the one whose name ends here, or a class's constructor."""
        for index, scope in enumerate(self.scopes):
            if scope.name_end == end:
                yield scope.at
                if scope.kind == "class":
                    yield from (each.at for each in self.scopes if each.parent == index and each.name == "__init__")

    def node_at(self, offset: int) -> Node | None:
        """Find the smallest node at an offset. Parses anew, for those few that need one."""
        found: Node | None = parse_tree("python", self.data).root_node.descendant_for_byte_range(offset, offset + 1)
        return found

    def function_at(self, at: int) -> Scope | None:
        """Find the function that a scope's offset belongs to; None when it opens something else."""
        return next((scope for scope in self.scopes if scope.kind == "function" and scope.at == at), None)

    def class_of(self, mention: Mention) -> int | None:
        """Find the class an attribute like `self.x` belongs to: its object is the first parameter of a method."""
        at = mention.scope
        while at > _MODULE and self.scopes[at].kind != "function":
            at = self.scopes[at].parent
        while at > _MODULE:
            scope = self.scopes[at]
            if scope.kind == "function" and scope.parameters[:1] == [mention.head_text]:
                is_static = any(each.rpartition(".")[2] == "staticmethod" for each in scope.decorators)
                parent = -1 if is_static else scope.parent
                return parent if parent > _MODULE and self.scopes[parent].kind == "class" else None
            at = scope.parent
        return None

    def _walk(self, root: Node) -> None:
        stack: list[tuple[Node, int]] = [(root, _MODULE)]
        while stack:
            node, scope = stack.pop()
            # Later ones first, so that the next one popped comes next in the file.
            stack.extend(reversed([each for each in self._visit(node, scope) if self._holds_a_word(each[0])]))

    def _holds_a_word(self, node: Node) -> bool:
        at = bisect_left(self._starts, node.start_byte)
        return at < len(self._starts) and self._starts[at] < node.end_byte

    def _visit(self, node: Node, scope: int) -> Iterator[tuple[Node, int]]:
        kind = node.type
        if kind == "identifier":
            self._identifier(node, scope)
        elif kind in ("function_definition", "lambda"):
            yield from self._function(node, scope)
        elif kind == "class_definition":
            yield from self._class(node, scope)
        elif kind in _COMPREHENSIONS:
            yield from self._comprehension(node, scope)
        elif kind in ("import_from_statement", "import_statement"):
            self._import(node, scope)
        elif kind in ("global_statement", "nonlocal_statement"):
            self._declare(node, scope)
            yield from ((child, scope) for child in node.children)
        elif kind == "comment":
            self._words_in(node, scope, Role.COMMENT)
        elif kind == "string_content":
            self._words_in(node, scope, Role.STRING)
        elif kind == "case_pattern":
            yield from self._case(node, scope)
        else:
            self._bind_targets(node, scope)
            yield from ((child, scope) for child in node.children)

    def _function(self, node: Node, scope: int) -> Iterator[tuple[Node, int]]:
        own = self._open("function", node, scope)
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None:
            self._bind(name, scope)
            yield name, scope
        parameters = node.child_by_field_name("parameters")
        # Annotations see the function's type parameters.
        outside = own if node.child_by_field_name("type_parameters") is not None else scope
        for child in node.children:
            if child == name or (parameters is None and child == body):
                continue
            if child == parameters:
                yield from self._parameters(child, outside, own)
            elif child != body:
                yield child, outside
        if body is not None:
            yield body, own

    def _parameters(self, node: Node, scope: int, own: int) -> Iterator[tuple[Node, int]]:
        for child in node.children:
            target = child.child_by_field_name("name") or child
            if child.type == "typed_parameter":
                target = child.children[0]
            for name in _names_in(target):
                self._bind(name, own)
                self.scopes[own].parameters.append(text_of(name))
                yield name, own
            if target != child:
                # Annotations and defaults belong to whoever defines the function.
                yield from ((part, scope) for part in child.children if part != target)

    def _class(self, node: Node, scope: int) -> Iterator[tuple[Node, int]]:
        own = self._open("class", node, scope)
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        self.scopes[own].bases = [text_of(base)[-200:] for base in bases_of(node)]
        if name is not None:
            self._bind(name, scope)
        for child in node.children:
            yield child, own if child == body or child.type == "type_parameter" else scope

    def _comprehension(self, node: Node, scope: int) -> Iterator[tuple[Node, int]]:
        own = self._open("comprehension", node, scope)
        is_first = True
        for child in node.children:
            if child.type != "for_in_clause":
                yield child, own
                continue
            left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
            for name in _names_in(left) if left else ():
                self._bind(name, own)
            for part in child.children:
                # The first iterable is evaluated before the comprehension begins.
                yield part, scope if is_first and part == right else own
            is_first = False

    def _import(self, node: Node, scope: int) -> None:
        is_from = node.type == "import_from_statement"
        module_node = node.child_by_field_name("module_name")
        module = text_of(module_node) if module_node else ""
        if module_node is not None:
            self._module_path(module_node, scope)
        for each in node.children_by_field_name("name"):
            alias = each.child_by_field_name("alias") if each.type == "aliased_import" else None
            path = each.child_by_field_name("name") if each.type == "aliased_import" else each
            if alias is not None:
                self._bind(alias, scope)
                self._add(alias, Role.NAME, scope, module=module, alias=True)
            if path is None:
                continue
            if is_from:
                self._imported(path, scope, module, alias)
            else:
                if alias is None:
                    self._bind(path.children[0] if path.children else path, scope)
                self._module_path(path, scope)

    def _imported(self, path: Node, scope: int, module: str, alias: Node | None) -> None:
        name = path.children[0] if path.children else path
        is_repeated = alias is not None and text_of(alias) == text_of(name)
        if alias is None:
            self._bind(name, scope)
        self._add(name, Role.IMPORTED, scope, module=module, alias=alias is not None, is_repeated=is_repeated)

    def _module_path(self, node: Node, scope: int) -> None:
        path = text_of(node)
        for part in walk(node):
            if part.type == "identifier":
                before = path.encode()[: part.start_byte - node.start_byte].decode()
                self._add(part, Role.MODULE, scope, module=path, head_text="".join(before.split()))

    def _declare(self, node: Node, scope: int) -> None:
        names = {text_of(child) for child in node.children if child.type == "identifier"} & self.words
        declared = self.scopes[scope]
        (declared.is_global if node.type == "global_statement" else declared.is_nonlocal).update(names)

    def _case(self, node: Node, scope: int) -> Iterator[tuple[Node, int]]:
        for child in node.children:
            if child.type == "dotted_name" and len(child.children) == 1:
                self._bind(child.children[0], scope)
            if child.type == "as_pattern":
                self._bind_last(child, scope)
            yield child, scope

    def _bind_last(self, node: Node, scope: int) -> None:
        last = node.children[-1] if node.children else None
        if last is not None and last.type == "identifier":
            self._bind(last, scope)

    def _bind_targets(self, node: Node, scope: int) -> None:
        """Note what a statement or expression gives values to."""
        if node.type == "splat_pattern":
            self._bind_last(node, scope)
            return
        if node.type == "type_parameter":
            for name in _declared_types(node):
                self._bind(name, scope)
            return
        field = _TARGETS.get(node.type)
        target = node.child_by_field_name(field) if field else None
        if node.type == "delete_statement":
            target = node.children[-1]
        while node.type == "named_expression" and self.scopes[scope].kind == "comprehension":
            scope = self.scopes[scope].parent
        for name in _names_in(target) if target else ():
            self._bind(name, scope)

    def _bind(self, name: Node, scope: int) -> None:
        text = text_of(name)
        if text in self.words:
            self.scopes[scope].bound.add(text)
            self._binding[name.start_byte] = scope

    def _open(self, kind: str, node: Node, parent: int) -> int:
        decorated = node.parent if node.parent and node.parent.type == "decorated_definition" else None
        decorators = [text_of(each)[1:].strip()[:200] for each in decorated.children[:-1]] if decorated else []
        name = node.child_by_field_name("name")
        name_end = name.end_byte if name else -1
        self.scopes.append(
            Scope(kind, node.start_byte, parent, field_text(node, "name"), name_end, decorators=decorators)
        )
        return len(self.scopes) - 1

    def _identifier(self, node: Node, scope: int) -> None:
        parent = node.parent
        if text_of(node) not in self.words or parent is None:
            return
        if parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
            object_ = parent.child_by_field_name("object")
            self._add(node, Role.ATTRIBUTE, scope, head=object_)
        elif parent.type == "keyword_argument" and parent.child_by_field_name("name") == node:
            call = parent.parent.parent if parent.parent else None
            function = call.child_by_field_name("function") if call else None
            self._add(node, Role.KEYWORD, scope, head=function)
        elif parent.type == "keyword_pattern" and parent.children[0] == node:
            pattern = parent.parent.parent if parent.parent else None
            self._add(node, Role.PATTERN_KEYWORD, scope, head=pattern.children[0] if pattern else None)
        else:
            self._add(node, Role.NAME, scope)

    def _add(self, node: Node, role: Role, scope: int, *, head: Node | None = None, **facts: Any) -> None:
        name = text_of(node)
        if name not in self.words:
            return
        bound_in = self._binding.get(node.start_byte)
        facts = {"head_text": text_of(head)[-200:] if head else "", **facts}
        self.mentions.append(
            Mention(
                name, node.start_byte, node.end_byte, role, scope if bound_in is None else bound_in,
                binds=bound_in is not None, head=head.end_byte if head else None, **facts,
            )
        )  # fmt: skip

    def _words_in(self, node: Node, scope: int, role: Role) -> None:
        text = text_of(node)
        for found in self._any_word.finditer(text):
            start = node.start_byte + len(text[: found.start()].encode("utf-8", "surrogatepass"))
            self.mentions.append(
                Mention(
                    found[0], start, start + len(found[0].encode()), role, scope,
                    use=use_of(node, found[0], text[: found.start()]) if role is Role.STRING else StringUse.OTHER,
                    is_whole=found[0] == text,
                    is_in_path=_PATH.fullmatch(text) is not None,
                    head_text=_path_before(text[: found.start()]),
                )
            )  # fmt: skip


def _starts_of(data: bytes, words: Collection[str]) -> list[int]:
    """The offsets at which a word may stand, in order. A digit before it may belong to something else: `1if`."""
    return sorted(
        found.start()
        for word in words
        for found in re.finditer(rb"(?<![A-Za-z_])%s(?![A-Za-z0-9_])" % re.escape(word.encode()), data)
    )


def _path_before(text: str) -> str:
    """Give the dotted path that ends a text right before a word: "a.b" of "see a.b.", "" when there is none."""
    path = _DOTTED.search(text[-200:])
    return path[1] if path else ""


def _declared_types(node: Node) -> Iterator[Node]:
    """The names of type parameters; `list[Cart]` in an annotation looks the same to the parser, and declares none."""
    alias = node.parent.parent.parent if node.parent and node.parent.parent else None
    is_alias = alias is not None and alias.type == "type_alias_statement"
    if is_alias or (node.parent and node.parent.type in ("class_definition", "function_definition")):
        for each in node.named_children:
            yield from [name for name in walk(each) if name.type == "identifier"][:1]


def _names_in(target: Node) -> Iterator[Node]:
    """The identifiers a target binds; attributes and subscripts bind none."""
    stack = [target]
    while stack:
        node = stack.pop()
        if node.type == "identifier":
            yield node
        elif node.type in _PATTERNS or (node.type == "type" and node == target):
            stack.extend(reversed(node.children))
