"""The source code of a commit as one rename reads it: which files, how much of them, and what is left out and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.adapters.git.objects import is_lfs_pointer
from app.adapters.git.port import EntryType, MirrorReader, TreeEntry
from app.core.paths import PathRefused, check_repo_path
from app.services.refactor.bounds import problem_with_text
from app.services.refactor.errors import TreeTooLarge
from app.services.refactor.plan import Note
from app.services.refactor.shelf import Checked, ProjectShelf

# Languages whose server is asked.
LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"), "typescript"),
}
# Languages without a server, by the table their names are read with; C and C++ share their headers.
SYNTAX_LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys((".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++"), "cpp"),
    ".cs": "csharp",
    ".go": "go",
    ".java": "java",
    **dict.fromkeys((".kt", ".kts"), "kotlin"),
    ".lua": "lua",
    ".php": "php",
    **dict.fromkeys((".rb", ".rake"), "ruby"),
    ".rs": "rust",
    **dict.fromkeys((".sh", ".bash", ".zsh"), "shell"),
    ".swift": "swift",
}
ALL_LANGUAGES = {**LANGUAGES, **SYNTAX_LANGUAGES}
TEMPLATES = frozenset({".html", ".jinja", ".jinja2", ".j2", ".xml", ".svg"})
# Documentation and settings that may name what is renamed.
_TEXTS = frozenset(
    {".md", ".rst", ".txt", ".toml", ".cfg", ".ini", ".yaml", ".yml", ".json", ".sh", ".mk", ".service", *TEMPLATES}
)
_TEXT_NAMES = frozenset(
    {"Dockerfile", "Containerfile", "Makefile", "makefile", "justfile", "Justfile", "Procfile", ".coveragerc",
     ".flake8", ".pylintrc", "MANIFEST.in"}
)  # fmt: skip
LARGEST_FILE = 2 * 1024**2  # what people write by hand is far smaller; what is larger was made by a program
_LARGEST_TEXT = 256 * 1024
# The most one worker holds at once: several times the largest projects that were looked at.
_MOST_ENTRIES = 300_000
_MOST_FILES = 30_000
_MOST_BYTES = 384 * 1024**2
_MOST_TEXT_BYTES = 32 * 1024**2
_DEEPEST = 40  # folders in one another: more only where somebody means harm
_MOST_ROOTS = 20
_BATCH = 2_000


@dataclass(slots=True)
class SourceTree:
    """Files by path: code, and texts that may name things; entries tell their modes and blobs."""

    code: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    entries: dict[str, TreeEntry] = field(default_factory=dict)
    # Everything in the commit, read or not.
    listed: Sequence[TreeEntry] = ()
    # What moves with a folder and is no code.
    carried: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    # Code that was not understood, with its bytes where they are known: without them it may mention anything.
    unread: dict[str, bytes | None] = field(default_factory=dict)

    @property
    def paths(self) -> Sequence[str]:
        """Every path of the commit."""
        return [entry.path for entry in self.listed] or [*self.code, *self.texts]

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders below which imports are looked for."""
        return import_roots(self.code)


async def read_tree(reader: MirrorReader, commit: str, language: str, shelf: ProjectShelf | None = None) -> SourceTree:
    """Read the code and texts of a commit; TreeTooLarge. Links and submodules are never followed.

    What is on the shelf is not read again, and what is read is put there.
    """
    tree, entries = await read_code(reader, commit, lambda path: is_code(path, language), shelf)
    await _read(_Source(reader, shelf), tree, _texts(entries), tree.texts)
    return tree


async def read_code(
    reader: MirrorReader, commit: str, is_wanted: Callable[[str], bool], shelf: ProjectShelf | None = None
) -> tuple[SourceTree, Sequence[TreeEntry]]:
    """Read the files of a commit whose paths are wanted, and list what else there is; TreeTooLarge."""
    tree = SourceTree()
    entries = await _list(reader, commit, shelf)
    tree.listed = entries
    code = [entry for entry in entries if is_wanted(entry.path)]
    chosen = [entry for entry in code if not _refused(tree, entry)]
    size = sum(entry.size or 0 for entry in chosen)
    if len(chosen) > _MOST_FILES or size > _MOST_BYTES:
        raise TreeTooLarge(files=len(chosen), most=_MOST_FILES, bytes=size, most_bytes=_MOST_BYTES)
    await _read(_Source(reader, shelf), tree, chosen, tree.code)
    return tree, entries


