"""Which file answers a path of a web export: as static hosts do it, and as expo-router's exports expect it. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_INDEX, _NOT_FOUND = "index.html", "+not-found.html"
# What bundlers put into the names of files whose content never changes: 16 hexadecimal digits or more.
_HASHED = re.compile(r"[.-]?[0-9a-f]{16,64}(?=[.@]|$)")
_PARAMETER = re.compile(r"\[[^\[\]/]+\]")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The file that answers, and with which status."""

    name: str
    status: int = 200


def resolve(files: Collection[str], path: str, *, is_page: bool) -> Resolved | None:
    """Find the file for a path; None when there is none. `is_page`: a browser wants to show what comes.

    The file of that name, then the page of that name, then the page of a route with parameters, then the app itself,
    which finds its way by the address.
    """
    asked = path.removeprefix("/")
    bare = asked.removesuffix("/")
    if asked in files:
        return Resolved(asked)
    pages = [f"{bare}.html", f"{bare}/{_INDEX}"] if bare else [_INDEX]
    exact = next((page for page in pages if page in files), None)
    if exact is not None:
        return Resolved(exact)
    if not is_page:
        return None
    routed = _routed(files, bare)
    if routed is not None:
        return Resolved(routed)
    if _NOT_FOUND in files:
        return Resolved(_NOT_FOUND, 404)
    return Resolved(_INDEX) if _INDEX in files else None


def is_immutable(name: str) -> bool:
    """Say whether a file's name follows from its content, so that it may be kept for ever."""
    return not name.endswith(".html") and _HASHED.search(name.rpartition("/")[2]) is not None


def _routed(files: Iterable[str], bare: str) -> str | None:
    """Find the page of a route with parameters, `[id].html` say; the one with the fewest of them."""
    parts = bare.split("/")
    found = [
        (len(_PARAMETER.findall(name)), name)
        for name in files
        if name.endswith(".html") and "[" in name and _fits(_route(name), parts)
    ]
    return min(found)[1] if found else None


def _route(name: str) -> list[str]:
    route = name.removesuffix(".html").removesuffix("/index")
    # Groups, `(tabs)` say, are no part of an address.
    return [part for part in route.split("/") if not (part.startswith("(") and part.endswith(")"))]


def _fits(route: list[str], parts: list[str]) -> bool:
    for place, wanted in enumerate(route):
        if wanted.startswith("[...") and wanted.endswith("]"):
            return len(parts) > place
        if place >= len(parts) or not (_PARAMETER.fullmatch(wanted) or wanted == parts[place]):
            return False
    return len(route) == len(parts)
