"""The last steps of every new generation: few packs, durable, then current in one step."""

import asyncio
from pathlib import Path
from typing import Final

from app.adapters.git.arguments import git
from app.adapters.git.command import Workplace
from app.adapters.git.health import checked_at, write_stamp
from app.adapters.git.layout import fsync_generation

# Every fetch adds a pack; more than this many make reading slower, and merging them is cheap.
_MOST_PACKS: Final = 20


async def publish(place: Workplace, incoming: Path, base: Path | None) -> Path:
    """Make a finished repository the current generation; `base` is the one that it was made from."""
    await place.git(git("pack-refs", "--all"), git_dir=incoming)
    if len(await asyncio.to_thread(pack_sizes, incoming)) > _MOST_PACKS:
        await place.git(git("repack", "--geometric=2", "-d", "-q"), git_dir=incoming)
    checked = checked_at(base) if base is not None else None
    await asyncio.to_thread(write_stamp, incoming, checked or place.tools.clock.now())
    await asyncio.to_thread(fsync_generation, incoming)
    generation = await asyncio.to_thread(place.folder.publish, incoming)
    await asyncio.to_thread(place.folder.sweep)
    return generation


def pack_sizes(generation: Path) -> dict[str, int]:
    """Bytes of each pack by its name."""
    return {path.name: path.stat().st_size for path in (generation / "objects" / "pack").glob("*.pack")}
