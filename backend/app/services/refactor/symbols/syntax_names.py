"""The names of one file in a language without a server: where they stand, and which of them are local. Pure.

Nothing recurses: nesting in hostile text has no depth limit.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from tree_sitter import Node

from app.adapters.syntax.trees import parse_tree
from app.services.refactor.symbols.syntax_nodes import (
    Role,
    is_bare_call,
    is_computed,
    is_label,
    is_member_token,
    is_path_token,
    is_shorthand_token,
    role_of_key,
    types_of,
)
from app.services.refactor.symbols.syntax_rules import Act, Rules
from app.services.refactor.symbols.syntax_rules_more import RULES

_TEXT = re.compile(r"comment|string|char_literal|heredoc|symbol")
# Fields that hold no names of what is around them: what is bound or defined is beside them.
_STOPS = frozenset(
    """
    argument body condition default default_value expression object path receiver returns right scope size table type
    value
    """.split()  # noqa: SIM905
)
_GIVES = frozenset({Act.BIND, Act.SOFT, Act.GLOBAL, Act.LOCAL, Act.DEFINE, Act.TYPE, Act.FIELD})
_BEHIND_DOTS = frozenset({Act.MEMBER, Act.FIELD})
_SIGILS = "$@"


class Sort(StrEnum):
    """What a name means as far as one file tells."""

    LOCAL = "local"
    MEMBER = "member"
    GLOBAL = "global"
    OPEN = "open"  # something that is defined elsewhere, or nowhere


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands: the bytes [start, end) without its sigil.

    `name` has the sigil, and `()` in languages in which what is called has names of its own.

    `scope`: where to look it up.
    """

    start: int
    end: int
    name: str
    role: Role
    scope: int = 0
    binds: bool = False
    sort: Sort = Sort.OPEN
    home: int = 0  # of a local name: the scope it belongs to
    apart: str = ""  # of shorthand: what goes between a field and a local name


@dataclass(slots=True)
class Scope:
    """A stretch of a file that has names of its own."""

    kind: str
    parent: int
    start: int
    end: int
    is_class: bool = False
    # Of a class: the names of its type, and of what it is an implementation of.
    types: frozenset[bytes] = frozenset()
    bound: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Names:
    """What was found in a file."""

    mentions: list[Mention]
    scopes: list[Scope]
    is_broken: bool

    def at(self, offset: int) -> Mention | None:
        """Find the name at an offset, or right before it."""
        return next((each for each in self.mentions if each.start <= offset <= each.end and _is_code(each)), None)


def _is_code(mention: Mention) -> bool:
    return mention.role not in {Role.COMMENT, Role.STRING}


class _Frame(NamedTuple):
    """What a node gives to those in it."""

    kind: str
    outer: int  # the scope it stands in
    inner: int  # the scope of what it holds
    act: Act | None  # what is done with the names in it
    is_first_only: bool
    is_local: bool
    has_what_it_needs: bool


def read_names(language: str, data: bytes, words: Collection[str]) -> Names:
    """Find some words, given without sigils, in a file of a language in RULES."""
    root = parse_tree(language, data).root_node
    return _Reader(RULES[language], data, frozenset(word.encode() for word in words)).read(root)


