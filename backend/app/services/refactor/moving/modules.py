"""Which file a Python import leads to, and how a file is called in an import. Pure."""

import keyword
import sys
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath


class Modules:
    """The modules among some files. `roots` are the folders, beside the top, below which imports are looked for."""

    def __init__(self, paths: Collection[str], roots: Sequence[str]) -> None:
        self._paths = paths
        self._roots = ("", *roots)

    def resolve(self, importer: str, module: str) -> str | None:
        """Find the file of a module as an import of `importer` names it; None for one that is not among the files."""
        if not module.startswith("."):
            tails = [PurePosixPath(root, *module.split(".")) for root in self._roots]
            return next((found for tail in tails if (found := self._file_at(tail))), None)
        dots = len(module) - len(module.lstrip("."))
        folder = PurePosixPath(importer).parent
        for _ in range(dots - 1):
            folder = folder.parent
        rest = module[dots:]
        return self._file_at(folder.joinpath(*rest.split(".")) if rest else folder)

    def imported(self, importer: str, module: str, name: str) -> str | None:
        """Find the file that `from module import name` gives when that is a module; None when it is something else."""
        joined = module + name if module.endswith(".") else f"{module}.{name}"
        return self.resolve(importer, joined)

    def names(self, path: str) -> list[str]:
        """List the absolute names a file can be imported by, the one from the deepest root first; [] for none."""
        found = []
        for root in sorted(self._roots, key=len, reverse=True):
            at = PurePosixPath(path)
            if root and not at.is_relative_to(root):
                continue
            parts = [*at.relative_to(root).with_suffix("").parts] if root else [*at.with_suffix("").parts]
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            if parts and all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
                found.append(".".join(parts))
        return found

    def absolute(self, path: str, *, like: tuple[str, str] | None = None) -> str:
        """Give a file's absolute name; `like` is another file with its name: the same root is taken if it can be."""
        names = self.names(path)
        if like is not None:
            other, name = like
            above = len(PurePosixPath(other).parts) - len(name.split(".")) - (PurePosixPath(other).stem == "__init__")
            for each in names:
                own = len(PurePosixPath(path).parts) - len(each.split(".")) - (PurePosixPath(path).stem == "__init__")
                if own == above and PurePosixPath(path).parts[:own] == PurePosixPath(other).parts[:above]:
                    return each
        return names[0] if names else ""

    def relative(self, importer: str, path: str) -> str | None:
        """Give a file's name relative to another one's package; None when they share no package."""
        here, there = PurePosixPath(importer).parent, PurePosixPath(path)
        there = there.parent if there.stem == "__init__" else there.with_suffix("")
        dots = 1
        folder = here
        while not there.is_relative_to(folder):
            folder, dots = folder.parent, dots + 1
        if not self._is_package(folder):
            return None
        return "." * dots + ".".join(there.relative_to(folder).parts)

    def packages_above(self, path: str) -> list[str]:
        """List the files that run before a module because they are the packages it lies in."""
        found = []
        for folder in PurePosixPath(path).parents:
            init = str(folder / "__init__.py")
            if init not in self._paths:
                break
            if init != path:
                found.append(init)
        return found

    def _file_at(self, tail: PurePosixPath) -> str | None:
        names = (str(tail / "__init__.py"), f"{tail}.py")
        return next((name for name in names if name in self._paths), None)

    def _is_package(self, folder: PurePosixPath) -> bool:
        """Say whether a folder can be the top of relative imports: it is no root of absolute ones."""
        text = "" if str(folder) == "." else str(folder)
        return text not in self._roots and bool(text)


def shadows_library(names: Sequence[str]) -> bool:
    """Say whether a new module of these names would take the place of one of the standard library."""
    return any(name in sys.stdlib_module_names for name in names)
