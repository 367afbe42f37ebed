"""What a build left for people beside its bundle: the picture and the list of modules, read by ranges of evidence.zip.

Our workers wrote it, out of what hostile code did: everything is bounded, and what does not fit is not there.
"""

import asyncio
import json

from app.adapters.storage.port import ObjectMissing, ObjectStorage
from app.services.preview.expo.errors import BundleDamaged, FileNotInBundle
from app.services.preview.expo.stored_zip import open_zip

PICTURE, MODULES = "boot.png", "modules.json"
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PICTURE_BYTES = 4 * 1024**2
_MOST_MODULES_BYTES = 8 * 1024**2
_MOST_MODULES = 50_000
_LONGEST_PATH = 1024


async def read_picture(storage: ObjectStorage, key: str | None) -> bytes | None:
    """Read the PNG of a started bundle; None where there is none."""
    data = await read_file(storage, key, PICTURE, most=_MOST_PICTURE_BYTES) if key else None
    return data if data is not None and data.startswith(_PNG) else None


async def read_modules(storage: ObjectStorage, key: str | None) -> dict[str, int] | None:
    """Read the sizes in bytes of a bundle's modules by their paths; None where nobody listed them."""
    data = await read_file(storage, key, MODULES, most=_MOST_MODULES_BYTES) if key else None
    return None if data is None else await asyncio.to_thread(_modules, data)


async def read_file(storage: ObjectStorage, key: str, name: str, *, most: int) -> bytes | None:
    """Read one file of a stored zip of ours; None when it is not there, larger than `most` bytes, or damaged."""
    try:
        archive = await open_zip(storage, key, (await storage.stat(key)).size)
        return await archive.read(name, most=most)
    except (ObjectMissing, FileNotInBundle, BundleDamaged):
        return None


def _modules(data: bytes) -> dict[str, int] | None:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or len(told) > _MOST_MODULES:
        return None
    found: dict[str, int] = {}
    for each in told:
        path, size = (each.get("path"), each.get("bytes")) if isinstance(each, dict) else (None, None)
        if not isinstance(path, str) or len(path) > _LONGEST_PATH or type(size) is not int or size < 0:
            return None
        # A path stands for one module; of one that is there twice, all of it counts.
        found[path] = found.get(path, 0) + size
    return found
