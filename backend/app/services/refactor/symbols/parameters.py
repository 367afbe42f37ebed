"""Parameters that must have one name: those of overloads, and of methods that override one another."""

from collections.abc import Iterator

from app.services.refactor.symbols.groups import Groups
from app.services.refactor.symbols.hierarchy import ClassAt, HierarchyReader
from app.services.refactor.symbols.mentions import Scope
from app.services.refactor.symbols.model import Symbol
from app.services.refactor.symbols.python import Analysis

# Every class makes its own objects: constructors need not take the same.
CONSTRUCTORS = frozenset({"__init__", "__new__", "__init_subclass__", "__post_init__"})


async def tie_parameters(found: Analysis, name: str, groups: Groups, reader: HierarchyReader) -> None:
    """Tie the parameters of that name of functions that stand for one another."""
    methods: dict[str, dict[ClassAt, Symbol]] = {}
    for path, scopes in found.scopes.items():
        alike: dict[tuple[int, str], Symbol] = {}
        for scope in _with_parameter(scopes.scopes, name):
            own = Symbol(path, scope.at, name)
            groups.join([alike.setdefault((scope.parent, scope.name), own), own])
            parent = scopes.scopes[scope.parent]
            if parent.kind == "class" and scope.name not in CONSTRUCTORS:
                methods.setdefault(scope.name, {})[ClassAt(path, parent.at)] = own
    for by_class in methods.values():
        if len(by_class) > 1:
            hierarchy = await reader.read(set(by_class))
            for each in sorted(hierarchy.bases):
                groups.join(by_class[one] for one in sorted(hierarchy.line_of(each)) if one in by_class)


def _with_parameter(scopes: list[Scope], name: str) -> Iterator[Scope]:
    return (scope for scope in scopes if scope.kind == "function" and scope.name and name in scope.parameters)