async def _list(reader: MirrorReader, commit: str, shelf: ProjectShelf | None) -> list[TreeEntry]:
    entries = shelf.listing(commit) if shelf else None
    if entries is None:
        entries = await reader.list_tree(commit, recursive=True, limit=_MOST_ENTRIES + 1)
    if len(entries) > _MOST_ENTRIES:
        raise TreeTooLarge(files=len(entries), most=_MOST_ENTRIES)
    if shelf:
        shelf.put_listing(commit, entries)
    return entries


def _refused(tree: SourceTree, entry: TreeEntry) -> bool:
    reason = None
    if entry.type is not EntryType.FILE:
        reason = f"a {entry.type.value} is not followed"
    elif (entry.size or 0) > LARGEST_FILE:
        reason = f"it is larger than {LARGEST_FILE // 1024**2} MiB"
    elif entry.path.count("/") > _DEEPEST:
        reason = "it lies too deep"
    elif not is_plain(entry.path):
        reason = "its name is not plain text"
    if reason is None:
        return False
    tree.notes.append(Note("not_read", entry.path, 0, reason))
    if entry.type is EntryType.FILE:
        tree.unread[entry.path] = None
    return True


def is_plain(path: str) -> bool:
    """Say whether a path can be written anywhere as it is."""
    try:
        check_repo_path(path)
    except PathRefused:
        return False
    return True


def _texts(entries: Iterable[TreeEntry]) -> list[TreeEntry]:
    chosen: list[TreeEntry] = []
    room = _MOST_TEXT_BYTES
    for entry in entries:
        size = entry.size or 0
        is_text = entry.type is EntryType.FILE and _may_name(PurePosixPath(entry.path))
        if is_text and size <= min(_LARGEST_TEXT, room) and is_plain(entry.path):
            chosen.append(entry)
            room -= size
    return chosen


def _may_name(path: PurePosixPath) -> bool:
    return path.suffix in _TEXTS or path.name in _TEXT_NAMES or path.stem == "Dockerfile"


@dataclass(frozen=True, slots=True)
class _Source:
    """A mirror, and what was read of it before."""

    reader: MirrorReader
    shelf: ProjectShelf | None

    async def read(self, entries: Sequence[TreeEntry]) -> dict[str, Checked]:
        """Give blobs by their ids, looked through."""
        found = {entry.oid: kept for entry in entries if self.shelf and (kept := self.shelf.get(entry.oid))}
        missing = list(dict.fromkeys(entry.oid for entry in entries if entry.oid not in found))
        blobs = await self.reader.read_blobs(missing, max_bytes=LARGEST_FILE) if missing else []
        for oid, blob in zip(missing, blobs, strict=True):
            found[oid] = Checked(blob.data, _problem_with(blob.data))
            if self.shelf:
                self.shelf.put(oid, found[oid])
        return found


async def _read(source: _Source, tree: SourceTree, chosen: Sequence[TreeEntry], into: dict[str, bytes]) -> None:
    for start in range(0, len(chosen), _BATCH):
        batch = chosen[start : start + _BATCH]
        blobs = await source.read(batch)
        for entry in batch:
            blob = blobs[entry.oid]
            if blob.problem is None and blob.data is not None:
                into[entry.path] = blob.data
                tree.entries[entry.path] = entry
            elif into is tree.code:
                tree.notes.append(Note("not_read", entry.path, 0, blob.problem or ""))
                tree.unread[entry.path] = blob.data


def _problem_with(data: bytes | None) -> str | None:
    if data is None:
        return "the mirror does not hold it"
    if is_lfs_pointer(data):
        return "its contents are kept elsewhere (Git LFS)"
    return problem_with_text(data)


def import_roots(paths: Iterable[str]) -> tuple[str, ...]:
    """Find where imports start besides the top: `src`, and the folders that hold packages but are none. Pure."""
    packages = {str(PurePosixPath(path).parent) for path in paths if PurePosixPath(path).stem == "__init__"}
    above = {str(PurePosixPath(package).parent) for package in packages}
    roots = {root for root in above if root not in packages and root != "."}
    if any(path.startswith("src/") for path in paths):
        roots.add("src")
    return tuple(sorted(roots, key=lambda root: (root.count("/"), root))[:_MOST_ROOTS])


def is_code(path: str, language: str) -> bool:
    """Say whether a file is code of a language, by its ending; what packages bring along is not the project's."""
    return "node_modules" not in path.split("/") and ALL_LANGUAGES.get(PurePosixPath(path).suffix) == language
