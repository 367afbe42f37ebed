"""A change of a folder, carried out in a process of its own that may be told where to die, or how much it may write.

`python -m tests.agent.mortal RECORDS ROOT ORDER|- BYTES|-` applies `new_content` to every file of the folder.
"""

import resource
import sys
from pathlib import Path

from app.agent.changes import Change, FileStep, carry_out
from app.agent.tree import read_file
from app.core import failpoints

CREATED, DELETED = "made/below/new.py", "old/gone.py"


def new_content(path: str) -> bytes:
    """What a file holds after the change."""
    return f"# changed: {path}\n".encode() * 5000


def change_of(root: Path, change_id: str = "c1") -> Change:
    """A change that modifies every file but one, which it deletes, and makes one in new folders."""
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    steps = []
    for path in [*paths, CREATED]:
        found = read_file(root, path, most=10**7)
        steps.append(
            FileStep(path, found, None if path == DELETED else new_content(path), found.mode if found else 0o644)
        )
    return Change(change_id, {"title": "test"}, steps, b"")


def main(records: str, root: str, order: str, most: str) -> None:
    """Carry the change out."""
    if order != "-":
        failpoints.arm(Path(order))
    change = change_of(Path(root))
    if most != "-":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
    carry_out(Path(records), Path(root), change)


if __name__ == "__main__":
    main(*sys.argv[1:])
