"""One door to the structure of a source file, whatever its language, and to the calls between described files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.adapters.syntax.javascript import describe_javascript
from app.adapters.syntax.outline import describe_outline
from app.adapters.syntax.python import describe_python
from app.adapters.syntax.python_tree import Unparsable
from app.adapters.syntax.source import Source
from app.adapters.syntax.structure import CallSite, FileStructure, SkippedFile
from app.adapters.syntax.trees import GRAMMARS, SlowToParse

LARGEST_BYTES = 2 * 1024 * 1024  # hand-written files stay below; larger ones are generated or data
_LONGEST_AVERAGE_LINE = 500  # characters; minified code has no lines a person could read
_SCRIPTS = ("javascript", "typescript", "tsx")


def describe(path: str, language: str, text: str, *, largest_bytes: int = LARGEST_BYTES) -> FileStructure | SkippedFile:
    """Describe what the syntax tree of a file shows; a SkippedFile says why one was not looked into.

    Never raises for any text: what Python's parser refuses is outlined by tree-sitter with `complete` false.
    """
    if language not in GRAMMARS:
        return SkippedFile(path, f"no grammar for {language or 'a file of unknown language'}")
    if len(text) > largest_bytes:
        return SkippedFile(path, f"larger than {largest_bytes:,} bytes")
    source = Source(text)
    if len(source.data) > largest_bytes:
        return SkippedFile(path, f"larger than {largest_bytes:,} bytes")
    if len(source.data) > 20_000 and len(source.data) / source.line_count > _LONGEST_AVERAGE_LINE:
        return SkippedFile(path, "minified or generated: its lines are too long to be read")
    try:
        return _described(path, language, source)
    except SlowToParse:
        return SkippedFile(path, "it takes too long to parse")


def _described(path: str, language: str, source: Source) -> FileStructure:
    if language in _SCRIPTS:
        return describe_javascript(path, language, source)
    if language == "python":
        try:
            return describe_python(path, source)
        except Unparsable:
            return describe_outline(path, language, source)
    return describe_outline(path, language, source)


def call_sites(structures: Iterable[FileStructure]) -> Mapping[str, tuple[CallSite, ...]]:
    """Group every call in some files by the last name of what is called: `job.run()` is found under `run`."""
    found: dict[str, list[CallSite]] = defaultdict(list)
    for structure in structures:
        for caller, body in [("", structure.body), *((it.qualified_name, it.body) for it in structure.symbols)]:
            for call in body.calls:
                found[call.name].append(CallSite(structure.path, caller, call))
    return {name: tuple(sites) for name, sites in found.items()}
