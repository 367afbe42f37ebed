"""Reads single files out of a stored bundle by ranges: its directory once, then each file's own bytes and no others.

Only zips that `archives.rewrite` wrote: no extra fields, no zip64, methods stored and deflate (APPNOTE.TXT 6.3.10).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from app.adapters.storage.port import ByteRange, ObjectStorage
from app.services.preview.archives import Bounds
from app.services.preview.expo.errors import BundleDamaged, FileNotInBundle

_END = struct.Struct("<4sHHHHIIH")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END_MARK, _LOCAL_MARK = b"PK\x05\x06", b"PK\x03\x04"
# The directories of nearly all bundles lie within.
_TAIL_BYTES = 64 * 1024
# Unpacked bytes handed on at once: a fraction of a millisecond of work.
_PIECE = 256 * 1024
# RFC 1952: no name, no time, an unknown system.
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_TAIL = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where one file lies: name, size, size as stored, CRC-32, offset of its header, and whether it is deflated."""

    name: str
    size: int
    packed_size: int
    crc: int
    offset: int
    deflated: bool

    @property
    def gzip_size(self) -> int:
        """How many bytes it has as gzip."""
        return len(_GZIP_HEAD) + self.packed_size + _GZIP_TAIL.size


@dataclass(frozen=True, slots=True)
class StoredZip:
    """A bundle in the storage, and where its files lie in it."""

    storage: ObjectStorage
    key: str
    files: Mapping[str, StoredFile]

    def find(self, name: str) -> StoredFile:
        """Look a file up; FileNotInBundle."""
        found = self.files.get(name)
        if found is None:
            raise FileNotInBundle(name=name[:200])
        return found

    async def read(self, name: str, *, most: int) -> bytes:
        """Read a whole small file; FileNotInBundle, BundleDamaged when it has more than `most` bytes."""
        file = self.find(name)
        if file.size > most:
            raise BundleDamaged(entry=name, bytes=file.size, most_bytes=most)
        return b"".join([piece async for piece in self.stream(file)])

    async def stream(self, file: StoredFile) -> AsyncIterator[bytes]:
        """Read a file in pieces, unpacked; BundleDamaged, at the latest before its last piece."""
        crc, left = 0, file.size
        async for piece in self._unpacked(file):
            crc, left = zlib.crc32(piece, crc), left - len(piece)
            if left < 0 or (left == 0 and crc != file.crc):
                raise BundleDamaged(entry=file.name)
            yield piece
        if left or crc != file.crc:
            raise BundleDamaged(entry=file.name)

    async def stream_gzip(self, file: StoredFile) -> AsyncIterator[bytes]:
        """Read a deflated file as gzip: its bytes as they are stored, with the few around that make gzip of them.

        Whoever unpacks it checks the CRC.
        """
        yield _GZIP_HEAD
        async for packed in self._packed(file):
            yield packed
        yield _GZIP_TAIL.pack(file.crc, file.size & 0xFFFFFFFF)

    async def _unpacked(self, file: StoredFile) -> AsyncIterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        async for packed in self._packed(file):
            waiting = packed
            while waiting:
                piece, waiting = _inflated(inflater, waiting) if file.deflated else (waiting, b"")
                if piece:
                    yield piece
        # What was unpacked already when the bound of a piece was met.
        if rest := inflater.flush():
            yield rest

    async def _packed(self, file: StoredFile) -> AsyncIterator[bytes]:
        name = file.name.encode()
        head_size = _LOCAL.size + len(name)
        wanted = ByteRange(file.offset, file.offset + head_size + file.packed_size)
        head, read = b"", 0
        async for piece in self.storage.stream(self.key, wanted):
            read += len(piece)
            if len(head) < head_size:
                head += piece
                if len(head) < head_size:
                    continue
                _check_head(head, name, file)
                piece = head[head_size:]  # noqa: PLW2901 - what of the first pieces is contents
            if piece:
                yield piece
        if read != head_size + file.packed_size:
            raise BundleDamaged(entry=file.name)


async def open_zip(storage: ObjectStorage, key: str, size: int, bounds: Bounds | None = None) -> StoredZip:
    """Read a stored zip's directory; BundleDamaged, ObjectMissing. `size` is the object's, in bytes."""
    limits = bounds or Bounds()
    tail = await _read(storage, key, max(0, size - _TAIL_BYTES), size)
    if len(tail) < _END.size:
        raise BundleDamaged(key=key)
    mark, _, _, _, entries, length, start, comment = _END.unpack(tail[-_END.size :])
    is_ours = mark == _END_MARK and not comment and start + length + _END.size == size
    # Beside what was sent there are a few files of our own.
    if not is_ours or entries > limits.files + 10 or length > 2 * limits.directory_bytes:
        raise BundleDamaged(key=key)
    if length + _END.size > len(tail):
        tail = await _read(storage, key, start, size)
    return StoredZip(storage, key, _listed(tail[-(length + _END.size) :], start, key))


def _listed(directory: bytes, start: int, key: str) -> Mapping[str, StoredFile]:
    """Read a directory and its end record, which lay at `start`: the library takes what is before it as cut off."""
    try:
        with zipfile.ZipFile(io.BytesIO(directory)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise BundleDamaged(key=key) from error
    return {
        info.filename: StoredFile(
            info.filename,
            info.file_size,
            info.compress_size,
            info.CRC,
            info.header_offset + start,
            info.compress_type == zipfile.ZIP_DEFLATED,
        )
        for info in infos
    }


def _check_head(head: bytes, name: bytes, file: StoredFile) -> None:
    mark, _, _, _, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack_from(head)
    told = head[_LOCAL.size : _LOCAL.size + len(name)]
    if mark != _LOCAL_MARK or name_length != len(name) or extra_length or told != name:
        raise BundleDamaged(entry=file.name)


def _inflated(inflater: "zlib._Decompress", packed: bytes) -> tuple[bytes, bytes]:
    try:
        return inflater.decompress(packed, _PIECE), inflater.unconsumed_tail
    except zlib.error as error:
        raise BundleDamaged from error


async def _read(storage: ObjectStorage, key: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in storage.stream(key, ByteRange(start, end))]) if end > start else b""
