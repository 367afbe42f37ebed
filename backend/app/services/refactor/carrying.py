"""What lies in a folder that moves and is no code: it goes with it, byte by byte, with its mode."""

from app.adapters.git.port import EntryType, MirrorReader, TreeEntry
from app.services.proposals.base import LARGEST_FILE
from app.services.proposals.drafts import MOST_BYTES, MOST_FILES
from app.services.refactor.errors import CannotMove
from app.services.refactor.moves import Moves, refuse_taken
from app.services.refactor.plan import Plan
from app.services.refactor.tree import SourceTree, is_plain

_MOST_TOLD = 20


async def carry(plan: Plan, tree: SourceTree, reader: MirrorReader) -> None:
    """Let all files of the moved folders move. NameCollision; CannotMove, with a reason, for what no proposal holds."""
    moves = Moves(plan.moves, plan.folders)
    refuse_taken(moves, plan.new, tree.paths)
    plan.moves = moves.moved(entry.path for entry in tree.listed)
    moving = [entry for entry in tree.listed if entry.path in plan.moves]
    _refuse(moving, len({edit.path for edit in plan.edits} - plan.moves.keys()))
    unread = [entry for entry in moving if entry.path not in tree.code]
    blobs = await reader.read_blobs([entry.oid for entry in unread], max_bytes=LARGEST_FILE)
    for entry, blob in zip(unread, blobs, strict=True):
        if blob.data is None:
            raise CannotMove(reason="not_in_the_mirror", paths=[entry.path])
        tree.carried[entry.path] = blob.data
        tree.entries[entry.path] = entry


def _refuse(moving: list[TreeEntry], others: int) -> None:
    links = [entry.path for entry in moving if entry.type is not EntryType.FILE]
    if links:
        raise CannotMove(reason="holds_links", files=len(links), paths=links[:_MOST_TOLD])
    strange = [entry.path for entry in moving if not is_plain(entry.path)]
    if strange:
        raise CannotMove(reason="names_are_not_plain", files=len(strange), paths=strange[:_MOST_TOLD])
    # A file that moves is one that goes and one that comes.
    if 2 * len(moving) + others > MOST_FILES:
        raise CannotMove(reason="too_many_files", files=len(moving), most=MOST_FILES // 2)
    large = [entry.path for entry in moving if (entry.size or 0) > LARGEST_FILE]
    size = sum(entry.size or 0 for entry in moving)
    if large or 2 * size > MOST_BYTES:
        raise CannotMove(reason="too_large", bytes=size, most_bytes=MOST_BYTES // 2, paths=large[:_MOST_TOLD])
