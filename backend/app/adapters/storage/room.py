"""How much room is left where the product keeps its files."""

import shutil
from pathlib import Path


def free_bytes(folder: Path) -> int:
    """Make the folder if it is missing and say how many bytes it can still take; OSError when it cannot be used."""
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free
