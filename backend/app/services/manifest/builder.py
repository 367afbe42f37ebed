"""From a mirror's tree to manifest nodes: only directories nobody has described yet are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.adapters.git.objects import is_lfs_pointer
from app.adapters.git.port import Blob, EntryType, TreeChange, TreeChild, TreeNode
from app.adapters.syntax.languages import language_of
from app.services.manifest.errors import ManifestTooLarge
from app.services.manifest.metadata import PACKAGE_NAMES
from app.services.manifest.nodes import Entry, Node, NodeSummary, PackageFile, Sums, in_order, make_node

# Deeper than any path git can check out on a usual system; a repository beyond is an attack, not a project.
MAX_DEPTH = 1024
# A tree that names the same subtree many times multiplies its files without growing the repository.
MAX_FILES = 2_000_000
MOST_PACKAGES = 100

# A pointer has 126 bytes and as many digits more as its file's size; extensions add a line or two.
_LFS_SIZES = range(120, 256)
# Programs without an ending are named by their first line; a larger one is hardly written by hand.
_LARGEST_PROGRAM = 16 * 1024
_BLOBS_AT_ONCE = 500

_PACKAGE_DEPTH = 4
_NOT_OURS = frozenset({"node_modules", "vendor", "third_party", "testdata", "fixtures", "Pods", "site-packages"})


class Reader(Protocol):
    """The part of a mirror's reader that is needed here."""

    async def read_trees(self, oids: Sequence[str]) -> list[TreeNode]:
        """These trees with their blobs' sizes, in the order asked."""
        ...

    async def walk_tree(self, oid: str) -> list[TreeNode]:
        """Every tree from this one down, each once, children before parents."""
        ...

    async def changed_trees(self, before: str, after: str) -> list[TreeChange]:
        """The folders of two root trees that differ."""
        ...

    async def read_blobs(self, oids: Sequence[str], *, max_bytes: int) -> list[Blob]:
        """Many files' bytes; what is too large has none."""
        ...


class Memory(Protocol):
    """Nodes that were described before."""

    async def known(self, oids: Sequence[str]) -> Mapping[str, NodeSummary]:
        """The summaries of those that are known."""
        ...

    async def recall(
        self, oids: Sequence[str], also: Sequence[str]
    ) -> tuple[Mapping[str, Node], Mapping[str, NodeSummary]]:
        """Those of the first that are known, whole, and the summaries of those of the second."""
        ...


@dataclass(frozen=True, slots=True)
class Description:
    """A tree's summary, and the nodes that were not known before, children first."""

    root: NodeSummary
    new: tuple[Node, ...]


async def describe_tree(reader: Reader, memory: Memory, root_oid: str, *, first: bool = False) -> Description:
    """Describe a root tree. `first` says that nothing of this repository is known, so one walk reads everything."""
    summaries: dict[str, NodeSummary] = {}
    if first:
        trees = await reader.walk_tree(root_oid)
    else:
        summaries.update(await memory.known([root_oid]))
        if root_oid in summaries:
            return Description(summaries[root_oid], ())
        found = await read_unknown(reader, memory, [root_oid], summaries)
        trees = [
            found[oid] for oid in children_first({oid: folders_of(found[oid].children) for oid in found}, root_oid)
        ]
    heads = await read_heads(reader, trees)
    new: list[Node] = []
    for tree in trees:
        node = describe_whole(tree, summaries, heads)
        summaries[tree.oid] = node.summary
        new.append(node)
    return Description(summaries[root_oid], tuple(new))


def describe_whole(tree: TreeNode, summaries: Mapping[str, NodeSummary], heads: Mapping[str, bytes]) -> Node:
    """Describe one directory whose folders are described; ManifestTooLarge."""
    entries = in_order([entry_of(child, summaries, heads) for child in tree.children])
    sums = Sums()
    for entry in entries:
        sums.count(entry, summaries)
    if sums.files > MAX_FILES:
        raise ManifestTooLarge(files=sums.files, limit=MAX_FILES)
    return make_node(tree.oid, entries, sums, package_files(entries, summaries))


