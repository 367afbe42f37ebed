"""Whether a word in a text names a module: by its dotted path or by that of its files, and not by the word alone. Pure.

`shop.prices`, `src/shop/prices.py` and `-m shop` do; `my.shop`, `other/shop` and "a shop" do not.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath

from app.services.refactor.edits import WordEdit
from app.services.refactor.moves import Moves, split_suffix
from app.services.refactor.plan import Note
from app.services.refactor.tiers import Tier

_FAR = 300  # bytes around a word in which its path is looked for
_BEFORE = re.compile(r"[\w./@$\-]*$")
_AFTER = re.compile(r"[\w./@$\-*:]*")
_DOTTED = re.compile(r"(?<![\w./@$\-])(?:[^\W\d]\w*\.)*$")
_BEHIND = re.compile(r"[.:]([^\W\d]\w*)")
# Where a bare word is a module: `python -m`, `celery -A`, an import in an example, Sphinx.
_STARTED = re.compile(
    r"(?:^|[\s\"',\[])(?:-m|-A|--app|--package)[\s\"',=]+$|(?:^|\n)[ \t]*(?:>>> |\.\.\. )?(?:from|import)[ \t]+$"
    r"|\bauto(?:module|package):: *$"
)
# Settings in which a bare word is a module or package.
_LISTED = re.compile(
    r"\b(?:packages|py-modules|py_modules|module|source|source_pkgs|known[-_]first[-_]party|root_packages?|testpaths"
    r"|module-name|flask_app|cov)\"?\s*[=:]\s*(?:\[[^\]]*|[\"']?)$", re.IGNORECASE,
)  # fmt: skip
# In a string, a dotted path from where the file lies.
_RELATIVE = re.compile(r"[\"'](\.+)((?:[^\W\d]\w*\.)*)$")
# Folders into which code is translated: what is published is named by these.
_BUILT = re.compile(r"(?:^|(?<=/))(?:dist|build|lib|out|esm|cjs)/(?:esm/|cjs/|src/)?")
_DEFINED = re.compile(rb"^(?:(?:async +)?def|class) +(\w+)|^([A-Za-z_]\w*)\s*(?::[^=\n]+)?=", re.MULTILINE)
_NAME_LIKE = re.compile(r"_|\d|[a-z][A-Z]|[A-Z]{2}")
_DOCUMENTS = frozenset({".md", ".rst", ".txt"})
_MOST_EDITS = 500


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """How a module can be named. `dotted`: its dotted paths; `children`: what these can be followed by.

    `places`: its files without their suffixes, and its folders; `suffixes` of its files, none for a folder.
    """

    old: str
    dotted: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    entries: frozenset[str] = frozenset()
    roots: Sequence[str] = ()

    @property
    def is_top(self) -> bool:
        """Say whether it can be imported by one word alone."""
        return self.old in self.dotted

    def named_at(self, data: bytes, start: int, end: int, path: str) -> bool:
        """Say whether the word at [start, end) of the file `path`, with what stands around it, names the module."""
        before = data[max(start - _FAR, 0) : start].decode("utf-8", "replace")
        after = data[end : end + _FAR].decode("utf-8", "replace")
        folder = str(PurePosixPath(path).parent)
        return (
            self._is_dotted(before, after)
            or self._is_path(before, after, folder)
            or (bool(self.dotted) and self._is_relative(before, folder))
        )

    def is_in_path(self, data: bytes, start: int, end: int) -> bool:
        """Say whether the word is a part of a longer path, whatever that names."""
        return data[start - 1 : start] in (b".", b"/", b"-", b"@") or data[end : end + 1] in (b"/", b"-")

    def _is_dotted(self, before: str, after: str) -> bool:
        found = _DOTTED.search(before)
        if found is None or found[0] + self.old not in self.dotted or after.startswith(("/", "-")):
            return False
        behind = _BEHIND.match(after)
        if found[0] or (behind and behind[1] in self.children):
            return True
        return behind is None and bool(_STARTED.search(before) or _LISTED.search(before))

    def _is_relative(self, before: str, folder: str) -> bool:
        found = _RELATIVE.search(before)
        if found is None:
            return False
        up = "../" * (len(found[1]) - 1)
        return normpath(f"{folder}/{up}{found[2].replace('.', '/')}{self.old}") in self.places

    def _is_path(self, before: str, after: str, folder: str) -> bool:
        head = _BEFORE.search(before)
        path = head[0] if head else ""
        ends = self._ends(after, is_led=path.startswith(("./", "../")), is_bare=not path.strip("/"))
        if not ends or path.startswith("//"):
            return False
        bases = [folder, ".", *self.roots]
        places = {normpath(f"{base}/{path}{self.old}") for base in bases}
        places |= {_BUILT.sub(source, place, count=1) for place in places for source in ("", "src/")}
        return not places.isdisjoint(self.places)

    def _ends(self, after: str, *, is_led: bool, is_bare: bool) -> bool:
        """Say whether what follows may follow the module's path: its suffix, or what lies in its folder."""
        found = _AFTER.match(after)
        rest = found[0].rstrip(".:") if found else ""
        if not self.suffixes:
            name = rest[1:].partition("/")[0]
            return name in self.entries if rest.startswith("/") and name else rest == "/" or (not rest and not is_bare)
        return rest.partition(":")[0] in self.suffixes or (not rest and is_led)


def names_of(old: str, moves: Moves, paths: Iterable[str]) -> ModuleNames:
    """Say how the files or folders that move can be named by their paths; `paths` are all files of the tree."""
    below = {
        path[len(folder) + 1 :].partition("/")[0]
        for path in paths
        for folder in moves.folders
        if path.startswith(f"{folder}/")
    }
    stems = {name.partition(".")[0] for name in below}
    split = [split_suffix(file) for file in moves.files]
    return ModuleNames(
        old,
        children=frozenset(stems),
        places=frozenset({place for place, _ in split} | moves.folders.keys()),
        suffixes=frozenset(suffix for _, suffix in split),
        entries=frozenset({"*", "**"} | below | stems),
    )


def top_names(data: bytes) -> set[str]:
    """The names that a Python file defines at its top, as far as its lines show them."""
    return {(match[1] or match[2]).decode() for match in _DEFINED.finditer(data)}


def edits_of_module(texts: Mapping[str, bytes], names: ModuleNames, new: str) -> tuple[list[WordEdit], list[Note]]:
    """Find a module in documentation and settings; settings that name it are doubts: programs are started by them."""
    pattern = re.compile(rb"(?<![\w$])" + re.escape(names.old.encode()) + rb"(?![\w$])")
    edits: list[WordEdit] = []
    notes: list[Note] = []
    for path in sorted(texts):
        data = texts[path]
        for match in pattern.finditer(data):
            is_named = names.named_at(data, match.start(), match.end(), path)
            if not is_named and not _is_alone(names, data, match.start(), match.end()):
                continue
            edits.append(WordEdit(path, match.start(), match.end(), new.encode(), Tier.NOT_CODE, "named in a text"))
            if is_named and PurePosixPath(path).suffix not in _DOCUMENTS:
                line = data.count(b"\n", 0, match.start()) + 1
                notes.append(Note("doubt", path, line, "settings name this module: change them with it"))
            if len(edits) >= _MOST_EDITS:
                return edits, notes
    return edits, notes


def _is_alone(names: ModuleNames, data: bytes, start: int, end: int) -> bool:
    """Say whether a word without a path is spelled like a name, or written as code."""
    if names.is_in_path(data, start, end):
        return False
    return bool(_NAME_LIKE.search(names.old)) or (data[start - 1 : start] == b"`" and data[end : end + 1] == b"`")
