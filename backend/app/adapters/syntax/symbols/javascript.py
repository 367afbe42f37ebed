"""The names of a JavaScript or TypeScript file, JSX included. Nothing recurses, so that no nesting is too deep.

Types and values are not told apart: a class is both, and an import may be either.
"""

from collections.abc import Iterator

from tree_sitter import Node

from app.adapters.syntax.symbols.javascript_modules import Modules
from app.adapters.syntax.symbols.javascript_walk import CHAIN, NAMES, ScriptWalker
from app.adapters.syntax.symbols.table import NOTHING, SELF, FileSymbols, Place, ScopeKind, Use
from app.adapters.syntax.symbols.walk import MODULE
from app.adapters.syntax.trees import text_of

_FUNCTIONS = (
    *("function_declaration", "generator_function_declaration", "function_expression", "generator_function"),
    *("arrow_function", "function_signature", "method_definition", "method_signature", "abstract_method_signature"),
)
FUNCTION_VALUES = frozenset({"arrow_function", "function_expression", "generator_function"})
_CLASSES = ("class_declaration", "abstract_class_declaration", "class", "interface_declaration")
_MEMBER_KINDS = {
    "public_field_definition": "attribute",
    "field_definition": "attribute",
    "property_signature": "attribute",
}


def read_javascript(root: Node, data: bytes, language: str) -> FileSymbols:
    """Collect the names of a parsed file; `language` is "javascript", "typescript" or "tsx"."""
    return _Reader(data, language).read(root)