class _Reader:
    def __init__(self, rules: Rules, data: bytes, words: frozenset[bytes]) -> None:
        self._rules = rules
        self._data = data
        self._words = words
        self._scopes = [Scope("", -1, 0, len(data))]
        self._found: list[tuple[Mention, Act | None, _Frame]] = []
        self._texts: set[tuple[int, int, Role]] = set()
        pattern = b"|".join(re.escape(word) for word in words)
        self._pattern = re.compile(rb"(?<!\w)(?:" + pattern + rb")(?!\w)")
        self._hits = [match.start() for match in self._pattern.finditer(data)]

    def read(self, root: Node) -> Names:
        """Walk the tree; then every name is looked up."""
        for node, frame, name in self._walk(root):
            self._look(node, frame, name)
        types = {mention.name for mention, act, _ in self._found if act is Act.TYPE and mention.binds}
        self._found = [
            # A constructor has the name of its type.
            (replace(mention, binds=False), None, frame)
            if act is Act.DEFINE and mention.name in types and self._scopes[frame.outer].parent >= 0
            else (mention, act, frame)
            for mention, act, frame in self._found
        ]
        for mention, act, frame in self._found:
            if mention.binds:
                self._bind(mention, act, frame)
        mentions = [self._resolved(mention, act, frame) for mention, act, frame in self._found]
        starts = {mention.start for mention in mentions}
        mentions += [
            Mention(start, end, self._data[start:end].decode(), role)
            for start, end, role in self._texts
            if start not in starts
        ]
        return Names(sorted(mentions, key=lambda each: each.start), self._scopes, root.has_error)

    def _walk(self, root: Node) -> Iterator[tuple[Node, _Frame, str | None]]:
        """Every node that holds one of the words, with the frame around it and its field, in document order."""
        cursor = root.walk()
        frames = [_Frame("", 0, 0, None, False, False, True)]
        while True:
            node, name = cursor.node, cursor.field_name
            if node is not None and self._holds_words(node):
                yield node, frames[-1], name
                if cursor.goto_first_child():
                    frames.append(self._frame(node, frames[-1], name))
                    continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return
                frames.pop()

    def _holds_words(self, node: Node) -> bool:
        return bisect_left(self._hits, node.start_byte) < bisect_left(self._hits, node.end_byte)

    def _frame(self, node: Node, around: _Frame, name: str | None) -> _Frame:
        act = self._act(node, around, name)
        inner = self._open(node, around.inner) if self._opens(node, around) else around.inner
        need = self._rules.only_with.get(node.type)
        has = need is None or any(child.type == need for child in node.children)
        is_local = name == "local_declaration" or around.is_local
        return _Frame(node.type, around.inner, inner, act, act in {*_BEHIND_DOTS, Act.KEY}, is_local, has)

    def _opens(self, node: Node, around: _Frame) -> bool:
        loose = self._rules.loose.get(node.type)
        if loose is not None:
            return self._scopes[around.inner].kind != loose
        return node.type in self._rules.scopes

    def _open(self, node: Node, parent: int) -> int:
        is_class = node.type in self._rules.classes
        self._scopes.append(Scope(node.type, parent, node.start_byte, node.end_byte, is_class, types_of(node)))
        return len(self._scopes) - 1

    def _act(self, node: Node, frame: _Frame, name: str | None) -> Act | None:
        """Say what is done with the names in a node."""
        own = self._rules.acts.get((frame.kind, name or "")) or self._rules.acts.get((frame.kind, node.type))
        if own is not None and own in _GIVES and not frame.has_what_it_needs:
            own = Act.PLAIN
        if own is None and (name in _STOPS or (frame.is_first_only and node.prev_named_sibling is not None)):
            return None
        if own is None or (own is Act.GLOBAL and frame.act is Act.BIND):
            return frame.act
        return own

    def _look(self, node: Node, frame: _Frame, name: str | None) -> None:
        """Take down what a node says."""
        kind = node.type
        if kind in self._rules.opaque:
            self._opaque(node, frame)
        elif kind in self._rules.names or (kind in self._rules.words and self._act(node, frame, name) is not None):
            self._name(node, frame, name)
        elif _TEXT.search(kind) and node.is_named:
            self._note_texts(node, Role.COMMENT if "comment" in kind else Role.STRING)

    def _opaque(self, node: Node, frame: _Frame) -> None:
        for match in self._pattern.finditer(self._data, node.start_byte, node.end_byte):
            is_member = self._data[: match.start()].endswith((b".", b"->"))
            role = Role.MEMBER if is_member else Role.NAME
            self._found.append((Mention(match.start(), match.end(), match[0].decode(), role, frame.inner), None, frame))

    def _note_texts(self, node: Node, role: Role) -> None:
        for match in self._pattern.finditer(self._data, node.start_byte, node.end_byte):
            self._texts.add((match.start(), match.end(), role))

    def _name(self, node: Node, frame: _Frame, name: str | None) -> None:
        text = self._data[node.start_byte : node.end_byte]
        word = text.lstrip(_SIGILS.encode())
        if word not in self._words:
            return
        act = self._act(node, frame, name)
        start = node.start_byte + len(text) - len(word)
        sigil = text[: len(text) - len(word)].decode()
        if frame.kind == "variable_name" and node.type == "name" and act not in _BEHIND_DOTS:
            sigil = "$"
        binds = act in _GIVES and (act is not Act.BIND or self._is_new(word, frame))
        # What is behind a dot and named there all the same: a method defined outside of its class.
        binds = binds or (act is Act.MEMBER and frame.act is Act.DEFINE)
        if self._rules.is_bound_by_use and sigil and act is None:
            act, binds = Act.SOFT, True
        call = "()" if self._is_call(node, frame, name) else ""
        if call and not binds:
            frame = frame._replace(inner=self._class_around(frame.inner))
        if (frame.kind, name or node.type) in self._rules.paths or is_path_token(node, frame.kind):
            frame = frame._replace(inner=0)
        mention = Mention(
            start,
            node.end_byte,
            sigil + word.decode("utf-8", "replace") + call * self._rules.has_calls_apart,
            self._role(node, frame, act),
            frame.inner,
            binds,
            apart=self._apart(node, frame, name),
        )
        self._found.append((replace(mention, role=Role.SHORTHAND) if mention.apart else mention, act, frame))

    def _is_call(self, node: Node, frame: _Frame, name: str | None) -> bool:
        if (frame.kind, name or node.type) not in self._rules.calls:
            return False
        return frame.kind != "method_reference" or node.prev_sibling is not None

    def _class_around(self, at: int) -> int:
        while at > 0 and not self._scopes[at].is_class:
            at = self._scopes[at].parent
        return at

    def _apart(self, node: Node, frame: _Frame, name: str | None) -> str:
        """Say how shorthand is written apart; "" for what is none."""
        if frame.kind == "token_tree" and is_shorthand_token(node):
            return ":"
        if frame.kind == "field_pattern" and node.type != "shorthand_field_identifier":
            return ""
        return self._rules.shorthand.get((frame.kind, name or node.type), "")

    def _role(self, node: Node, frame: _Frame, act: Act | None) -> Role:
        if act is Act.LABEL or (
            ("value_argument", "=") in self._rules.acts and frame.kind == "value_argument" and is_label(node)
        ):
            return Role.LABEL
        if act is Act.KEY:
            return role_of_key(node)
        if act in _BEHIND_DOTS:
            return Role.NAME if is_bare_call(node) or is_computed(node) else Role.MEMBER
        if frame.kind == "token_tree" and is_member_token(node):
            return Role.MEMBER
        return Role.MEMBER if node.type in self._rules.members else Role.NAME

    def _is_new(self, word: bytes, frame: _Frame) -> bool:
        """Say whether a name in a pattern is new: in some languages a capital says that it is not."""
        if not self._rules.has_lower_patterns or self._scopes[frame.inner].is_class:
            return True
        return frame.kind.endswith(("_item", "_variant", "_definition", "_clause")) or not word[:1].isupper()

    def _bind(self, mention: Mention, act: Act | None, frame: _Frame) -> None:
        at = self._scope_for(mention, act, frame)
        if at is None:
            return
        scope = self._scopes[at]
        if scope.is_class and act is not Act.LOCAL:
            scope.members.add(mention.name)
        else:
            scope.bound.add(mention.name)

    def _scope_for(self, mention: Mention, act: Act | None, frame: _Frame) -> int | None:
        """Find the scope that a name is given to; None for one of the whole program."""
        at = frame.inner
        if act in {Act.DEFINE, Act.TYPE}:
            at = frame.outer
            while self._scopes[at].kind in self._rules.thin:
                at = self._scopes[at].parent
        if mention.role is Role.MEMBER or (act is Act.TYPE and (at == 0 or self._scopes[at].is_class)):
            return None
        if act in {Act.SOFT, Act.GLOBAL}:
            bound = self._bound_at(mention.name, at)
            if bound is not None or act is Act.GLOBAL:
                return bound
        is_file_own = frame.is_local or (self._rules.is_bound_by_use and mention.name.startswith("$"))
        has_own_sigil = mention.name[:1] in _SIGILS and not self._rules.is_bound_by_use
        return None if (at == 0 and not is_file_own) or has_own_sigil else at

    def _bound_at(self, name: str, at: int) -> int | None:
        while at >= 0:
            if name in self._scopes[at].bound:
                return at
            at = -1 if self._scopes[at].kind in self._rules.hard else self._scopes[at].parent
        return None

    def _resolved(self, mention: Mention, act: Act | None, frame: _Frame) -> Mention:
        """Say what a name means, as far as this file tells."""
        if mention.role is Role.LABEL:
            return mention
        if mention.role is Role.MEMBER:
            return replace(mention, sort=Sort.MEMBER)
        start = self._scope_for(mention, act, frame) if mention.binds else frame.inner
        if start is None:
            return replace(mention, sort=Sort.GLOBAL)
        home = self._bound_at(mention.name, start)
        at = start
        while at >= 0:
            scope = self._scopes[at]
            if at == home:
                return replace(mention, sort=Sort.LOCAL, home=at)
            if scope.is_class and mention.name in scope.members:
                return replace(mention, sort=Sort.MEMBER)
            at = scope.parent
        return replace(mention, sort=Sort.MEMBER if mention.role is Role.KEY else Sort.OPEN)
