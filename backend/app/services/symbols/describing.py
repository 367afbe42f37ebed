"""What people are told of a target: what it is called, of what kind it is, and where it is defined."""

from dataclasses import dataclass

from app.adapters.syntax.symbols.table import NOTHING, Definition, Place, ScopeKind, Use
from app.services.symbols.modules import ModuleMap
from app.services.symbols.resolving import Resolver, Target
from app.services.symbols.view import Known

_BINDS = frozenset({Use.WRITE, Use.DEFINE, Use.IMPORT})


@dataclass(frozen=True, slots=True)
class Described:
    """One target; `path` is "" for what lies outside of the repository, and its lines are 0 then."""

    target: Target
    name: str
    qualified_name: str
    kind: str
    path: str
    line: int
    column: int
    last_line: int


def qualified(modules: ModuleMap, path: str, inner: str) -> str:
    """Give the whole name of a definition: `package.module.Class.method`, `src/module:Class.method`."""
    dot = "." if path.endswith((".py", ".pyi")) else ":"
    return f"{modules.name_of(path)}{dot}{inner}"


async def describe(resolver: Resolver, target: Target) -> Described:
    """Describe a target."""
    modules = resolver.view.modules
    if not target.path:
        outer = target.outside.replace(":", ".").rpartition(".")[2]
        return Described(target, outer, target.outside, "outside", "", 0, 0, 0)
    known = await resolver.view.file(target.path)
    if known is None or target.binding == NOTHING:
        name = modules.name_of(target.path)
        return Described(target, name.rpartition("/")[2].rpartition(".")[2], name, "module", target.path, 1, 1, 1)
    binding = known.symbols.bindings[target.binding]
    if binding.definitions:
        found = known.symbols.definitions[binding.definitions[0]]
        return described_definition(modules, target, found)
    return _plain(modules, target, known)


def described_definition(modules: ModuleMap, target: Target, found: Definition) -> Described:
    """Describe what has a definition."""
    name = qualified(modules, target.path, found.qualified)
    return Described(target, found.name, name, found.kind, target.path, found.line, found.column, found.last_line)


def _plain(modules: ModuleMap, target: Target, known: Known) -> Described:
    """Describe a variable, a parameter, or a name that is imported from nobody knows where."""
    binding = known.symbols.bindings[target.binding]
    mentions = [known.mention(at) for at in known.by_name.get(binding.name, ())]
    own = [each for each in mentions if each.binding == target.binding or each.place is Place.ATTRIBUTE]
    first = next((each for each in own if each.use in _BINDS), own[0] if own else None)
    around = known.symbols.scopes[binding.scope][2]
    outer = known.symbols.definitions[around].qualified if around != NOTHING else ""
    kind = "import" if binding.imports else "variable"
    if known.scope_kind(target.binding) is ScopeKind.FUNCTION and first is not None and around != NOTHING:
        kind = "parameter" if first.line <= known.symbols.definitions[around].first_line else "local variable"
    line, column = (first.line, first.column) if first else (1, 1)
    name = qualified(modules, target.path, f"{outer}.{binding.name}" if outer else binding.name)
    return Described(target, binding.name, name, kind, target.path, line, column, line)
