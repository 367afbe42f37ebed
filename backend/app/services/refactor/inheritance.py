"""Whether a member comes from outside: with its definitions here renamed, the old name must be inherited no more."""

from collections.abc import Mapping

from app.adapters.language.port import LanguageSession
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Scope
from app.services.refactor.symbols.model import Place, Symbol
from app.services.refactor.work import Work


async def inherited_outside(work: Work, changed: Mapping[str, bytes], session: LanguageSession) -> list[Place]:
    """Name the classes that inherit the old name from outside of the repository; `changed` is the tree as it is now.

    A line that reads the name is put at the end of a class's file for as long as it takes to ask about it.
    """
    found: list[Place] = []
    for symbol in sorted(work.symbols):
        own_class = work.ties.class_of(symbol, work.found)
        if own_class is None or not work.ties.hierarchy.line_of(own_class) & work.ties.hierarchy.is_foreign:
            continue
        path = _path_to(work.found.scopes[symbol.path].scopes, symbol)
        if path is None:
            work.note("doubt", Place(symbol.path, symbol.at), "whether this comes from outside could not be found out")
        elif await _leads_outside(changed, symbol, path, work.plan.old, session):
            found.append(Place(symbol.path, symbol.at))
    return found


def _path_to(scopes: list[Scope], symbol: Symbol) -> str | None:
    """Write a class as the end of its module would name it; None inside of functions."""
    at = next(index for index, scope in enumerate(scopes) if scope.at == symbol.at)
    names: list[str] = []
    while at > 0:
        if scopes[at].kind != "class":
            return None
        names.insert(0, scopes[at].name)
        at = scopes[at].parent
    return ".".join(names)


async def _leads_outside(
    changed: Mapping[str, bytes], symbol: Symbol, class_path: str, old: str, session: LanguageSession
) -> bool:
    data = changed[symbol.path]
    probed = data + f"\n\n{class_path}.{old}\n".encode()
    await session.write({symbol.path: probed})
    try:
        spot = LineTable(probed).spot(len(probed) - 2)
        targets = (await session.definitions(symbol.path, [spot]))[0]
    finally:
        await session.write({symbol.path: data})
    return any(target.path is None for target in targets)
