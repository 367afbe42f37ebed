"""How modules of scripts are named in imports: relative, by an alias, with an ending or none. Pure."""

from collections.abc import Collection
from pathlib import PurePosixPath
from posixpath import normpath, relpath

# What an import may say for the file that is there.
_SPELLED = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs", ".jsx": ".jsx"}
ENDINGS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")


def specifier_for(importer: str, to_path: str, *, like: tuple[str, str]) -> str:
    """Name a module for an import; `like` is another module with the specifier that names it there."""
    other, specifier = like
    if not specifier.startswith("."):
        aliased = _aliased(to_path, other, specifier)
        if aliased is not None:
            return aliased
    ending = PurePosixPath(specifier).suffix if PurePosixPath(specifier).suffix in ENDINGS else ""
    path = _spelled(to_path, ending)
    found = relpath(path, str(PurePosixPath(importer).parent))
    return found if found.startswith(".") else f"./{found}"


def relative_path(importer: str, specifier: str, paths: Collection[str]) -> str | None:
    """Find the file that a relative specifier names; None for none of these files."""
    base = normpath(str(PurePosixPath(importer).parent / specifier))
    stem = str(PurePosixPath(base).with_suffix("")) if PurePosixPath(base).suffix in ENDINGS else base
    candidates = [base, *(f"{stem}{ending}" for ending in ENDINGS), *(f"{base}/index{ending}" for ending in ENDINGS)]
    candidates += [f"{base}{ending}" for ending in ENDINGS]
    return next((path for path in candidates if path in paths), None)


def _spelled(path: str, ending: str) -> str:
    at = PurePosixPath(path)
    if not ending:
        stem = at.with_suffix("")
        return str(stem.parent) if stem.name == "index" and str(stem.parent) != "." else str(stem)
    if ending == at.suffix or at.suffix not in _SPELLED:
        return path
    return str(at.with_suffix(ending if ending in (".ts", ".tsx") else _SPELLED[at.suffix]))


def _aliased(to_path: str, other: str, specifier: str) -> str | None:
    """Name a module by the alias that names another one, when it lies below the same folder."""
    ending = PurePosixPath(specifier).suffix if PurePosixPath(specifier).suffix in ENDINGS else ""
    there = PurePosixPath(_spelled(other, ending)).parts
    said = PurePosixPath(specifier).parts
    same = 0
    while same < min(len(there), len(said)) and there[-1 - same] == said[-1 - same]:
        same += 1
    if not same:
        return None
    base, prefix = there[: len(there) - same], said[: len(said) - same]
    here = PurePosixPath(_spelled(to_path, ending)).parts
    if here[: len(base)] != base:
        return None
    return "/".join([*prefix, *here[len(base) :]])
