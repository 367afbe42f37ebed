"""Chooses what a model sees: the files asked about first, then what they import, then what describes the project.

Pure: it names files to read, and fits what was read into a budget. Everything left out is listed with its reason.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from posixpath import basename, dirname, normpath

from app.adapters.llm.port import Focus, SourceFile
from app.core.paths import PathRefused, check_repo_path
from app.services.ai.redaction import Redaction, redact, withheld_reason

BYTES_PER_TOKEN = 4  # a rough rule for code and English; no vocabulary is downloaded to know better
TOKENS_PER_FILE = 40  # the fence around a file
LARGEST_FILE = 512 * 1024  # larger files are generated or data
_MOST_NEIGHBOURS = 12
_MOST_CANDIDATES = 2000  # places to look at for one file's imports
_DESCRIPTIONS = (
    "README.md",
    "README.rst",
    "README.txt",
    "README",
    "pyproject.toml",
    "package.json",
    "Cargo.toml",
    "go.mod",
)
_REGULAR_FILES = ("100644", "100755")
_LINES_AROUND_FOCUS = 400


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the manifest: what is known before it is read. `size` is bytes, `mode` git's octal text."""

    path: str
    blob_id: str
    size: int
    language: str
    mode: str = "100644"
    is_lfs_pointer: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not sent, or not as a whole, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileRedaction:
    """A secret taken out of a file: its kind and its line."""

    path: str
    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Context:
    """Exactly what a model sees of the repository, and what it does not see."""

    files: tuple[SourceFile, ...]
    redactions: tuple[FileRedaction, ...] = ()
    withheld: tuple[LeftOut, ...] = ()
    cut: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Admitted:
    """One file's text, secrets taken out."""

    file: SourceFile
    redactions: tuple[Redaction, ...]


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text is, from its bytes."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def refuse(entry: FileEntry) -> str | None:
    """Say why a file is never read, from its entry alone; None when it may be."""
    kind = refuse_kind(entry)
    if kind is not None:
        return kind
    try:
        check_repo_path(entry.path)
    except PathRefused:
        return "its path is not a plain path, so nothing could be proposed for it"
    reason = withheld_reason(entry.path)
    if reason is None and redact(entry.path)[1]:
        # Names are sent as they are: a receipt must name the file it rests on.
        return "its name holds a secret"
    if reason is None and entry.size > LARGEST_FILE:
        return f"it has {entry.size:,} bytes; files over {LARGEST_FILE:,} are not sent"
    return reason


def refuse_kind(entry: FileEntry) -> str | None:
    """Say why what stands at a path is no file of text at all; None when it may be one."""
    if entry.mode not in _REGULAR_FILES:
        return "it is a link or a submodule, which is never followed"
    return "it is a Git LFS pointer, which is never followed" if entry.is_lfs_pointer else None


def admit(entry: FileEntry, data: bytes) -> Admitted | LeftOut:
    """Turn a blob into text without secrets, or say why that cannot be."""
    if b"\0" in data:
        return LeftOut(entry.path, "it is not a text file")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return LeftOut(entry.path, "it is not UTF-8 text")
    clean, redactions = redact(text, path=entry.path)
    return Admitted(SourceFile(entry.path, entry.blob_id, entry.language, clean), redactions)


def candidates(focus: Sequence[SourceFile]) -> tuple[str, ...]:
    """Name the paths at which something imported by these files, or describing the project, may stand; each once."""
    asked = {file.path for file in focus}
    names: dict[str, None] = {}
    for file in focus:
        names.update(dict.fromkeys(islice(_imported_paths(file), _MOST_CANDIDATES)))
    folders = {""} | {dirname(file.path) for file in focus}
    for folder in sorted(folders, key=lambda name: (name.count("/"), name)):
        names.update(dict.fromkeys(f"{folder}/{name}" if folder else name for name in _DESCRIPTIONS))
    return tuple(name for name in names if name not in asked)


def neighbours(names: Sequence[str], entries: Mapping[str, FileEntry]) -> tuple[FileEntry, ...]:
    """Keep the candidates that are there: so many imports, and every description."""
    present = [entries[name] for name in names if name in entries]
    imports = [entry for entry in present if basename(entry.path) not in _DESCRIPTIONS]
    described = [entry for entry in present if basename(entry.path) in _DESCRIPTIONS]
    return (*imports[:_MOST_NEIGHBOURS], *described)


