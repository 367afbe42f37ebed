"""Describes a tree by what differs from one that is described: entries, sums and packages that stayed are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.adapters.git.port import EntryType, TreeChange, TreeChild, TreeNode
from app.services.manifest.builder import (
    MAX_FILES,
    MOST_PACKAGES,
    Description,
    Memory,
    Reader,
    children_first,
    describe_whole,
    entry_of,
    folders_of,
    package_files,
    ranked,
    read_heads,
    read_unknown,
)
from app.services.manifest.errors import ManifestTooLarge
from app.services.manifest.metadata import PACKAGE_NAMES
from app.services.manifest.nodes import Node, NodeSummary, Sums, in_order, make_node


@dataclass(frozen=True, slots=True)
class Comparison:
    """What git says of two trees, by the later tree of each folder that differs, and the heads of files that came."""

    after: str
    changes: Mapping[str, TreeChange]
    heads: Mapping[str, bytes]

    @property
    def earlier(self) -> list[str]:
        """The trees whose descriptions are needed."""
        return sorted({change.before for change in self.changes.values()})

    @property
    def came(self) -> set[str]:
        """Folders that are new, and were not another's earlier state."""
        return _folders(change.came for change in self.changes.values()).difference(self.changes)

    @property
    def went(self) -> set[str]:
        """Folders that are gone or have changed."""
        return _folders(change.went for change in self.changes.values())

    @property
    def is_plain(self) -> bool:
        """Say whether the earlier trees are all that is needed: no folder came or went, no package file moved."""
        if self.came or self.went.difference(change.before for change in self.changes.values()):
            return False
        names = (child.name for change in self.changes.values() for child in (*change.came, *change.went))
        return PACKAGE_NAMES.isdisjoint(names)


async def compare(reader: Reader, before: str, after: str) -> Comparison:
    """Compare two trees that are not the same, and look into the files that must be."""
    changes = {change.after: change for change in await reader.changed_trees(before, after)}
    heads = await read_heads(reader, [TreeNode(key, change.came) for key, change in changes.items()])
    return Comparison(after, changes, heads)


async def describe_change(reader: Reader, memory: Memory, comparison: Comparison) -> Description | None:
    """Describe a tree after the change of one that is described; None when that one is not remembered well enough.

    The result is the same as `describe_tree`'s; the cost follows the change.
    """
    old = comparison.earlier
    earlier, known = await memory.recall(old, sorted((comparison.came | comparison.went).difference(old)))
    summaries = {oid: node.summary for oid, node in earlier.items()} | dict(known)
    unknown = sorted(comparison.came.difference(summaries))
    fresh = await read_unknown(reader, memory, unknown, summaries) if unknown else {}
    heads = {**comparison.heads, **await read_heads(reader, fresh.values())}
    return put_together(replace(comparison, heads=heads), earlier, summaries, fresh)


def put_together(
    comparison: Comparison,
    earlier: Mapping[str, Node],
    summaries: dict[str, NodeSummary],
    fresh: Mapping[str, TreeNode],
) -> Description | None:
    """Describe what changed from what was; None when that does not suffice. `summaries` gains the new folders'."""
    if not _is_enough(comparison, earlier, summaries):
        return None
    below = {oid: folders_of(tree.children) for oid, tree in fresh.items()}
    below |= {oid: folders_of(change.came) for oid, change in comparison.changes.items()}
    new: list[Node] = []
    for oid in children_first(below, comparison.after):
        if oid in summaries:
            continue
        change = comparison.changes.get(oid)
        if change is None:
            node = describe_whole(fresh[oid], summaries, comparison.heads)
        else:
            node = _describe(change, earlier[change.before], summaries, comparison.heads)
        summaries[oid] = node.summary
        new.append(node)
    return Description(summaries[comparison.after], tuple(new))


def _folders(sides: Iterable[Iterable[TreeChild]]) -> set[str]:
    return {child.oid for side in sides for child in side if child.type is EntryType.FOLDER}


def _is_enough(comparison: Comparison, earlier: Mapping[str, Node], summaries: Mapping[str, NodeSummary]) -> bool:
    """Say whether what is remembered suffices: every folder that was, none with more packages than were kept."""
    if any(change.before not in earlier for change in comparison.changes.values()):
        return False
    if comparison.went.difference(summaries):
        return False
    return all(len(node.summary.package_files) < MOST_PACKAGES for node in earlier.values())


def _describe(change: TreeChange, base: Node, summaries: Mapping[str, NodeSummary], heads: Mapping[str, bytes]) -> Node:
    """Describe a directory by counting away what went and counting in what came."""
    old = {entry.name: entry for entry in base.entries}
    sums = Sums(base.summary)
    for child in change.went:
        sums.count(old.pop(child.name), summaries, times=-1)
    came = [entry_of(child, summaries, heads) for child in change.came]
    for entry in came:
        sums.count(entry, summaries)
    if sums.files > MAX_FILES:
        raise ManifestTooLarge(files=sums.files, limit=MAX_FILES)
    stayed = [each for each in base.summary.package_files if each.path.partition("/")[0] in old]
    packages = ranked([*stayed, *package_files(came, summaries)])
    return make_node(change.after, in_order([*old.values(), *came]), sums, packages)
