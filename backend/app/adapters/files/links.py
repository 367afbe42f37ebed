"""Cleans a folder that strangers filled: no links that lead out of it, no devices, pipes or sockets."""

import contextlib
import os
from pathlib import Path

from app.core.guard import forbid_inside_scope


def remove_what_leads_out(folder: Path, home: Path) -> list[str]:
    """Delete below `folder` every link that is not plainly relative and within `home`, and all special files.

    Returns their paths below `folder`. Plainly relative is what steps up first and only then down: such a path
    stays within `home` whatever links are on its way, because those stay there too.
    """
    forbid_inside_scope("a folder of strangers")
    removed, waiting = [], [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as listed:
            for entry in listed:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif not (_stays(entry.path, home) if entry.is_symlink() else entry.is_file(follow_symlinks=False)):
                    os.unlink(entry.path)
                    removed.append(os.path.relpath(entry.path, folder))
    return removed


def _stays(link: str, home: Path) -> bool:
    target = ""
    with contextlib.suppress(OSError):
        target = os.readlink(link)
    parts = [part for part in target.split("/") if part not in ("", ".")]
    steps_up = next((number for number, part in enumerate(parts) if part != ".."), len(parts))
    depth = len(Path(os.path.dirname(link)).relative_to(home).parts)
    return bool(target) and not target.startswith("/") and ".." not in parts[steps_up:] and steps_up <= depth
