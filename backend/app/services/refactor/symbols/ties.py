"""Ties symbols together that must have one name, and says what is not certain about that."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession
from app.services.refactor.symbols.fixtures import tie_fixtures
from app.services.refactor.symbols.groups import Groups
from app.services.refactor.symbols.hierarchy import ClassAt, Hierarchy, HierarchyReader
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.model import MODULE, Place, Symbol
from app.services.refactor.symbols.parameters import tie_parameters
from app.services.refactor.symbols.python import Analysis
from app.services.refactor.symbols.stubs import tie_stubs


@dataclass(slots=True)
class Ties:
    """Groups of symbols; `imports_outside` are local names that something outside gave, by the place of the import."""

    groups: Groups = field(default_factory=Groups)
    hierarchy: Hierarchy = field(default_factory=Hierarchy)
    imports_outside: dict[Symbol, Place] = field(default_factory=dict)
    # Imports of files that go on calling it by its old name.
    kept_imports: dict[Symbol, Place] = field(default_factory=dict)
    # The modules that imports give a name to.
    given: dict[Symbol, set[Symbol]] = field(default_factory=dict)
    # Names that `import a.b` binds: no `as` can give them another one.
    dotted_imports: set[Symbol] = field(default_factory=set)
    class_names: dict[ClassAt, str] = field(default_factory=dict)
    # Where one of several classes is used, none of which is above the other.
    unions: dict[Place, Symbol] = field(default_factory=dict)
    # Of pytest: found by name, wherever somebody asks for them.
    fixtures: list[Symbol] = field(default_factory=list)

    @property
    def of_several(self) -> frozenset[str]:
        """The files in which one name is given to several modules: these need not be called the same elsewhere."""
        return frozenset(local.path for local, modules in self.given.items() if len(modules) > 1)

    def class_of(self, symbol: Symbol, found: Analysis) -> ClassAt | None:
        """Give the class a symbol is a member of; None when it is not one."""
        scopes = found.scopes.get(symbol.path)
        if scopes is None or symbol.at == MODULE:
            return None
        is_class = any(scope.kind == "class" and scope.at == symbol.at for scope in scopes.scopes)
        return ClassAt(symbol.path, symbol.at) if is_class else None


async def tie(
    found: Analysis, name: str, files: Mapping[str, bytes], session: LanguageSession, kept: Collection[str] = ()
) -> Ties:
    """Tie names to their imports, members to those they override, parameters to those of overridden methods.

    In files of `kept` an import does not tie the name it gives to what it imports.
    """
    ties = Ties()
    for place, mention in found.mentions():
        if mention.name != name or not _gives_a_name(mention):
            continue
        if place.path in kept and _can_say_as(mention):
            ties.kept_imports[_local(found, place, mention)] = place
        else:
            _tie_import(found, ties, place, mention, files)
    tie_stubs(found, name, ties.groups)
    ties.fixtures = tie_fixtures(found, name, ties.groups)
    members = sorted(set(_members(found, name)))
    reader = HierarchyReader(files, session)
    ties.hierarchy = await reader.read({ClassAt(symbol.path, symbol.at) for symbol in members})
    ties.class_names = {each: reader.name_of(each) for each in ties.hierarchy.bases}
    _tie_members(members, ties)
    _tie_unions(found, name, ties)
    await tie_parameters(found, name, ties.groups, reader)
    return ties


def _gives_a_name(mention: Mention) -> bool:
    """Say whether an import gives what it names the same name here."""
    if mention.role is Role.IMPORTED:
        return not mention.alias or mention.is_repeated
    return mention.role is Role.MODULE and mention.binds


def _local(found: Analysis, place: Place, mention: Mention) -> Symbol:
    return found.symbol(place.path, mention.scope, mention.name)


def _can_say_as(mention: Mention) -> bool:
    """Say whether `as` can follow: not what is an interface of its own already, and not the start of `import a.b`."""
    return not mention.is_repeated if mention.role is Role.IMPORTED else mention.module == mention.name


def _tie_import(found: Analysis, ties: Ties, place: Place, mention: Mention, files: Mapping[str, bytes]) -> None:
    owner = found.scopes[place.path].owner(mention.name, mention.scope)
    if owner is None:
        return
    local = found.symbol(place.path, owner, mention.name)
    targets = [symbol for symbol in found.meanings[place].symbols if symbol.called == mention.name]
    if targets == [local]:
        # A package that imports one of its own modules: for the server that is the name it gives it.
        targets += _own_module(place.path, mention.name, files)
    if targets:
        ties.groups.join([local, *targets])
        ties.given.setdefault(local, set()).update(each for each in targets if each.is_module)
    elif mention.role is Role.MODULE and "." in mention.module:
        ties.dotted_imports.add(local)
    else:
        ties.imports_outside[local] = place


def _own_module(path: str, name: str, files: Mapping[str, bytes]) -> list[Symbol]:
    folder = PurePosixPath(path).parent
    names = (f"{name}.py", f"{name}.pyi", f"{name}/__init__.py")
    return [Symbol(str(folder / each), MODULE, "") for each in names if str(folder / each) in files][:1]


def _members(found: Analysis, name: str) -> Iterator[Symbol]:
    """Every class that has a member of that name: in its body, or given to `self` in a method."""
    for path, scopes in found.scopes.items():
        for index, scope in enumerate(scopes.scopes):
            if scope.kind == "class" and name in scope.bound:
                yield found.symbol(path, index, name)
        for mention in scopes.mentions:
            if mention.role is Role.ATTRIBUTE and mention.name == name:
                owner = scopes.class_of(mention)
                if owner is not None and found.meanings[Place(path, mention.start)].symbols == frozenset(
                    {found.symbol(path, owner, name)}
                ):
                    yield found.symbol(path, owner, name)


def _tie_unions(found: Analysis, name: str, ties: Ties) -> None:
    """Tie the members of all classes that something may be: it has one name for them."""
    for place, mention in found.mentions():
        meaning = found.meanings[place]
        if mention.name != name or mention.role is not Role.ATTRIBUTE or meaning.is_outside:
            continue
        members = sorted(symbol for symbol in meaning.symbols if ties.class_of(symbol, found))
        if len(members) == len(meaning.symbols) and len(ties.groups.together(members)) > 1:
            ties.groups.join(members)
            ties.unions[place] = members[0]


def _tie_members(members: list[Symbol], ties: Ties) -> None:
    """Tie what a class and those above it call the same: one of them stands for the others wherever it is used."""
    by_class = {ClassAt(symbol.path, symbol.at): symbol for symbol in members}
    for each in sorted(ties.hierarchy.bases):
        ties.groups.join(by_class[one] for one in sorted(ties.hierarchy.line_of(each)) if one in by_class)
