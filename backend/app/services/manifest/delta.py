"""Describes a tree by what differs from one that is described: entries, sums and packages that stayed are kept."""

from collections.abc import Mapping

from app.adapters.git.port import EntryType, TreeChange, TreeNode
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
from app.services.manifest.nodes import Node, NodeSummary, Sums, in_order, make_node


async def describe_change(reader: Reader, memory: Memory, before: str, after: str) -> Description | None:
    """Describe a tree after the change of one that is described; None when that one is not remembered well enough.

    The result is the same as `describe_tree`'s; the cost follows the change.
    """
    if before == after:
        same = await memory.known([after])
        return Description(same[after], ()) if after in same else None
    changes = {change.after: change for change in await reader.changed_trees(before, after)}
    old = {change.before for change in changes.values()}
    asked = _folders(changes).difference(old, changes)
    earlier, known = await memory.recall(sorted(old), sorted(asked))
    summaries = {oid: node.summary for oid, node in earlier.items()} | dict(known)
    if not _is_enough(changes, earlier, summaries):
        return None
    came = {child.oid for change in changes.values() for child in change.came if child.type is EntryType.FOLDER}
    unknown = sorted(came.difference(changes, summaries))
    fresh = await read_unknown(reader, memory, unknown, summaries) if unknown else {}
    heads = await read_heads(reader, [*fresh.values(), *(TreeNode(key, each.came) for key, each in changes.items())])
    below = {oid: folders_of(tree.children) for oid, tree in fresh.items()}
    below |= {oid: folders_of(change.came) for oid, change in changes.items()}
    new: list[Node] = []
    for oid in children_first(below, after):
        if oid in summaries:
            continue
        change = changes.get(oid)
        if change is None:
            node = describe_whole(fresh[oid], summaries, heads)
        else:
            node = _describe(change, earlier[change.before], summaries, heads)
        summaries[oid] = node.summary
        new.append(node)
    return Description(summaries[after], tuple(new))


def _folders(changes: Mapping[str, TreeChange]) -> set[str]:
    """Name every folder that came, went or changed."""
    return {
        child.oid
        for change in changes.values()
        for child in (*change.came, *change.went)
        if child.type is EntryType.FOLDER
    }


def _is_enough(
    changes: Mapping[str, TreeChange], earlier: Mapping[str, Node], summaries: Mapping[str, NodeSummary]
) -> bool:
    """Say whether what is remembered suffices: every folder that was, none with more packages than were kept."""
    if any(change.before not in earlier for change in changes.values()):
        return False
    went = {child.oid for change in changes.values() for child in change.went if child.type is EntryType.FOLDER}
    if went.difference(summaries):
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
