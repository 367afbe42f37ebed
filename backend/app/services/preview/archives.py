"""Checks a zip as a container before anything in it is believed, and writes anew what was checked, and only that.

A zip tells the same thing twice: in its directory at the end and before every file. Readers differ in what they
believe, so both must agree, cover the file from its first byte to its last, and overlap nowhere (APPNOTE.TXT 6.3.10).
Everything here blocks: run it in a thread.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.services.preview.archive_names import find_clash, problem_with_name
from app.services.preview.errors import BundleTooLarge, BundleUnsafe
from app.services.preview.packaging import pieces_of

_END = struct.Struct("<4sHHHHIIH")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END_MARK, _LOCAL_MARK = b"PK\x05\x06", b"PK\x03\x04"
_ENCRYPTED, _DESCRIBED_LATER, _UTF8 = 0x1, 0x8, 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE = 256 * 1024
# No zip, however it is called, may hide in another: nobody looks into the inner one.
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
_PROGRAMS = (b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"dex\n", b"#!")
# Zip knows no time before it.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most a bundle may be: files, bytes of all and of one once unpacked, how far one may grow, its directory."""

    files: int = 20_000
    total_bytes: int = 512 * 1024**2
    file_bytes: int = 256 * 1024**2
    ratio: int = 200
    # Below this size a large ratio is what repeated text gives, and harmless.
    ratio_from: int = 1024**2
    directory_bytes: int = 8 * 1024**2


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the zip, checked: its name, its size unpacked, and how it is found."""

    name: str
    size: int
    info: zipfile.ZipInfo


def inspect(path: Path, bounds: Bounds | None = None) -> list[Member]:
    """List the files of a zip; BundleUnsafe with `reason` and `entry`, BundleTooLarge. Nothing is unpacked."""
    limits = bounds or Bounds()
    with path.open("rb") as file:
        directory_at, entries = _check_end(file, limits)
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise BundleUnsafe(reason="not_a_zip") from error
        if len(infos) != entries:
            raise BundleUnsafe(reason="headers_differ")
        for info in infos:
            _check_entry(info, limits)
        clash = find_clash(info.filename for info in infos)
        if clash is not None:
            raise BundleUnsafe(reason="duplicate", entry=_shown(clash))
        _check_layout(file, infos, directory_at)
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        raise BundleTooLarge(bytes=total, most_bytes=limits.total_bytes)
    return [Member(info.filename, info.file_size, info) for info in infos if not info.is_dir()]


def rewrite(source: Path, members: Sequence[Member], target: Path, more: Mapping[str, bytes]) -> None:
    """Write a zip with these files and `more` (which wins), by name, without dates or rights: equal files, equal bytes.

    BundleUnsafe when a file is not what the directory says of it, or holds what no bundle holds.
    """
    kept = {member.name: member for member in members if member.name not in more}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(kept.keys() | more.keys()):
            with new.open(_plain(name), "w", force_zip64=False) as out:
                for piece in _contents(old, kept[name]) if name in kept else (more[name],):
                    out.write(piece)


def write_anew(files: Mapping[str, Path | bytes], target: Path, *, level: int | None = None) -> None:
    """Write a zip of files of our own in the same form: by name, without dates or rights.

    With a `level` of deflate each file is read whole.
    """
    with zipfile.ZipFile(target, "w") as new:
        for name in sorted(files):
            if level is not None:
                new.writestr(_plain(name), b"".join(pieces_of(files[name])), compresslevel=level)
                continue
            with new.open(_plain(name), "w", force_zip64=False) as out:
                for piece in pieces_of(files[name]):
                    out.write(piece)


def read_member(source: Path, member: Member, *, most: int) -> bytes:
    """Read one small file; BundleTooLarge above `most` bytes."""
    if member.size > most:
        raise BundleTooLarge(entry=_shown(member.name), bytes=member.size, most_bytes=most)
    with zipfile.ZipFile(source) as archive:
        return b"".join(_contents(archive, member))


def member_pieces(source: Path, members: Iterable[Member]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Go through files of a zip, each in pieces of some hundred kilobytes; BundleUnsafe while one is read."""
    with zipfile.ZipFile(source) as archive:
        for member in members:
            yield member.name, _contents(archive, member)


