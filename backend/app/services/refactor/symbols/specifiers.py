"""The paths by which TypeScript and JavaScript import modules, and what files they lead to. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath

from app.adapters.syntax.trees import parse_tree, text_of, walk
from app.services.refactor.symbols.typescript_mentions import GRAMMAR_OF
from app.services.refactor.symbols.typescript_nodes import is_module_path

# In the order in which they are looked for; what JavaScript is called once it is compiled stands for both.
SUFFIXES = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".d.mts", ".d.cts", ".js", ".jsx", ".mjs", ".cjs", ".json")
_COMPILED = {".js": (".ts", ".tsx", ".d.ts"), ".jsx": (".tsx",), ".mjs": (".mts", ".d.mts"), ".cjs": (".cts", ".d.cts")}
_IN_COMMENT = re.compile(rb"import\(\s*['\"]([^'\"\n]+)['\"]\s*\)|<reference\s+path=['\"]([^'\"\n]+)['\"]")
_MOST_FILES_OF_ALIAS = 20


@dataclass(frozen=True, slots=True)
class Specifier:
    """The path in an import; `start` is the offset of its first byte behind the quote."""

    start: int
    text: str

    @property
    def segments(self) -> list[str]:
        """What lies between its slashes; one at the end counts for nothing."""
        return self.text.rstrip("/").split("/")

    def offset(self, index: int) -> int:
        """Say where a segment begins in the file."""
        return self.start + sum(len(each.encode()) + 1 for each in self.segments[:index])

    def segment_at(self, offset: int) -> int | None:
        """Say which segment an offset of the file lies in, or right behind."""
        for index, segment in enumerate(self.segments):
            if self.offset(index) <= offset <= self.offset(index) + len(segment.encode()):
                return index
        return None


def specifiers(path: str, data: bytes) -> Iterator[Specifier]:
    """Find every path that a file imports by: statements, `import()`, `require()`, and types in comments."""
    for node in walk(parse_tree(GRAMMAR_OF.get(PurePosixPath(path).suffix, "typescript"), data).root_node):
        if node.type == "string_fragment" and is_module_path(node):
            yield Specifier(node.start_byte, text_of(node))
        elif node.type == "comment":
            for match in _IN_COMMENT.finditer(node.text or b""):
                group = 1 if match[1] else 2
                yield Specifier(node.start_byte + match.start(group), match[group].decode("utf-8", "replace"))


def without_suffix(name: str) -> str:
    """Leave a suffix of code out."""
    suffix = next((each for each in (".d.ts", ".d.mts", ".d.cts", *SUFFIXES) if name.endswith(each)), "")
    return name.removesuffix(suffix) if suffix else name


@dataclass(frozen=True, slots=True)
class Lead:
    """What a specifier leads to. The first `fixed` segments are a name given by settings, not by folders."""

    path: str
    fixed: int

    def part(self, specifier: Specifier, index: int) -> str | None:
        """Say which file or folder of the path a segment names; None when none by that name."""
        segments = specifier.segments
        whole = self.path.split("/")
        # `./shop` for `shop/index.ts`: the last part is not written.
        is_written = without_suffix(whole[-1]) == without_suffix(segments[-1]) or whole[-1] == segments[-1]
        at = index + len(whole) - len(segments) - (0 if is_written else 1)
        if index < self.fixed or not 0 <= at < len(whole):
            return None
        is_same = segments[index] == whole[at] or without_suffix(segments[index]) == without_suffix(whole[at])
        return "/".join(whole[: at + 1]) if is_same else None


@dataclass(frozen=True)
class ScriptModules:
    """The files of a tree, and the names that settings give to folders of it (`paths` of a tsconfig)."""

    paths: Collection[str]
    aliases: Mapping[str, Sequence[str]]

    @cached_property
    def known(self) -> frozenset[str]:
        """The paths, to look them up."""
        return frozenset(self.paths)

    def lead(self, importer: str, text: str) -> Lead | None:
        """Say which file of the tree is imported; None for what lies outside, or is not there."""
        if text.startswith("."):
            found = self._file(normpath(f"{PurePosixPath(importer).parent}/{text}"))
            return Lead(found, 0) if found else None
        for alias, places in self._matching(text):
            before, _, after = alias.partition("*")
            middle = text[len(before) : len(text) - len(after)] if "*" in alias else ""
            for place in places[:_MOST_FILES_OF_ALIAS]:
                if found := self._file(normpath(place.replace("*", middle))):
                    return Lead(found, before.count("/") if "*" in alias else text.count("/") + 1)
        return None

    def _matching(self, text: str) -> list[tuple[str, Sequence[str]]]:
        def matches(alias: str) -> bool:
            before, star, after = alias.partition("*")
            return text == alias if not star else text.startswith(before) and text.endswith(after)

        found = [(alias, places) for alias, places in self.aliases.items() if matches(alias)]
        # As the compiler does: exact names first, then the longest beginning.
        return sorted(found, key=lambda each: ("*" in each[0], -len(each[0].partition("*")[0])))

    def _file(self, place: str) -> str | None:
        suffix = PurePosixPath(place).suffix
        compiled = [place.removesuffix(suffix) + each for each in _COMPILED.get(suffix, ())]
        names = [*compiled, place, *(place + each for each in SUFFIXES), *(f"{place}/index{each}" for each in SUFFIXES)]
        return next((name for name in names if name in self.known), None)
