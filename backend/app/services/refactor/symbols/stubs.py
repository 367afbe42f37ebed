"""Ties what a stub says of a module to the module. Pure."""

from collections.abc import Iterator

from app.services.refactor.symbols.groups import Groups
from app.services.refactor.symbols.mentions import Scope
from app.services.refactor.symbols.model import Symbol
from app.services.refactor.symbols.python import Analysis


def tie_stubs(found: Analysis, name: str, groups: Groups) -> None:
    """Tie a name of a module, of its classes and its functions to the same one in the stub beside it."""
    for path, stub in found.scopes.items():
        source = found.scopes.get(path.removesuffix("i"))
        if not path.endswith(".pyi") or source is None:
            continue
        there = dict(_binding(source.scopes, name))
        for qualified, scope in _binding(stub.scopes, name):
            if qualified in there:
                groups.join([Symbol(path, scope.at, name), Symbol(path[:-1], there[qualified].at, name)])


def _binding(scopes: list[Scope], name: str) -> Iterator[tuple[str, Scope]]:
    """The scopes that bind the name, by the names that lead to them; later ones of the same path win."""
    for scope in scopes:
        if name in scope.bound:
            names: list[str] = []
            at = scope
            while at.parent >= 0:
                names.append(at.name)
                at = scopes[at.parent]
            yield ".".join(reversed(names)), scope