_PYTHON_IMPORT = re.compile(
    r"^[ \t]{0,40}(?:from[ \t]{1,8}(?P<from>[.\w]{1,200})[ \t]{1,8}import[ \t]{1,8}"
    r"(?P<names>\([^)]{0,2000}\)|[^\n#]{1,500})|import[ \t]{1,8}(?P<import>[\w., \t]{1,400}))",
    re.MULTILINE,
)
_SCRIPT_IMPORT = re.compile(r"(?:from|import|require\()[ \t]{0,8}\(?[\"'](?P<path>\.{1,2}/[^\"'\n]{1,300})[\"']")
_SCRIPTS = frozenset({"javascript", "jsx", "tsx", "typescript"})
_SCRIPT_ENDINGS = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", "/index.ts", "/index.tsx", "/index.js")


def _imported_paths(file: SourceFile) -> Iterable[str]:
    if file.language == "python":
        return _python_candidates(file)
    return _script_candidates(file) if file.language in _SCRIPTS else ()


def _python_candidates(file: SourceFile) -> Iterable[str]:
    for match in _PYTHON_IMPORT.finditer(file.text):
        if match.group("import"):
            modules = [part.split()[0] for part in match.group("import").split(",") if part.strip()]
        else:
            base = match.group("from")
            names = [part.split()[0] for part in match.group("names").strip("()").split(",") if part.strip()]
            joint = "" if base.endswith(".") else "."
            modules = [*(f"{base}{joint}{name}" for name in names), base]
        for module in modules:
            yield from _python_files(file.path, module)


def _python_files(importer: str, module: str) -> Iterable[str]:
    """Name the files that a module may be: relative to the importer, or below any folder above it."""
    name = module.lstrip(".")
    dots = len(module) - len(name)
    tail = name.replace(".", "/")
    folder = dirname(importer)
    if dots:
        for _ in range(dots - 1):
            folder = dirname(folder)
        folders = [folder]
    else:
        parts = folder.split("/") if folder else []
        folders = ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]
    for root in folders:
        stem = "/".join(part for part in (root, tail) if part)
        yield f"{stem}.py"
        yield f"{stem}/__init__.py" if stem else "__init__.py"


def _script_candidates(file: SourceFile) -> Iterable[str]:
    for match in _SCRIPT_IMPORT.finditer(file.text):
        stem = normpath(f"{dirname(file.path) or '.'}/{match.group('path')}")
        for ending in _SCRIPT_ENDINGS:
            yield stem + ending
        if stem.endswith(".js"):
            # TypeScript names the file that will exist after compilation.
            yield f"{stem[:-3]}.ts"
            yield f"{stem[:-3]}.tsx"


def assemble(
    asked: Sequence[Admitted],
    related: Sequence[Admitted],
    *,
    left_out: Sequence[LeftOut] = (),
    budget_tokens: int,
    focus: Focus | None = None,
) -> Context:
    """Fit files into the budget, those asked about first; of a single asked file too large for it, a part is kept."""
    kept: list[Admitted] = []
    cut: list[LeftOut] = []
    left = budget_tokens
    alone = len(asked) == 1
    for admitted, is_asked in [*((one, True) for one in asked), *((one, False) for one in related)]:
        size = estimate_tokens(admitted.file.text) + TOKENS_PER_FILE
        if size > left and is_asked and alone:
            admitted, lines = _shortened(admitted, (left - TOKENS_PER_FILE) * BYTES_PER_TOKEN, focus)  # noqa: PLW2901
            cut.append(LeftOut(admitted.file.path, f"only lines {lines} fit into one question"))
            size = estimate_tokens(admitted.file.text) + TOKENS_PER_FILE
        elif size > left:
            cut.append(LeftOut(admitted.file.path, f"it does not fit: about {size:,} tokens, and {left:,} are left"))
            continue
        kept.append(admitted)
        left -= size
    return Context(
        files=tuple(one.file for one in kept),
        redactions=tuple(FileRedaction(one.file.path, mark.kind, mark.line) for one in kept for mark in one.redactions),
        withheld=tuple(left_out),
        cut=tuple(cut),
    )


def _shortened(admitted: Admitted, budget_bytes: int, focus: Focus | None) -> tuple[Admitted, str]:
    """Empty the lines outside a window, so that line numbers stay; answers the window's lines too."""
    lines = admitted.file.text.split("\n")
    first = max(0, focus.start_line - 1 - _LINES_AROUND_FOCUS) if focus else 0
    room = budget_bytes - first - len(lines)
    last = first
    while last < len(lines) and room >= len(lines[last].encode()):
        room -= len(lines[last].encode())
        last += 1
    text = "\n".join(line if first <= number < last else "" for number, line in enumerate(lines))
    file = admitted.file
    marks = tuple(mark for mark in admitted.redactions if first < mark.line <= last)
    return Admitted(
        SourceFile(file.path, file.blob_id, file.language, text), marks
    ), f"{first + 1} to {max(last, first)}"
