"""Imports in a circle that were not there before: whoever comes first finds the other half loaded. Pure."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping

from app.services.refactor.errors import SymbolNotFound

_MOST_FILES = 20_000


def refuse_circles(
    new: Collection[tuple[str, str]], imports: Callable[[str], Iterable[str]], name: str, to_path: str
) -> None:
    """SymbolNotFound when a new import closes a circle; `imports` are those of a file that happen on loading it."""
    added: dict[str, set[str]] = {}
    for importer, imported in new:
        if importer != imported:
            added.setdefault(importer, set()).add(imported)
    for importer, imported in sorted(new):
        if importer == imported:
            continue
        way = _way(imported, importer, imports, added)
        if way is None or (_way(importer, imported, imports, {}) and _way(imported, importer, imports, {})):
            continue
        raise SymbolNotFound(
            f"{name} cannot be moved to {to_path}: modules would import one another in a circle.",
            word=name, reason="import_cycle", cycle=[importer, *way],
        )  # fmt: skip


def _way(
    start: str, end: str, imports: Callable[[str], Iterable[str]], added: Mapping[str, Collection[str]]
) -> list[str] | None:
    """Find the way from one file to another by what they import."""
    came: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting and len(came) < _MOST_FILES:
        at = waiting.popleft()
        if at == end:
            way = [at]
            while came[way[-1]]:
                way.append(came[way[-1]])
            return way[::-1]
        for further in sorted({*imports(at), *added.get(at, ())}):
            if further not in came:
                came[further] = at
                waiting.append(further)
    return None
