"""What a build left for people beside its bundle: the picture and the list of modules, read by ranges of evidence.zip.

Our workers wrote it, out of what hostile code did: everything is bounded, and what does not fit is not there.
"""

import asyncio
import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass

from app.adapters.storage.port import ByteRange, ObjectMissing, ObjectStorage

PICTURE, MODULES = "boot.png", "modules.json"
_PNG = b"\x89PNG\r\n\x1a\n"
# The end of a zip: few files, so their directory is in it as well.
_TAIL_BYTES = 64 * 1024
_LOCAL = struct.Struct("<26xHH")
_MOST_PICTURE_BYTES = 4 * 1024**2
_MOST_MODULES_BYTES = 8 * 1024**2
_MOST_MODULES = 50_000
_LONGEST_PATH = 1024


@dataclass(frozen=True, slots=True)
class ModuleSize:
    """A module of a bundle: its path as the bundler has it, its size in bytes."""

    path: str
    bytes: int


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
        size = (await storage.stat(key)).size
        start = max(0, size - _TAIL_BYTES)
        tail = await _read(storage, key, ByteRange(start)) if size else b""
        found = _find(tail, start, name)
        if found is None or found.file_size > most or found.compress_size > most:
            return None
        head = await _read(storage, key, ByteRange(found.header_offset, found.header_offset + 30))
        at = found.header_offset + 30 + sum(_LOCAL.unpack(head))
        packed = await _read(storage, key, ByteRange(at, at + found.compress_size)) if found.compress_size else b""
    except (ObjectMissing, struct.error):
        return None
    return await asyncio.to_thread(_unpack, found, packed)


async def _read(storage: ObjectStorage, key: str, part: ByteRange) -> bytes:
    return b"".join([piece async for piece in storage.stream(key, part)])


def _find(tail: bytes, start: int, name: str) -> zipfile.ZipInfo | None:
    """Find a file in the directory at a zip's end. The library reckons from the front, which is `start` bytes away."""
    try:
        with zipfile.ZipFile(io.BytesIO(tail)) as archive:
            info = archive.getinfo(name)
    except (zipfile.BadZipFile, KeyError, ValueError, struct.error, NotImplementedError):
        return None
    info.header_offset += start
    return info if info.header_offset >= 0 else None


def _unpack(info: zipfile.ZipInfo, packed: bytes) -> bytes | None:
    if info.compress_type == zipfile.ZIP_STORED:
        data = packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, info.file_size + 1)
        except zlib.error:
            return None
    else:
        return None
    return data if len(data) == info.file_size and zlib.crc32(data) == info.CRC else None


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