def _check_end(file: IO[bytes], limits: Bounds) -> tuple[int, int]:
    """Check the last record before anybody believes it; answer where its directory begins, and how many it has."""
    size = file.seek(0, 2)
    if size < _END.size:
        raise BundleUnsafe(reason="not_a_zip")
    file.seek(size - _END.size)
    mark, disk, first_disk, here, entries, length, start, comment = _END.unpack(file.read(_END.size))
    if mark != _END_MARK or comment:
        raise BundleUnsafe(reason="not_a_zip" if mark != _END_MARK else "comment")
    if disk or first_disk or here != entries or 0xFFFF in (here, entries) or 0xFFFFFFFF in (length, start):
        raise BundleUnsafe(reason="parts_or_zip64")
    if entries > limits.files or length > limits.directory_bytes:
        raise BundleTooLarge(files=entries, most_files=limits.files)
    if start + length != size - _END.size:
        raise BundleUnsafe(reason="gap_before_end")
    file.seek(0)
    return int(start), int(entries)


def _check_entry(info: zipfile.ZipInfo, limits: Bounds) -> None:
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    expected = stat.S_IFDIR if info.is_dir() else stat.S_IFREG
    reason = problem_with_name(info.filename)
    if reason is None and info.orig_filename != info.filename:
        reason = "path"  # the library cut it at a NUL, or turned backslashes
    elif reason is None and info.flag_bits & _ENCRYPTED:
        reason = "encrypted"
    elif reason is None and info.compress_type not in _METHODS:
        reason = "method"
    elif reason is None and kind not in (0, expected):
        reason = "link_or_device"
    elif reason is None and info.is_dir() and info.file_size:
        reason = "folder_with_contents"
    elif reason is None and info.file_size > limits.ratio_from and info.file_size > limits.ratio * info.compress_size:
        reason = "ratio"
    if reason is not None:
        raise BundleUnsafe(reason=reason, entry=_shown(info.filename))
    if info.file_size > limits.file_bytes:
        raise BundleTooLarge(entry=_shown(info.filename), bytes=info.file_size, most_bytes=limits.file_bytes)


def _check_layout(file: IO[bytes], infos: Sequence[zipfile.ZipInfo], directory_at: int) -> None:
    """Files follow each other from byte 0 to the directory, and each says of itself what the directory says."""
    at = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset != at:
            raise BundleUnsafe(reason="overlap_or_gap", entry=_shown(info.filename))
        file.seek(at)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise BundleUnsafe(reason="overlap_or_gap", entry=_shown(info.filename))
        mark, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(head)
        name = file.read(name_length)
        later = bool(flags & _DESCRIBED_LATER)
        told = (crc, packed, size) == (info.CRC, info.compress_size, info.file_size)
        as_directory = mark == _LOCAL_MARK and flags == info.flag_bits and method == info.compress_type
        if not as_directory or not (told or later) or name != _encoded(info):
            raise BundleUnsafe(reason="headers_differ", entry=_shown(info.filename))
        at += _LOCAL.size + name_length + extra_length + info.compress_size
        at += _descriptor_bytes(file, at, info) if later else 0
    if at != directory_at:
        raise BundleUnsafe(reason="overlap_or_gap")


def _descriptor_bytes(file: IO[bytes], at: int, info: zipfile.ZipInfo) -> int:
    """Measure what follows a file whose header came before its sizes were known: 12 bytes, or 16 with a mark."""
    file.seek(at)
    found = file.read(16)
    plain = struct.pack("<III", info.CRC, info.compress_size, info.file_size)
    if found == b"PK\x07\x08" + plain:
        return 16
    if found[:12] == plain:
        return 12
    raise BundleUnsafe(reason="headers_differ", entry=_shown(info.filename))


def _contents(archive: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    read = 0
    try:
        with archive.open(member.info) as file:
            while piece := file.read(_PIECE):
                if not read and piece.startswith((*_ARCHIVES, *_PROGRAMS)):
                    raise BundleUnsafe(reason="archive_or_program", entry=_shown(member.name))
                read += len(piece)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BundleUnsafe(reason="damaged", entry=_shown(member.name)) from error
    if read != member.size:
        raise BundleUnsafe(reason="damaged", entry=_shown(member.name))


def _plain(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_NO_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def _encoded(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _shown(name: str) -> str:
    return name[:200].encode("utf-8", "backslashreplace").decode()
