"""Whether a name is free where it would be used. Pure."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from app.services.refactor.errors import NameCollision
from app.services.refactor.symbols.hierarchy import ClassAt
from app.services.refactor.symbols.mentions import Role
from app.services.refactor.symbols.model import MODULE, Place, Symbol
from app.services.refactor.symbols.python import Analysis
from app.services.refactor.symbols.ties import Ties

MOST_TOLD = 20


def check_free(found: Analysis, ties: Ties, symbols: Iterable[Symbol], new: str) -> None:
    """NameCollision when a scope of these symbols, or a class related to it, has something called so already."""
    members = _members(found, new)
    taken: list[Place] = []
    for symbol in symbols:
        # A module may have something in it that is called as it will be; the package above it may not.
        taken += _bound_in(found, _in_package(symbol) if symbol.is_module else symbol, new)
        own_class = ties.class_of(symbol, found)
        if own_class is not None:
            taken += [place for each in ties.hierarchy.beside(own_class) for place in members.get(each, ())]
    if taken:
        said = f"The name {new} is taken already."
        raise NameCollision(said, name=new, places=places(found, taken), reason="already_defined")


def places(found: Analysis, taken: Iterable[Place]) -> list[dict[str, str | int]]:
    """Tell places to people: path, line, and what stands there."""
    told: list[dict[str, str | int]] = []
    for place in sorted(set(taken))[:MOST_TOLD]:
        line = found.lines[place.path].spot(max(place.start, 0)).line
        told.append({"path": place.path, "line": line + 1, "text": found.lines[place.path].text(line).strip()[:200]})
    return told


def _in_package(module: Symbol) -> Symbol:
    place = PurePosixPath(module.path)
    folder = place.parent.parent if place.stem == "__init__" else place.parent
    return Symbol(str(folder / "__init__.py"), MODULE, module.called)


def _bound_in(found: Analysis, symbol: Symbol, new: str) -> list[Place]:
    scopes = found.scopes.get(symbol.path)
    if scopes is None:
        return []
    return [
        Place(symbol.path, mention.start)
        for mention in scopes.mentions
        if mention.name == new
        and mention.binds
        and (owner := scopes.owner(new, mention.scope)) is not None
        and scopes.scopes[owner].at == symbol.at
    ]


def _members(found: Analysis, new: str) -> dict[ClassAt, list[Place]]:
    """Where classes have a member of that name."""
    members: dict[ClassAt, list[Place]] = {}
    for path, scopes in found.scopes.items():
        for mention in scopes.mentions:
            if mention.name != new:
                continue
            owner: int | None = None
            if mention.binds and scopes.scopes[mention.scope].kind == "class":
                owner = mention.scope
            elif mention.role is Role.ATTRIBUTE:
                owner = scopes.class_of(mention)
            if owner is not None:
                members.setdefault(ClassAt(path, scopes.scopes[owner].at), []).append(Place(path, mention.start))
    return members
