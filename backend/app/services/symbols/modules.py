"""Which file an import means: Python by folders, JavaScript and TypeScript by relative paths. Pure; nothing is read."""

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property

from app.services.symbols.listing import Listing

_MOST_ROOTS = 20
_PYTHON = (".py", ".pyi")
_SCRIPTS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
# TypeScript is imported under the name of what it is compiled to.
_WRITTEN_AS = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}


class ModuleMap:
    """The modules of one state of a mirror."""

    def __init__(self, listing: Listing) -> None:
        self._files = listing.files

    def python(self, importer: str, module: str) -> str | None:
        """Find the file of a module, dots in front included; None for what lies outside, and for plain folders."""
        level = len(module) - len(module.lstrip("."))
        segments = [segment for segment in module[level:].split(".") if segment]
        if level:
            folder = importer.split("/")[:-1]
            if level - 1 > len(folder):
                return None
            return self._python_at([*folder[: len(folder) - (level - 1)], *segments])
        for root in self._roots_for(importer):
            found = self._python_at([*root, *segments])
            if found is not None:
                return found
        return None

    def script(self, importer: str, module: str) -> str | None:
        """Find the file of a relative import; None for packages, and for what is not there."""
        if not module.startswith("."):
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        if path.startswith(".."):
            return None
        return next((each for each in _candidates("" if path == "." else path) if each in self._files), None)

    def name_of(self, path: str) -> str:
        """Tell what a file is called as a module: dotted for Python, without its ending for others."""
        stem = path.rpartition(".")[0] if not path.endswith(".d.ts") else path[: -len(".d.ts")]
        if not path.endswith(_PYTHON):
            return stem.removesuffix("/index")
        segments = stem.split("/")
        if segments[-1] == "__init__":
            segments.pop()
        start = len(segments)
        # From the outermost package that leads to it without a gap.
        folder = path.split("/")[:-1]
        while folder and self._is_package(folder):
            folder.pop()
        start = min(len(folder), max(len(segments) - 1, 0))
        return ".".join(segments[start:]) or posixpath.basename(stem)

    def _python_at(self, segments: list[str]) -> str | None:
        base = "/".join(segments)
        names = [f"{base}{ending}" for ending in _PYTHON] if base else []
        inside = [f"{base}/__init__{ending}" if base else f"__init__{ending}" for ending in _PYTHON]
        # A package hides a module of the same name.
        return next((each for each in [*inside, *names] if each in self._files), None)

    def _is_package(self, folder: list[str]) -> bool:
        return any(f"{'/'.join(folder)}/__init__{ending}" in self._files for ending in _PYTHON)

    def _roots_for(self, importer: str) -> Iterator[list[str]]:
        """Where imports start for a file: where its own package starts, the top, and where other packages do."""
        own = importer.split("/")[:-1]
        while own and self._is_package(own):
            own.pop()
        seen = {"/".join(own)}
        yield own
        for root in self._roots:
            if root not in seen:
                seen.add(root)
                yield root.split("/") if root else []

    @cached_property
    def _roots(self) -> tuple[str, ...]:
        packages = {posixpath.dirname(path) for path in self._files if posixpath.basename(path) in _INITS}
        above = {posixpath.dirname(package) for package in packages if package} - packages - {""}
        src = {"src"} if any(path.startswith("src/") for path in self._files) else set()
        return ("", *sorted(above | src, key=lambda root: (root.count("/"), root))[:_MOST_ROOTS])


_INITS = frozenset(f"__init__{ending}" for ending in _PYTHON)


def _candidates(path: str) -> Iterable[str]:
    if path:
        yield path
        stem, ending = posixpath.splitext(path)
        for written in _WRITTEN_AS.get(ending, ()):
            yield f"{stem}{written}"
        yield from (f"{path}{ending}" for ending in _SCRIPTS)
    yield from (f"{path}/index{ending}" if path else f"index{ending}" for ending in _SCRIPTS)