async def read_unknown(
    reader: Reader, memory: Memory, roots: Sequence[str], summaries: dict[str, NodeSummary]
) -> dict[str, TreeNode]:
    """Read level by level what is not known below these trees; what is known is added to `summaries`."""
    found: dict[str, TreeNode] = {}
    level = list(roots)
    for _ in range(MAX_DEPTH):
        if not level:
            return found
        read = await reader.read_trees(level)
        found.update((tree.oid, tree) for tree in read)
        below = {child.oid for tree in read for child in tree.children if child.type is EntryType.FOLDER}
        asked = sorted(below.difference(found, summaries))
        summaries.update(await memory.known(asked) if asked else {})
        level = [oid for oid in asked if oid not in summaries]
    raise ManifestTooLarge("The repository's folders are nested too deeply to be described.", limit=MAX_DEPTH)


def folders_of(children: Iterable[TreeChild]) -> list[str]:
    """Name the trees of the folders among some entries."""
    return [child.oid for child in children if child.type is EntryType.FOLDER]


def children_first(below: Mapping[str, Sequence[str]], root_oid: str) -> list[str]:
    """Order trees so that each comes after all it holds; the same tree may stand at several depths."""
    ordered: dict[str, None] = {}
    stack = [(root_oid, False)]
    while stack:
        oid, is_done = stack.pop()
        if oid in ordered or oid not in below:
            continue
        if is_done:
            ordered[oid] = None
            continue
        stack.append((oid, True))
        stack.extend((folder, False) for folder in below[oid])
    return list(ordered)


async def read_heads(reader: Reader, trees: Iterable[TreeNode]) -> dict[str, bytes]:
    """Read the few files whose name does not say what they are: possible LFS pointers, programs without an ending."""
    wanted = {child.oid: None for tree in trees for child in tree.children if _must_be_looked_into(child)}
    oids = list(wanted)
    heads: dict[str, bytes] = {}
    for start in range(0, len(oids), _BLOBS_AT_ONCE):
        blobs = await reader.read_blobs(oids[start : start + _BLOBS_AT_ONCE], max_bytes=_LARGEST_PROGRAM)
        heads.update((blob.oid, blob.data) for blob in blobs if blob.data is not None)
    return heads


def _must_be_looked_into(child: TreeChild) -> bool:
    if child.type is not EntryType.FILE or child.size is None:
        return False
    if child.size in _LFS_SIZES:
        return True
    return child.mode == "100755" and child.size <= _LARGEST_PROGRAM and language_of(child.name) is None


def entry_of(child: TreeChild, summaries: Mapping[str, NodeSummary], heads: Mapping[str, bytes]) -> Entry:
    """Describe one name; its folder, if it is one, is described."""
    kind = child.type
    if kind is EntryType.FILE:
        head = heads.get(child.oid, b"")
        if head and is_lfs_pointer(head):
            return Entry(child.name, child.mode, "lfs_pointer", child.oid, child.size, None, None)
        # A head that was read only to look for a pointer must not change the language its name gives.
        language = language_of(child.name, head if child.mode == "100755" else b"")
        return Entry(child.name, child.mode, "file", child.oid, child.size, language, None)
    if kind is EntryType.FOLDER:
        node = summaries[child.oid]
        return Entry(child.name, child.mode, "folder", child.oid, node.total_bytes, None, node.node_hash)
    return Entry(child.name, child.mode, kind.value, child.oid, child.size, None, None)


def package_files(entries: Iterable[Entry], summaries: Mapping[str, NodeSummary]) -> tuple[PackageFile, ...]:
    """Gather files that describe packages, a few folders deep and without other people's code."""
    found: list[PackageFile] = []
    for entry in entries:
        if entry.kind == "file" and entry.name in PACKAGE_NAMES:
            found.append(PackageFile(entry.name, entry.oid, entry.size or 0))
        elif entry.kind == "folder" and entry.name not in _NOT_OURS:
            found.extend(
                PackageFile(f"{entry.name}/{path}", oid, size)
                for path, oid, size in summaries[entry.oid].package_files
                if path.count("/") + 1 < _PACKAGE_DEPTH
            )
    return ranked(found)


def ranked(packages: list[PackageFile]) -> tuple[PackageFile, ...]:
    """Put the outermost first, and keep no more than can be shown."""
    if len(packages) > 1:
        packages.sort(key=lambda each: (each.path.count("/"), each.path))
    return tuple(packages[:MOST_PACKAGES])
