"""From a mirror's tree to manifest nodes: only directories nobody has described yet are read."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.adapters.git.objects import is_lfs_pointer
from app.adapters.git.port import Blob, EntryType, TreeChild, TreeNode
from app.adapters.syntax.languages import language_of
from app.services.manifest.errors import ManifestTooLarge
from app.services.manifest.metadata import PACKAGE_NAMES
from app.services.manifest.nodes import Entry, EntryKind, Node, NodeSummary, PackageFile, make_node

Known = Callable[[Sequence[str]], Awaitable[Mapping[str, NodeSummary]]]

# Deeper than any path git can check out on a usual system; a repository beyond is an attack, not a project.
MAX_DEPTH = 1024
# A tree that names the same subtree many times multiplies its files without growing the repository.
MAX_FILES = 2_000_000

# A pointer has 126 bytes and as many digits more as its file's size; extensions add a line or two.
_LFS_SIZES = range(120, 256)
# Programs without an ending are named by their first line; so many in one directory are looked into.
_MOST_PROGRAMS = 64
_LARGEST_PROGRAM = 64 * 1024
_BLOBS_AT_ONCE = 500

_PACKAGE_DEPTH = 4
_MOST_PACKAGES = 100
_NOT_OURS = frozenset({"node_modules", "vendor", "third_party", "testdata", "fixtures", "Pods", "site-packages"})


class Reader(Protocol):
    """The part of a mirror's reader that is needed here."""

    async def read_trees(self, oids: Sequence[str]) -> list[TreeNode]:
        """These trees with their blobs' sizes, in the order asked."""
        ...

    async def walk_tree(self, oid: str) -> list[TreeNode]:
        """Every tree from this one down, each once, children before parents."""
        ...

    async def read_blobs(self, oids: Sequence[str], *, max_bytes: int) -> list[Blob]:
        """Many files' bytes; what is too large has none."""
        ...


@dataclass(frozen=True, slots=True)
class Description:
    """A tree's summary, and the nodes that were not known before, children first."""

    root: NodeSummary
    new: tuple[Node, ...]


async def describe_tree(reader: Reader, known: Known, root_oid: str, *, first: bool = False) -> Description:
    """Describe a root tree. `first` says that nothing of this repository is known, so one walk reads everything."""
    if first:
        trees, summaries = await reader.walk_tree(root_oid), dict[str, NodeSummary]()
    else:
        summaries = dict(await known([root_oid]))
        if root_oid in summaries:
            return Description(summaries[root_oid], ())
        trees = await _unknown_trees(reader, known, root_oid, summaries)
    heads = await _read_heads(reader, trees)
    new: list[Node] = []
    for tree in trees:
        entries = tuple([_entry(child, summaries, heads) for child in tree.children])
        node = make_node(tree.oid, entries, children=summaries, package_files=_package_files(entries, summaries))
        if node.summary.file_count > MAX_FILES:
            raise ManifestTooLarge(files=node.summary.file_count, limit=MAX_FILES)
        summaries[tree.oid] = node.summary
        new.append(node)
    return Description(summaries[root_oid], tuple(new))


async def _unknown_trees(
    reader: Reader, known: Known, root_oid: str, summaries: dict[str, NodeSummary]
) -> list[TreeNode]:
    """Read level by level what is not known; add what is to `summaries`; answer children before parents."""
    found: dict[str, TreeNode] = {}
    level = [root_oid]
    for _ in range(MAX_DEPTH):
        if not level:
            return _children_first(found, root_oid)
        read = await reader.read_trees(level)
        found.update((tree.oid, tree) for tree in read)
        below = {child.oid for tree in read for child in tree.children if child.type is EntryType.FOLDER}
        asked = sorted(below.difference(found, summaries))
        summaries.update(await known(asked) if asked else {})
        level = [oid for oid in asked if oid not in summaries]
    raise ManifestTooLarge("The repository's folders are nested too deeply to be described.", limit=MAX_DEPTH)


def _children_first(found: Mapping[str, TreeNode], root_oid: str) -> list[TreeNode]:
    """Order trees so that each comes after all it holds; the same tree may stand at several depths."""
    ordered: dict[str, TreeNode] = {}
    stack = [(root_oid, False)]
    while stack:
        oid, is_done = stack.pop()
        if oid in ordered or oid not in found:
            continue
        if is_done:
            ordered[oid] = found[oid]
            continue
        stack.append((oid, True))
        stack.extend((child.oid, False) for child in found[oid].children if child.type is EntryType.FOLDER)
    return list(ordered.values())


async def _read_heads(reader: Reader, trees: Iterable[TreeNode]) -> dict[str, bytes]:
    """Read the few files whose name does not say what they are: possible LFS pointers, programs without an ending."""
    wanted: dict[str, None] = {}
    for tree in trees:
        programs = 0
        for child in tree.children:
            size = child.size
            if child.type is not EntryType.FILE or size is None:
                continue
            if size in _LFS_SIZES:
                wanted[child.oid] = None
            elif programs < _MOST_PROGRAMS and _may_be_program(child):
                programs += 1
                wanted[child.oid] = None
    oids = list(wanted)
    heads: dict[str, bytes] = {}
    for start in range(0, len(oids), _BLOBS_AT_ONCE):
        blobs = await reader.read_blobs(oids[start : start + _BLOBS_AT_ONCE], max_bytes=_LARGEST_PROGRAM)
        heads.update((blob.oid, blob.data) for blob in blobs if blob.data is not None)
    return heads


def _may_be_program(child: TreeChild) -> bool:
    return child.mode == "100755" and (child.size or 0) <= _LARGEST_PROGRAM and language_of(child.name) is None


def _entry(child: TreeChild, summaries: Mapping[str, NodeSummary], heads: Mapping[str, bytes]) -> Entry:
    kind = child.type
    if kind is EntryType.FILE:
        head = heads.get(child.oid, b"")
        if is_lfs_pointer(head):
            return Entry(child.name, child.mode, "lfs_pointer", child.oid, child.size, None, None)
        # A head that was read only to look for a pointer must not change the language its name gives.
        language = language_of(child.name, head if child.mode == "100755" else b"")
        return Entry(child.name, child.mode, "file", child.oid, child.size, language, None)
    if kind is EntryType.FOLDER:
        node = summaries[child.oid]
        return Entry(child.name, child.mode, "folder", child.oid, node.total_bytes, None, node.node_hash)
    return Entry(child.name, child.mode, kind.value, child.oid, child.size, None, None)


def _package_files(entries: Iterable[Entry], summaries: Mapping[str, NodeSummary]) -> tuple[PackageFile, ...]:
    """Gather files that describe packages, a few folders deep and without other people's code."""
    found: list[PackageFile] = []
    for entry in entries:
        if entry.kind == EntryKind.FILE and entry.name in PACKAGE_NAMES:
            found.append(PackageFile(entry.name, entry.oid, entry.size or 0))
        elif entry.kind == EntryKind.FOLDER and entry.name not in _NOT_OURS:
            below = summaries[entry.oid].package_files
            found.extend(
                PackageFile(f"{entry.name}/{path}", oid, size)
                for path, oid, size in below
                if path.count("/") + 1 < _PACKAGE_DEPTH
            )
    found.sort(key=lambda each: (each.path.count("/"), each.path))
    return tuple(found[:_MOST_PACKAGES])
