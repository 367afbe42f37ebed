"""The mentions of some words in a TypeScript or JavaScript file, from its syntax tree. Pure.

What a name stands for is the language server's to say; the tree says as what the word stands there, which is all that
is needed to write another one. Nothing recurses, so that no nesting is too deep.
"""

import re
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath

from tree_sitter import Node

from app.adapters.syntax.trees import parse_tree, text_of
from app.services.refactor.symbols.typescript_nodes import (
    FUNCTIONS,
    HOLDERS,
    bases_of,
    class_of_this,
    holder_of,
    is_assigned_pattern,
    is_common_js_export,
    is_guessed,
    is_key,
    is_looked_up,
    is_member_parameter,
    is_module_path,
    is_required,
    slot_of,
)

GRAMMAR_OF = {".tsx": "tsx", ".jsx": "javascript", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript"}
TOP = -1


class Kind(StrEnum):
    """As what a word stands there."""

    NAME = "name"  # a variable, function, class or type
    MEMBER = "member"  # behind a dot, or a property of JSX
    DECLARED = "declared member"  # of a class, interface, type, object or enum
    PICKED = "picked"  # the key in a destructuring pattern
    SHORT = "shorthand"  # { name }: a value, and the property it is given to
    SHORT_PICK = "shorthand pattern"  # const { name } = …: a property, and the variable it goes to
    IMPORTED = "imported"  # import { name }: what a module gives, and a variable
    EXPORTED = "exported"  # export { name } from …: what a module gives, and what this one does
    ALIAS = "alias"  # a name given by import or export to something called otherwise
    STRING = "string"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class ScriptMention:
    """One word; offsets are bytes.

    `holder` is where the class, type or object begins that a declared member belongs to, and `function` where the
    innermost function does (TOP: none). `alias`: there is another name beside it, given or taken by `as` and its like.
    """

    name: str
    start: int
    end: int
    kind: Kind
    function: int = TOP
    holder: int = TOP
    alias: bool = False
    is_export: bool = False
    is_tied: bool = False  # by CommonJS: the variable and the property are one thing to those who read the code
    is_assigned: bool = False  # of a pattern: it stands on the left of an assignment, which the server misreads
    is_method: bool = False
    is_signature: bool = False  # of a declared member: it stands in a type
    is_whole: bool = False  # of a string: the word is all that is in it
    is_dynamic: bool = False  # of a string: something is looked up by it
    source: int | None = None  # of an import: where the module's path stands
    overload: int | None = None  # of a declared function: where the block it stands in begins
    slot: str = ""  # of an object's key: where objects stand that must be alike, such as the elements of one array


@dataclass(slots=True)
class Holder:
    """Something with members. `bases` are the ends of the names of what it inherits from."""

    at: int
    kind: str
    name: int = TOP
    bases: list[int] = field(default_factory=list)


class ScriptMentions:
    """One file. `words` are the names looked for; without any, only what has members is.

    What holds none of the words is not looked into: a class without one is not listed.
    """

    def __init__(self, path: str, data: bytes, words: Collection[str]) -> None:
        self.data = data
        self.words = frozenset(words)
        self.mentions: list[ScriptMention] = []
        self.holders: dict[int, Holder] = {}
        self._any_word = re.compile(r"(?<![\w$])(?:%s)(?![\w$])" % ("|".join(map(re.escape, sorted(words))) or "(?!)"))
        self._starts = _starts_of(data, words)
        root = parse_tree(GRAMMAR_OF.get(PurePosixPath(path).suffix, "typescript"), data).root_node
        self.is_broken = is_guessed(root)
        # The tree is several times larger than the file: nothing holds on to it.
        self._walk(root)

    @cached_property
    def by_start(self) -> dict[int, ScriptMention]:
        """The mentions by their offset."""
        return {mention.start: mention for mention in self.mentions}

    def declared_at(self, offset: int) -> ScriptMention | None:
        """Find the mention a server points at: it counts the quotes, brackets and the # around a name."""
        for ahead in range(3):
            if self.data[offset : offset + ahead].strip(b"[\"'`#"):
                return None
            if offset + ahead in self.by_start:
                return self.by_start[offset + ahead]
        return None

    def _walk(self, root: Node) -> None:
        stack: list[tuple[Node, int]] = [(root, TOP)]
        while stack:
            node, function = stack.pop()
            if not self._is_of_interest(node):
                continue
            self._visit(node, function)
            if node.is_named and node.type in HOLDERS:
                self._hold(node)
            inner = node.start_byte if node.type in FUNCTIONS else function
            name = node.child_by_field_name("name") if inner != function else None
            # A function's own name, and what decorates it, stand outside of it.
            stack.extend((child, function if child == name else inner) for child in reversed(node.children))

    def _is_of_interest(self, node: Node) -> bool:
        at = bisect_left(self._starts, node.start_byte)
        return at < len(self._starts) and self._starts[at] < node.end_byte

    def _hold(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        at = name.start_byte if name is not None else TOP
        self.holders[node.start_byte] = Holder(node.start_byte, node.type, at, bases_of(node))

    def _visit(self, node: Node, function: int) -> None:
        kind = node.type
        if kind in ("identifier", "type_identifier"):
            self._identifier(node, function)
        elif kind in ("property_identifier", "private_property_identifier"):
            self._property(node, function)
        elif kind == "shorthand_property_identifier":
            is_tied, holder = is_common_js_export(node), holder_of(node)
            self._add(node, Kind.SHORT, function, holder=holder, is_tied=is_tied, slot=slot_of(node))
        elif kind == "shorthand_property_identifier_pattern":
            self._add(node, Kind.SHORT_PICK, function, is_tied=is_required(node), is_assigned=is_assigned_pattern(node))
        elif kind in ("string_fragment", "comment", "jsx_text") and not is_module_path(node):
            self._words_in(node, function, Kind.COMMENT if kind == "comment" else Kind.STRING)

    def _identifier(self, node: Node, function: int) -> None:
        parent = node.parent
        if parent is None or text_of(node) not in self.words:
            return
        if parent.type in ("import_specifier", "export_specifier"):
            self._specifier(node, parent, function)
        elif parent.type in ("import_clause", "namespace_import", "import_require_clause", "namespace_export"):
            self._add(node, Kind.ALIAS, function, is_export=parent.type == "namespace_export")
        elif parent.type == "pair_pattern" and is_required(parent):
            self._add(node, Kind.ALIAS, function, alias=True)
        elif parent.type == "import_alias" and parent.named_children[0] == node:
            self._add(node, Kind.ALIAS, function)
        elif parent.type == "jsx_attribute" or (parent.type == "nested_type_identifier" and _is_last(node, parent)):
            self._add(node, Kind.MEMBER, function)
        else:
            block = parent.parent
            is_declared = parent.type in ("function_signature", "function_declaration")
            holder = holder_of(node) if is_member_parameter(parent) else TOP
            overload = block.start_byte if is_declared and block else None
            self._add(node, Kind.NAME, function, holder=holder, overload=overload)

    def _specifier(self, node: Node, parent: Node, function: int) -> None:
        alias = parent.child_by_field_name("alias")
        statement = parent.parent.parent if parent.parent else None
        if statement is not None and statement.type == "import_clause":
            statement = statement.parent
        module = statement.child_by_field_name("source") if statement else None
        source = module.start_byte + 1 if module else None
        is_export = parent.type == "export_specifier"
        if alias == node:
            self._add(node, Kind.ALIAS, function, alias=True, is_export=is_export, source=source)
        elif is_export:
            kind = Kind.EXPORTED if alias is None or source is not None else Kind.NAME
            self._add(node, kind, function, alias=alias is not None, is_export=True, source=source)
        else:
            self._add(node, Kind.IMPORTED, function, alias=alias is not None, source=source)

    def _property(self, node: Node, function: int) -> None:
        parent = node.parent
        if parent is None:
            return
        if parent.type == "pair_pattern":
            self._add(node, Kind.PICKED, function, is_assigned=is_assigned_pattern(node))
        elif parent.type in ("member_expression", "jsx_attribute", "nested_identifier"):
            self._add(node, Kind.MEMBER, function, holder=class_of_this(parent))
        else:
            # What is private has nothing to do with what is not: it belongs to the body, and nothing overrides it.
            private = int(node.type == "private_property_identifier")
            holder = parent.parent.start_byte + private if private and parent.parent else holder_of(node)
            told = {"is_method": "method" in parent.type, "is_signature": parent.type.endswith("_signature")}
            self._add(node, Kind.DECLARED, function, holder=holder, slot=slot_of(node), **told)

    def _add(self, node: Node, kind: Kind, function: int, **more: int | bool | str | None) -> None:
        name, start = text_of(node), node.start_byte
        if name.startswith("#"):
            name, start = name[1:], start + 1
        if name in self.words:
            self.mentions.append(ScriptMention(name, start, node.end_byte, kind, function, **more))  # type: ignore[arg-type]

    def _words_in(self, node: Node, function: int, kind: Kind) -> None:
        text = text_of(node)
        for found in self._any_word.finditer(text):
            start = node.start_byte + len(text[: found.start()].encode("utf-8", "surrogatepass"))
            is_whole = kind is Kind.STRING and node.type == "string_fragment" and found[0] == text
            self.mentions.append(
                ScriptMention(
                    found[0], start, start + len(found[0].encode()), kind, function, is_whole=is_whole,
                    holder=holder_of(node) if is_whole and is_key(node) else TOP,
                    is_dynamic=is_whole and is_looked_up(node),
                )
            )  # fmt: skip


def _starts_of(data: bytes, words: Collection[str]) -> list[int]:
    """The offsets at which a word may stand, or what opens something with members, in order."""
    chosen = [re.escape(word.encode()) for word in sorted(words)] or [b"class", b"interface", b"type"]
    either = re.compile(rb"(?<![A-Za-z_$])(?:%s)(?![A-Za-z0-9_$])" % b"|".join(chosen))
    return [found.start() for found in either.finditer(data)]


def _is_last(node: Node, parent: Node) -> bool:
    return parent.child_by_field_name("name") == node