class _Reader(ScriptWalker):
    def __init__(self, data: bytes, language: str) -> None:
        super().__init__(data, language)
        self._modules = Modules(self.into)
        # Under what a declaration is exported that is being read: its own name, "default", or not at all.
        self._exported_as: str | None = None
        self._handlers = {
            **dict.fromkeys(NAMES, self._name),
            **dict.fromkeys(CHAIN, self._chain_only),
            **dict.fromkeys(_FUNCTIONS, self._function),
            **dict.fromkeys(_CLASSES, self._class),
            **dict.fromkeys(_MEMBER_KINDS, self._field),
            "property_identifier": self._property,
            "shorthand_property_identifier_pattern": self._bound,
            "statement_block": self._block,
            "for_statement": self._block,
            "for_in_statement": self._for_in,
            "catch_clause": self._catch,
            "variable_declarator": self._variable,
            "assignment_expression": self._assignment,
            "augmented_assignment_expression": self._assignment,
            "type_alias_declaration": self._named,
            "enum_declaration": self._enum,
            "internal_module": self._namespace,
            "module": self._namespace,
            "import_statement": self._import,
            "export_statement": self._export,
            "nested_type_identifier": self._nested,
            "nested_identifier": self._nested,
            "jsx_opening_element": self._element,
            "jsx_self_closing_element": self._element,
            "jsx_closing_element": self._element,
            "type_parameter": self._type_parameter,
            "comment": self._skip,
            "string": self._skip,
        }

    def _block(self, node: Node, scope: int, owner: int) -> None:
        own = self.into.open(ScopeKind.BLOCK, scope)
        if own is not None:
            self._children(node, own, owner)

    def _for_in(self, node: Node, scope: int, owner: int) -> None:
        own = self.into.open(ScopeKind.BLOCK, scope)
        left = node.child_by_field_name("left")
        if own is None or left is None:
            return
        self._fields(node, ("right", "body"), own, owner)
        if node.child_by_field_name("kind") is not None:
            self._pattern(left, own, owner)
        else:
            self._stack.append((left, scope, owner))

    def _catch(self, node: Node, scope: int, owner: int) -> None:
        own = self.into.open(ScopeKind.BLOCK, scope)
        if own is None:
            return
        self._fields(node, ("body",), own, owner)
        for name in node.children_by_field_name("parameter"):
            self._pattern(name, own, owner)

    def _function(self, node: Node, scope: int, owner: int) -> None:
        name = node.child_by_field_name("name")
        made = owner
        if name is not None and node.type not in FUNCTION_VALUES:
            made = self._declare(node, name, "function", scope, owner)
        self._function_in(node, scope, owner, made, None if node.type not in FUNCTION_VALUES else name)

    def _function_in(self, node: Node, scope: int, owner: int, made: int, own_name: Node | None = None) -> None:
        """Visit parameters and body; `made` is the definition that this is the function of."""
        own = self.into.open(ScopeKind.FUNCTION, scope, made if made != owner else NOTHING)
        if own is None:
            return
        if made != owner:
            self.into.scope_of(made, own)
        if own_name is not None:
            self._bound(own_name, own, made)
        body = node.child_by_field_name("body")
        if body is not None:
            self._push(body.named_children if body.type == "statement_block" else [body], own, made)
        self._fields(node, ("type_parameters", "return_type"), own, made)
        for each in node.children_by_field_name("parameter"):
            self._pattern(each, own, made)
        parameters = node.child_by_field_name("parameters")
        for each in parameters.named_children if parameters else ():
            self._parameter(each, own, made)

    def _parameter(self, node: Node, scope: int, owner: int) -> None:
        pattern = node.child_by_field_name("pattern") or node
        hint = self._type_of(node, scope, owner)
        self._fields(node, ("value",), scope, owner)
        if pattern.type == "this":
            return
        self._pattern(pattern, scope, owner, hint)
        first = node.children[0] if node.children else None
        class_ = self.into.class_of(owner)
        if first is not None and first.type in ("accessibility_modifier", "readonly") and class_ != NOTHING:
            # TypeScript's `constructor(private store: Store)` declares an attribute, too.
            self._attribute(node, pattern, class_, hint)

    def _type_of(self, node: Node, scope: int, owner: int) -> int:
        """Visit an annotation; its mention, where it is a plain name."""
        type_ = node.child_by_field_name("type")
        inner = type_.named_children[0] if type_ is not None and type_.named_children else None
        if inner is not None and inner.type == "type_identifier":
            return self.into.mention(inner, Place.NAME, Use.READ, scope, owner)
        if type_ is not None:
            self._children(type_, scope, owner)
        return NOTHING

    def _pattern(self, target: Node, scope: int, owner: int, hint: int = NOTHING) -> None:
        """Bind what a pattern names; defaults and computed keys are read."""
        stack = [target]
        while stack:
            node = stack.pop()
            if node.type in ("identifier", "shorthand_property_identifier_pattern"):
                self._bound(node, scope, owner)
                if hint != NOTHING and node == target:
                    self.into.bindings[self.into.bind(text_of(node), scope)].hint = hint
                    self.into.bindings[self.into.bind(text_of(node), scope)].times = 1
            elif node.type in ("assignment_pattern", "object_assignment_pattern"):
                self._fields(node, ("right",), scope, owner)
                stack += node.children_by_field_name("left")
            elif node.type == "pair_pattern":
                self._fields(node, ("key",), scope, owner)
                stack += node.children_by_field_name("value")
            elif node.type in ("object_pattern", "array_pattern", "rest_pattern"):
                stack.extend(reversed(node.named_children))
            else:
                self._stack.append((node, scope, owner))

    def _declare(self, node: Node, name: Node, kind: str, scope: int, owner: int) -> int:
        """Bind and define what a statement or a member declares."""
        in_class = self.into.scopes[scope].kind is ScopeKind.CLASS
        binding = self.into.bind(text_of(name), scope, is_member=in_class)
        kind = "method" if in_class and kind == "function" else kind
        is_exported = self._exported_as is not None
        made = self.into.define(node, name, kind, binding, parent=owner, is_exported=is_exported)
        if in_class:
            self.into.mention(name, Place.ATTRIBUTE, Use.DEFINE, binding, owner, head=SELF)
        else:
            self.into.mention(name, Place.NAME, Use.DEFINE, scope, owner)
        if self._exported_as is not None:
            self.into.export(self._exported_as or text_of(name), binding=binding)
        return made

    def _class(self, node: Node, scope: int, owner: int) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        kind = "interface" if node.type == "interface_declaration" else "class"
        if name is None or body is None:
            return self._children(node, scope, owner)
        self._class_in(node, scope, owner, self._declare(node, name, kind, scope, owner))
        return None

    def _class_in(self, node: Node, scope: int, owner: int, made: int) -> None:
        own = self.into.open(ScopeKind.CLASS, scope, made)
        if own is None:
            return
        self.into.scope_of(made, own)
        for child in node.named_children:
            if child.type in ("class_heritage", "extends_type_clause"):
                for base in _bases(child):
                    self.into.base(made, self._base(base, scope, owner))
            elif child.type == "decorator":
                self._stack.append((child, scope, owner))
        self._fields(node, ("body", "type_parameters"), own, made)

    def _base(self, base: Node, scope: int, owner: int) -> int:
        while base.type in ("generic_type", "expression_with_type_arguments") and base.named_children:
            self._push(base.named_children[1:], scope, owner)
            base = base.named_children[0]
        if base.type in NAMES:
            return self.into.mention(base, Place.NAME, Use.READ, scope, owner)
        if base.type == "member_expression":
            return self._chain(base, scope, owner)
        self._stack.append((base, scope, owner))
        return NOTHING

    def _field(self, node: Node, scope: int, owner: int) -> None:
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        if name is None or self.into.scopes[scope].kind is not ScopeKind.CLASS:
            return self._children(node, scope, owner)
        value = node.child_by_field_name("value")
        is_function = value is not None and value.type in FUNCTION_VALUES
        made = self._declare(node, name, "function" if is_function else "attribute", scope, owner)
        hint = self._type_of(node, scope, owner)
        if value is not None and is_function:
            self._function_in(value, scope, owner, made)
        elif value is not None:
            hint = self._value(value, scope, owner) if hint == NOTHING else hint
            self._push([] if value.type in CHAIN else [value], scope, owner)
        self.into.bindings[self.into.bind(text_of(name), scope, is_member=True)].hint = hint
        return None

    def _value(self, value: Node, scope: int, owner: int) -> int:
        """Visit a value that is a chain; the mention of the class that it makes an object of, or NOTHING."""
        if value.type not in CHAIN:
            return NOTHING
        made = self._chain(value, scope, owner)
        return made if value.type == "new_expression" else NOTHING

    def _variable(self, node: Node, scope: int, owner: int) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return
        home = self._home(node, scope)
        if value is not None and self._modules.required(name, value, home, owner):
            return
        hint = self._type_of(node, scope, owner)
        if name.type != "identifier":
            self._pattern(name, home, owner)
            self._push([value] if value else [], scope, owner)
        elif value is not None and value.type in FUNCTION_VALUES:
            self._function_in(value, scope, owner, self._declare(node, name, "function", home, owner))
        elif value is not None and value.type == "class" and value.child_by_field_name("body"):
            self._class_in(value, scope, owner, self._declare(node, name, "class", home, owner))
        else:
            if value is not None and value.type in CHAIN:
                made = self._value(value, scope, owner)
                hint = hint if hint != NOTHING else made
            elif value is not None:
                self._stack.append((value, scope, owner))
            self._plain_variable(node, name, home, owner, hint)

    def _home(self, declarator: Node, scope: int) -> int:
        """Find the scope that a variable belongs to: `var` to the function, others to the block."""
        around = declarator.parent
        if around is not None and around.type == "variable_declaration":
            while self.into.scopes[scope].kind is ScopeKind.BLOCK:
                scope = self.into.scopes[scope].parent
        return scope

    def _plain_variable(self, node: Node, name: Node, home: int, owner: int, hint: int) -> None:
        if home == MODULE:
            is_const = node.parent is not None and node.parent.type == "lexical_declaration"
            self._declare(node, name, "constant" if is_const else "variable", home, owner)
        else:
            self._bound(name, home, owner)
        binding = self.into.bindings[self.into.bind(text_of(name), home)]
        binding.times -= 1
        binding.hint = hint

    def _assignment(self, node: Node, scope: int, owner: int) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if scope == MODULE and self._modules.common_export(node, left, right, owner):
            if right.type != "identifier":
                self._stack.append((right, scope, owner))
            return
        self._stack.append((right, scope, owner))
        if left.type == "identifier":
            self.into.mention(left, Place.NAME, Use.WRITE, scope, owner)
        elif left.type == "member_expression":
            head = left.child_by_field_name("object")
            self._chain(left, scope, owner, Use.WRITE)
            name, class_ = left.child_by_field_name("property"), self.into.class_of(owner)
            if head is not None and head.type == "this" and class_ != NOTHING and name is not None:
                self._attribute(node, name, class_, NOTHING)
        else:
            self._stack.append((left, scope, owner))

    def _attribute(self, node: Node, name: Node, class_: int, hint: int) -> None:
        scope = self.into.scope_opened_by(class_)
        if name.type not in ("identifier", "property_identifier", "private_property_identifier") or scope == NOTHING:
            return
        is_new = text_of(name) not in self.into.scopes[scope].bound
        binding = self.into.bind(text_of(name), scope, is_member=True)
        if is_new:
            self.into.bindings[binding].hint = hint
            self.into.define(node, name, "attribute", binding, parent=class_, is_exported=False)

    def _named(self, node: Node, scope: int, owner: int) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self._declare(node, name, "type", scope, owner)
            self._push([child for child in node.named_children if child != name], scope, owner)

    def _enum(self, node: Node, scope: int, owner: int) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return
        made = self._declare(node, name, "enum", scope, owner)
        own = self.into.open(ScopeKind.CLASS, scope, made)
        if own is None:
            return
        self.into.scope_of(made, own)
        exported, self._exported_as = self._exported_as, None
        for each in body.named_children:
            member = each.child_by_field_name("name") if each.type == "enum_assignment" else each
            if member is not None and member.type == "property_identifier":
                self._declare(each, member, "constant", own, made)
                self._fields(each, ("value",), scope, made)
        self._exported_as = exported

    def _namespace(self, node: Node, scope: int, owner: int) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or name.type != "identifier":
            self._push([body] if body else [], scope, owner)
            return
        made = self._declare(node, name, "namespace", scope, owner)
        own = self.into.open(ScopeKind.BLOCK, scope, made)
        if own is not None and body is not None:
            self.into.scope_of(made, own)
            self._push(body.named_children, own, made)

    def _type_parameter(self, node: Node, scope: int, owner: int) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self._bound(name, scope, owner)
        self._push([child for child in node.named_children if child != name], scope, owner)

    def _import(self, node: Node, scope: int, owner: int) -> None:
        self._modules.imported(node, scope, owner)

    def _export(self, node: Node, scope: int, owner: int) -> None:
        is_default = any(child.type == "default" for child in node.children)
        declaration = node.child_by_field_name("declaration")
        value = node.child_by_field_name("value")
        self._push([child for child in node.named_children if child.type == "decorator"], scope, owner)
        if declaration is not None:
            at_top = self.into.scopes[scope].kind is ScopeKind.MODULE
            self._exported_as = ("default" if is_default else "") if at_top else None
            inner = [declaration]
            if declaration.type in ("lexical_declaration", "variable_declaration", "ambient_declaration"):
                inner = declaration.named_children
            for each in inner:
                self._visit(each, scope, owner)
            self._exported_as = None
        elif value is not None:
            if not self._modules.default_export(value, owner):
                self._stack.append((value, scope, owner))
        else:
            self._modules.exported(node, owner)


def _bases(clause: Node) -> Iterator[Node]:
    """What a class extends and implements; type arguments are left to who visits the base."""
    for child in clause.named_children:
        if child.type in ("extends_clause", "implements_clause"):
            yield from (each for each in child.named_children if each.type != "type_arguments")
        elif child.type != "type_arguments":
            yield child
