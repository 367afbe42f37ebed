"""Collects the names of one file while a language's rules walk its tree: scopes, bindings, mentions, definitions."""

from dataclasses import dataclass, field

from tree_sitter import Node

from app.adapters.syntax.symbols.table import (
    NOTHING,
    Binding,
    Definition,
    Export,
    FileSymbols,
    Import,
    Mention,
    Place,
    ScopeKind,
    Use,
)
from app.adapters.syntax.trees import text_of

# Of one file that people wrote there is less of everything; what comes after is left out, and noted.
MOST_MENTIONS = 50_000
MOST_SCOPES = 20_000
DEEPEST = 150  # scopes in one another
LONGEST_NAME = 200
_LONGEST_QUALIFIED = 500


@dataclass(slots=True)
class _Scope:
    kind: ScopeKind
    parent: int
    definition: int
    depth: int
    bound: dict[str, int] = field(default_factory=dict)
    # Names whose home is another scope: `global`, `nonlocal`.
    elsewhere: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Binding:
    name: str
    scope: int
    hint: int = NOTHING
    self_of: int = NOTHING
    is_member: bool = True
    times: int = 0
    definitions: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)


class Collector:
    """The names of a file in the making."""

    def __init__(self, language: str, data: bytes) -> None:
        self._found = FileSymbols(language)
        self._lines = None if data.isascii() else data.split(b"\n")
        self.scopes = [_Scope(ScopeKind.MODULE, NOTHING, NOTHING, 0)]
        self._found.scopes.append((ScopeKind.MODULE, NOTHING, NOTHING))
        self.bindings: list[_Binding] = []
        # Their `binding` is the scope to look in, until all scopes are known.
        self.mentions: list[Mention] = []
        self._notes: set[str] = set()
        self._exports: list[tuple[str, int, int, str]] = []

    @property
    def is_full(self) -> bool:
        """Say whether no more is taken."""
        full = len(self.mentions) >= MOST_MENTIONS or len(self.scopes) >= MOST_SCOPES
        if full:
            self._notes.add("many")
        return full

    def note(self, why: str) -> None:
        """Note why this is not all, or not certain."""
        self._notes.add(why)

    def open(self, kind: ScopeKind, parent: int, definition: int = NOTHING) -> int | None:
        """Open a scope; None when there are too many in one another."""
        depth = self.scopes[parent].depth + 1
        if depth > DEEPEST:
            self._notes.add("deep")
            return None
        self.scopes.append(_Scope(kind, parent, definition, depth))
        self._found.scopes.append((kind, parent, definition))
        return len(self.scopes) - 1

    def bind(self, name: str, scope: int, *, is_member: bool = False) -> int:
        """Give a scope a name, or find it there."""
        scope = self.scopes[scope].elsewhere.get(name, scope)
        bound = self.scopes[scope].bound
        at = bound.get(name, NOTHING)
        if at == NOTHING:
            at = bound[name] = len(self.bindings)
            self.bindings.append(_Binding(name, scope))
        self.bindings[at].times += 1
        self.bindings[at].is_member &= is_member
        return at

    def define(self, node: Node, name: Node, kind: str, binding: int, *, parent: int, is_exported: bool) -> int:
        """Note a definition and tie it to its binding; `node` is all of it."""
        text = text_of(name)[:LONGEST_NAME]
        outer = self._found.definitions[parent].qualified if parent != NOTHING else ""
        qualified = f"{outer}.{text}" if outer and len(outer) < _LONGEST_QUALIFIED else text
        line, column = self.spot(name)
        made = Definition(
            text, kind, qualified, parent, line, column, node.start_point.row + 1, node.end_point.row + 1, NOTHING,
            is_exported,
        )  # fmt: skip
        self._found.definitions.append(made)
        at = len(self._found.definitions) - 1
        if binding != NOTHING:
            self.bindings[binding].definitions.append(at)
        return at

    def scope_of(self, definition: int, scope: int) -> None:
        """Say which scope a definition opens."""
        self._found.definitions[definition] = self._found.definitions[definition]._replace(scope=scope)

    def scope_opened_by(self, definition: int) -> int:
        """Give the scope that a definition opens, or NOTHING."""
        return self._found.definitions[definition].scope

    def class_of(self, definition: int) -> int:
        """Find the class around a definition, or NOTHING."""
        return self._found.class_of(definition)

    def import_(self, module: str, name: str, binding: int, line: int, *, is_top: bool = False) -> int:
        """Note an import and tie it to its binding."""
        self._found.imports.append(Import(module[:1000], name[:LONGEST_NAME], binding, line, is_top))
        at = len(self._found.imports) - 1
        if binding != NOTHING:
            self.bindings[binding].imports.append(at)
        return at

    def export(self, name: str, *, binding: int = NOTHING, import_: int = NOTHING, local: str = "") -> None:
        """Note what others get under a name: a binding, an import, or what the module calls `local`."""
        self._exports.append((name[:LONGEST_NAME], binding, import_, local))

    def base(self, definition: int, mention: int) -> None:
        """Note a base of a class; NOTHING for one that is no plain name."""
        self._found.bases.setdefault(definition, []).append(mention)
        if mention != NOTHING:
            self.use(mention, Use.BASE)

    def mention(self, node: Node, place: Place, use: Use, where: int, owner: int, *, head: int = NOTHING) -> int:
        """Note a name where it stands; `where` is the scope of a NAME, otherwise its binding or NOTHING.

        NOTHING when it is no name, or one too many.
        """
        if len(self.mentions) >= MOST_MENTIONS or not 0 < node.end_byte - node.start_byte <= LONGEST_NAME:
            return NOTHING
        line, column = self.spot(node)
        self.mentions.append(Mention(text_of(node), line, column, place, use, where, owner, head))
        return len(self.mentions) - 1

    def use(self, mention: int, use: Use) -> None:
        """Say what is done with a name that was noted."""
        if mention >= 0:
            self.mentions[mention] = self.mentions[mention]._replace(use=use)

    def spot(self, node: Node) -> tuple[int, int]:
        """Line and column in UTF-16 units, both from 1."""
        row, column = node.start_point
        if self._lines is not None and not self._lines[row].isascii():
            before = self._lines[row][:column].decode("utf-8", "replace")
            column = len(before.encode("utf-16-le", "surrogatepass")) // 2
        return row + 1, column + 1

    def owner_of(self, name: str, scope: int) -> int:
        """Find the binding of a name that is read in a scope; NOTHING when no scope of this file has it."""
        at, is_first = scope, True
        while at != NOTHING:
            found = self.scopes[at]
            if name in found.elsewhere:
                home = self.scopes[found.elsewhere[name]].bound.get(name, NOTHING)
                if home != NOTHING:
                    return home
            elif is_first or found.kind is not ScopeKind.CLASS:
                # What is inside a class's functions and comprehensions does not see the class's names.
                binding = found.bound.get(name, NOTHING)
                if binding != NOTHING and not self.bindings[binding].is_member:
                    return binding
            at, is_first = found.parent, False
        return NOTHING

    def finish(self) -> FileSymbols:
        """Look every name up, and give what was found."""
        found = self._found
        if len(self.mentions) >= MOST_MENTIONS:
            self._notes.add("many")
        known: dict[tuple[str, int], int] = {}
        for each in self.mentions:
            if each.place is Place.NAME or (each.place is Place.EXPORT and each.binding != NOTHING):
                key = (each.name, each.binding)
                if key not in known:
                    known[key] = self.owner_of(*key)
                found.mentions.append(each._replace(binding=known[key]))
            else:
                found.mentions.append(each)
        found.bindings = [
            Binding(
                each.name, each.scope, each.hint if each.times == 1 else NOTHING, each.self_of, each.is_member,
                tuple(each.definitions), tuple(each.imports),
            )
            for each in self.bindings
        ]  # fmt: skip
        module = self.scopes[0].bound
        for name, binding, import_, local in self._exports:
            at = module.get(local, NOTHING) if local else binding
            if at != NOTHING or import_ != NOTHING:
                found.exports.append(Export(name, at, import_))
        found.notes = sorted(self._notes)
        return found
