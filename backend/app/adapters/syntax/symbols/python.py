"""The names of a Python file, by docs.python.org/3/reference/executionmodel.html, "Resolution of names".

Nothing recurses, so that no nesting is too deep. What is evaluated outside of the scope it opens (decorators,
defaults, bases, annotations) is seen there.
"""

from tree_sitter import Node

from app.adapters.syntax.symbols.python_imports import Imports
from app.adapters.syntax.symbols.python_patterns import PATTERNS, decorators_of, targets_of
from app.adapters.syntax.symbols.table import NOTHING, SUPER, FileSymbols, Place, ScopeKind, Use
from app.adapters.syntax.symbols.walk import MODULE, Walker
from app.adapters.syntax.trees import text_of

_CHAIN = frozenset({"attribute", "call", "subscript"})


def read_python(root: Node, data: bytes) -> FileSymbols:
    """Collect the names of a parsed file."""
    return _Reader(data).read(root)


class _Reader(Walker):
    def __init__(self, data: bytes) -> None:
        super().__init__(data, "python")
        imports = Imports(self.into)
        self._handlers = {
            "identifier": self._name,
            "attribute": self._chain_only,
            "call": self._chain_only,
            "subscript": self._chain_only,
            "function_definition": self._function,
            "lambda": self._lambda,
            "class_definition": self._class,
            "list_comprehension": self._comprehension,
            "set_comprehension": self._comprehension,
            "dictionary_comprehension": self._comprehension,
            "generator_expression": self._comprehension,
            "import_statement": imports.plain,
            "import_from_statement": imports.taken,
            "future_import_statement": self._skip,
            "global_statement": self._declare,
            "nonlocal_statement": self._declare,
            "assignment": self._assignment,
            "augmented_assignment": self._left,
            "for_statement": self._left,
            "for_in_clause": self._left,
            "named_expression": self._walrus,
            "as_pattern": self._as,
            "keyword_argument": self._keyword,
            "case_pattern": self._case,
            "splat_pattern": self._capture,
            "keyword_pattern": self._keyword_pattern,
            "delete_statement": self._children,
            "comment": self._skip,
            "string_content": self._skip,
        }

    def _chain_only(self, node: Node, scope: int, owner: int) -> None:
        self._chain(node, scope, owner)

    def _chain(self, node: Node, scope: int, owner: int, use: Use = Use.READ) -> int:
        """`a.b(c).d[e]`: names from left to right, each with the one before it; NOTHING behind what has no name."""
        steps: list[Node] = []
        while node.type in _CHAIN:
            steps.append(node)
            field = {"attribute": "object", "call": "function", "subscript": "value"}[node.type]
            below = node.child_by_field_name(field)
            if below is None:
                break
            node = below
        head = NOTHING
        if node.type == "identifier":
            head = self.into.mention(node, Place.NAME, Use.READ, scope, owner)
        elif node.type not in _CHAIN:
            self._stack.append((node, scope, owner))
        is_super = node.type == "identifier" and text_of(node) == "super"
        called: set[int] = set()
        for step in reversed(steps):
            if step.type == "attribute":
                name = step.child_by_field_name("attribute")
                head = (
                    self.into.mention(name, Place.ATTRIBUTE, Use.READ, NOTHING, owner, head=head) if name else NOTHING
                )
            elif step.type == "call":
                if head in called:
                    head = NOTHING
                self.into.use(head, Use.CALL)
                called.add(head)
                self._arguments(step, scope, owner, head)
                head = SUPER if is_super and head >= 0 else head
                is_super = False
            else:
                self._push(list(step.children_by_field_name("subscript")), scope, owner)
                head = NOTHING
        if use is not Use.READ and steps[0].type == "attribute":
            self.into.use(head, use)
        return head

    def _arguments(self, call: Node, scope: int, owner: int, function: int) -> None:
        arguments = call.child_by_field_name("arguments")
        if arguments is None:
            return
        if arguments.type == "generator_expression":
            self._stack.append((arguments, scope, owner))
            return
        rest: list[Node] = []
        for each in arguments.named_children:
            if each.type != "keyword_argument":
                rest.append(each)
                continue
            name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
            if name is not None:
                self.into.mention(name, Place.KEYWORD, Use.READ, NOTHING, owner, head=function)
            rest += [value] if value else []
        self._push(rest, scope, owner)

    def _keyword(self, node: Node, scope: int, owner: int) -> None:
        self._push(node.children_by_field_name("value"), scope, owner)

    def _function(self, node: Node, scope: int, owner: int) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        parameters = node.child_by_field_name("parameters")
        if name is None:
            return self._children(node, scope, owner)
        in_class = self.into.scopes[scope].kind is ScopeKind.CLASS
        binding = self.into.bind(text_of(name), scope)
        made = self.into.define(
            node, name, "method" if in_class else "function", binding, parent=owner,
            is_exported=scope == MODULE and not text_of(name).startswith("_"),
        )  # fmt: skip
        self.into.mention(name, Place.NAME, Use.DEFINE, scope, owner)
        own = self.into.open(ScopeKind.FUNCTION, scope, made)
        if own is None:
            return None
        self.into.scope_of(made, own)
        if body is not None:
            self._stack.append((body, own, made))
        self._push(node.children_by_field_name("return_type"), scope, owner)
        self._push([child for child in node.children if child.type == "type_parameter"], own, made)
        if parameters is not None:
            self._parameters(parameters, scope, own, made)
            if in_class and "staticmethod" not in decorators_of(node):
                self._mark_self(parameters, own, self.into.scopes[scope].definition)
        return None

    def _mark_self(self, parameters: Node, own: int, of: int) -> None:
        first = parameters.named_children[0] if parameters.named_children else None
        names = list(targets_of(first.named_children[0] if first.type == "typed_parameter" else first)) if first else []
        if names:
            self.into.bindings[self.into.bind(text_of(names[0]), own)].self_of = of

    def _lambda(self, node: Node, scope: int, owner: int) -> None:
        own = self.into.open(ScopeKind.FUNCTION, scope)
        if own is None:
            return
        self._push(node.children_by_field_name("body"), own, owner)
        parameters = node.child_by_field_name("parameters")
        if parameters is not None:
            self._parameters(parameters, scope, own, owner)

    def _parameters(self, node: Node, scope: int, own: int, owner: int) -> None:
        around = self.into.scopes[scope].definition
        for child in node.named_children:
            target = child.child_by_field_name("name") or child
            if child.type == "typed_parameter":
                target = child.named_children[0]
            bound = [self._bind(name, own, owner) for name in targets_of(target)]
            type_ = child.child_by_field_name("type")
            hint = self._type(type_, scope, around) if type_ else NOTHING
            if len(bound) == 1 and target.type == "identifier":
                self.into.bindings[bound[0]].hint = hint
            self._push(child.children_by_field_name("value"), scope, around)

    def _type(self, node: Node, scope: int, owner: int) -> int:
        """Visit an annotation; its mention, where it is a plain name."""
        inner = node.named_children[0] if node.type == "type" and node.named_children else node
        if inner.type == "identifier":
            return self.into.mention(inner, Place.NAME, Use.READ, scope, owner)
        if inner.type == "attribute":
            return self._chain(inner, scope, owner)
        self._stack.append((inner, scope, owner))
        return NOTHING

    def _bind(self, name: Node, scope: int, owner: int) -> int:
        """Bind a name where it is given a value."""
        binding = self.into.bind(text_of(name), scope)
        self.into.mention(name, Place.NAME, Use.WRITE, scope, owner)
        return binding

    def _class(self, node: Node, scope: int, owner: int) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None:
            return self._children(node, scope, owner)
        binding = self.into.bind(text_of(name), scope)
        exported = scope == MODULE and not text_of(name).startswith("_")
        made = self.into.define(node, name, "class", binding, parent=owner, is_exported=exported)
        self.into.mention(name, Place.NAME, Use.DEFINE, scope, owner)
        own = self.into.open(ScopeKind.CLASS, scope, made)
        if own is None:
            return None
        self.into.scope_of(made, own)
        if body is not None:
            self._stack.append((body, own, made))
        bases = node.child_by_field_name("superclasses")
        for base in bases.named_children if bases else ():
            if base.type in ("keyword_argument", "comment"):
                self._push(base.children_by_field_name("value"), scope, owner)
            else:
                self.into.base(made, self._base(base, scope, owner))
        return None

    def _base(self, base: Node, scope: int, owner: int) -> int:
        """Visit a base: a name, dotted or not, or either with type arguments."""
        if base.type == "identifier":
            return self.into.mention(base, Place.NAME, Use.READ, scope, owner)
        if base.type == "attribute":
            return self._chain(base, scope, owner)
        value = base.child_by_field_name("value") if base.type == "subscript" else None
        if value is not None and value.type in ("identifier", "attribute"):
            self._push(base.children_by_field_name("subscript"), scope, owner)
            return self._base(value, scope, owner)
        self._stack.append((base, scope, owner))
        return NOTHING

    def _comprehension(self, node: Node, scope: int, owner: int) -> None:
        own = self.into.open(ScopeKind.BLOCK, scope)
        if own is None:
            return
        first = next((child for child in node.named_children if child.type == "for_in_clause"), None)
        iterable = first.child_by_field_name("right") if first else None
        if first is not None and iterable is not None:
            # The first iterable is evaluated before the comprehension begins.
            for name in targets_of(first.child_by_field_name("left")):
                self._bind(name, own, owner)
            self._stack.append((iterable, scope, owner))
        self._push([child for child in node.named_children if child != first], own, owner)

    def _left(self, node: Node, scope: int, owner: int) -> None:
        left = node.child_by_field_name("left")
        self._push([child for child in node.named_children if child != left], scope, owner)
        if left is not None:
            self._assign(left, scope, owner)

    def _assignment(self, node: Node, scope: int, owner: int) -> None:
        left, right, type_ = (node.child_by_field_name(field) for field in ("left", "right", "type"))
        hint = self._type(type_, scope, owner) if type_ else NOTHING
        if right is not None and right.type == "call" and hint == NOTHING:
            hint = self._chain(right, scope, owner)
        elif right is not None:
            self._stack.append((right, scope, owner))
        if left is None:
            return
        if left.type == "identifier" and text_of(left) == "__all__" and right is not None:
            self._all(right, owner)
        self._assign(left, scope, owner, hint)

    def _all(self, right: Node, owner: int) -> None:
        for each in right.named_children if right.type in ("list", "tuple") else ():
            content = next((child for child in each.named_children if child.type == "string_content"), None)
            if each.type == "string" and content is not None:
                self.into.mention(content, Place.EXPORT, Use.EXPORT, MODULE, owner)
                self.into.export(text_of(content), local=text_of(content))

    def _assign(self, target: Node, scope: int, owner: int, hint: int = NOTHING) -> None:
        """Visit what is given a value: names are bound, attributes of `self` become the class's, others are read."""
        stack = [target]
        while stack:
            node = stack.pop()
            if node.type == "identifier":
                self._assign_name(node, scope, owner, hint if node == target else NOTHING)
            elif node.type == "attribute":
                head = self._chain(node, scope, owner, Use.WRITE)
                self._assign_attribute(node, scope, owner, head, hint if node == target else NOTHING)
            elif node.type in PATTERNS:
                stack.extend(reversed(node.named_children))
            else:
                self._stack.append((node, scope, owner))

    def _assign_name(self, node: Node, scope: int, owner: int, hint: int) -> None:
        binding = self._bind(node, scope, owner)
        kind = self.into.scopes[scope].kind
        if hint != NOTHING:
            self.into.bindings[binding].hint = hint
        if self.into.bindings[binding].scope == scope and not self.into.bindings[binding].definitions:
            name = text_of(node)
            if kind is ScopeKind.CLASS:
                self.into.define(node, node, "attribute", binding, parent=owner, is_exported=False)
            elif kind is ScopeKind.MODULE:
                what = "constant" if name.isupper() else "variable"
                exported = not name.startswith("_")
                self.into.define(node, node, what, binding, parent=NOTHING, is_exported=exported)

    def _assign_attribute(self, node: Node, scope: int, owner: int, mention: int, hint: int) -> None:
        object_, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if object_ is None or name is None or object_.type != "identifier" or mention == NOTHING:
            return
        at = scope
        while at != NOTHING and self.into.scopes[at].kind is not ScopeKind.CLASS:
            found = self.into.scopes[at].bound.get(text_of(object_), NOTHING)
            if found != NOTHING:
                self._own_attribute(node, name, self.into.bindings[found].self_of, hint)
                return
            at = self.into.scopes[at].parent

    def _own_attribute(self, node: Node, name: Node, class_: int, hint: int) -> None:
        if class_ == NOTHING:
            return
        scope = self.into.scope_opened_by(class_)
        is_new = text_of(name) not in self.into.scopes[scope].bound
        binding = self.into.bind(text_of(name), scope, is_member=True)
        if is_new:
            self.into.bindings[binding].hint = hint
            self.into.define(node, name, "attribute", binding, parent=class_, is_exported=False)

    def _walrus(self, node: Node, scope: int, owner: int) -> None:
        name = node.child_by_field_name("name")
        self._push(node.children_by_field_name("value"), scope, owner)
        while self.into.scopes[scope].kind is ScopeKind.BLOCK:
            scope = self.into.scopes[scope].parent
        if name is not None:
            self._assign(name, scope, owner)

    def _as(self, node: Node, scope: int, owner: int) -> None:
        alias = node.child_by_field_name("alias")
        last = node.named_children[-1] if node.named_children else None
        target = alias or (last if last is not None and last.type == "identifier" else None)
        self._push([child for child in node.named_children if child != target], scope, owner)
        if target is not None:
            self._assign(target, scope, owner)

    def _case(self, node: Node, scope: int, owner: int) -> None:
        inner = node.named_children[0] if node.named_children else None
        if inner is not None and inner.type == "dotted_name" and len(inner.named_children) == 1:
            self._assign(inner.named_children[0], scope, owner)
        else:
            self._children(node, scope, owner)

    def _capture(self, node: Node, scope: int, owner: int) -> None:
        for name in node.named_children:
            if name.type == "identifier":
                self._assign(name, scope, owner)

    def _keyword_pattern(self, node: Node, scope: int, owner: int) -> None:
        if node.named_children:
            self.into.mention(node.named_children[0], Place.KEYWORD, Use.READ, NOTHING, owner)
            self._push(node.named_children[1:], scope, owner)

    def _declare(self, node: Node, scope: int, owner: int) -> None:
        for name in node.named_children:
            home = MODULE
            if node.type == "nonlocal_statement":
                at = self.into.scopes[scope].parent
                while at > MODULE and text_of(name) not in self.into.scopes[at].bound:
                    at = self.into.scopes[at].parent
                home = max(at, MODULE)
            self.into.scopes[scope].elsewhere[text_of(name)] = home
            self.into.mention(name, Place.NAME, Use.READ, scope, owner)
