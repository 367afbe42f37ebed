"""A bundle's zip: what is kept is written anew; what two readers could read differently is refused."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.services.preview.archives import Bounds, inspect, read_member, rewrite
from app.services.preview.errors import BundleTooLarge, BundleUnsafe

GOOD = {"main.jsbundle": b"var a = 1;" * 50, "assets/logo.png": b"\x89PNG\r\n", "metadata.json": b"{}"}


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_entry(info: zipfile.ZipInfo, data: bytes = b"x") -> bytes:
    """A zip with one more file, described as wanted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("main.jsbundle", b"1")
        archive.writestr(info, data)
    return out.getvalue()


def written(folder: Path, data: bytes) -> Path:
    """The zip as a file."""
    path = folder / "upload.zip"
    path.write_bytes(data)
    return path


def reason_of(path: Path, bounds: Bounds | None = None) -> str:
    """Why it is refused, by its directory or by its contents."""
    with pytest.raises(BundleUnsafe) as caught:
        rewrite(path, inspect(path, bounds), path.with_name("out.zip"), {})
    return str(caught.value.details["reason"])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_are_kept_and_others_put_in_their_place(tmp_path: Path, method: int) -> None:
    path, target = written(tmp_path, packed(GOOD, method)), tmp_path / "out.zip"
    rewrite(path, inspect(path), target, {"metadata.json": b'{"a": 1}', "logs.txt": b"built"})
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["assets/logo.png", "logs.txt", "main.jsbundle", "metadata.json"]
        assert archive.read("main.jsbundle") == GOOD["main.jsbundle"]
        assert archive.read("metadata.json") == b'{"a": 1}'
    assert [member.name for member in inspect(target)] == archive.namelist(), "what we write passes our own checks"


def test_equal_files_give_equal_bytes_whoever_packed_them(tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    for target, data in ((one, packed(GOOD)), (other, packed(dict(reversed(GOOD.items())), zipfile.ZIP_STORED))):
        path = written(tmp_path, data)
        rewrite(path, inspect(path), target, {})
    assert one.read_bytes() == other.read_bytes()


def test_a_small_file_can_be_read_alone(tmp_path: Path) -> None:
    path = written(tmp_path, packed(GOOD))
    member = next(each for each in inspect(path) if each.name == "metadata.json")
    assert read_member(path, member, most=10) == b"{}"
    with pytest.raises(BundleTooLarge):
        read_member(path, member, most=1)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../out.js", "path"),
        ("/etc/passwd.txt", "path"),
        ("a\\..\\b.js", "path"),
        ("c:evil.js", "path"),
        ("assets/./a.js", "path"),
        (".git/config.json", "path"),
        ("trailing.js ", "path"),
        ("assets/con.js./a.js", "path"),
        ("evil\n.js", "path"),
        ("e\u0301.js", "path"),
        ("/".join("d" * 30) + "/a.js", "path_too_long"),
        ("x" * 500 + ".js", "path_too_long"),
        ("payload.apk", "type"),
        ("inner.zip", "type"),
        ("run.sh", "type"),
        ("noending", "type"),
    ],
)
def test_names_that_lead_elsewhere_or_mean_other_things_are_refused(tmp_path: Path, name: str, reason: str) -> None:
    assert reason_of(written(tmp_path, packed({"main.jsbundle": b"1", name: b"x"}))) == reason


@pytest.mark.parametrize(
    "names",
    [
        ("a.js", "A.js"),
        ("assets/a.js", "ASSETS/A.JS"),
        ("\u00df.js", "ss.js"),
        ("a.js", "a.js/b.js"),
        ("b.js/c.js", "b.js"),
    ],
)
def test_two_names_for_one_file_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    assert reason_of(written(tmp_path, packed(dict.fromkeys(names, b"x")))) == "duplicate"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    assert reason_of(written(tmp_path, with_entry(zipfile.ZipInfo("main.jsbundle")))) == "duplicate"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    info = zipfile.ZipInfo("assets/link.js")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    assert reason_of(written(tmp_path, with_entry(info, b"/etc/passwd"))) == "link_or_device"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_methods_are_refused(tmp_path: Path, method: int) -> None:
    assert reason_of(written(tmp_path, packed(GOOD, method))) == "method"


def test_a_file_that_grows_out_of_all_proportion_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, packed({"main.jsbundle": bytes(3 * 1024**2)}))
    assert reason_of(path) == "ratio"


def test_too_many_files_and_too_many_bytes_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, packed(GOOD))
    for bounds in (Bounds(files=2), Bounds(total_bytes=100), Bounds(file_bytes=100), Bounds(directory_bytes=50)):
        with pytest.raises(BundleTooLarge):
            inspect(path, bounds)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x7fELF", b"MZ\x90", b"dex\n035", b"#!/bin/sh"])
def test_archives_and_programs_under_another_name_are_refused(tmp_path: Path, start: bytes) -> None:
    assert (
        reason_of(written(tmp_path, packed({"main.jsbundle": b"1", "a.png": start + b"rest"}))) == "archive_or_program"
    )


def _before(data: bytes) -> bytes:
    return b"#!/bin/sh\n" + data


def _behind(data: bytes) -> bytes:
    return data + b"rest"


def _comment(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", 3) + b"abc"


def _other_local_name(data: bytes) -> bytes:
    return data.replace(b"main.jsbundle", b"evil.jsbundle", 1)


def _other_local_size(data: bytes) -> bytes:
    return data[:22] + struct.pack("<I", 7) + data[26:]


def _encrypted(data: bytes) -> bytes:
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 8] + struct.pack("<H", 1) + data[at + 10 :]


def _fewer_entries(data: bytes) -> bytes:
    return data[:-14] + struct.pack("<HH", 2, 2) + data[-10:]


def _two_disks(data: bytes) -> bytes:
    return data[:-18] + struct.pack("<H", 1) + data[-16:]


def _damaged(data: bytes) -> bytes:
    at = data.index(b"var a")
    return data[:at] + b"VAR" + data[at + 3 :]


def _cut(data: bytes) -> bytes:
    return data[:-5]


@pytest.mark.parametrize(
    "change",
    [
        _before,
        _behind,
        _comment,
        _other_local_name,
        _other_local_size,
        _encrypted,
        _fewer_entries,
        _two_disks,
        _damaged,
        _cut,
    ],
)
def test_a_zip_that_tells_two_stories_is_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = written(tmp_path, change(packed(GOOD, zipfile.ZIP_STORED)))
    with pytest.raises((BundleUnsafe, BundleTooLarge)):
        rewrite(path, inspect(path), tmp_path / "out.zip", {})


def test_files_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """Two directory entries for one local file: a bomb that needs no nesting."""
    data = packed({"main.jsbundle": b"1"})
    at = data.index(b"PK\x01\x02")
    entry, end = data[at:-22], data[-22:]
    twice = entry + entry.replace(b"main.jsbundle", b"more.jsbundle")
    end = end[:8] + struct.pack("<HHII", 2, 2, len(twice), at) + end[20:]
    assert reason_of(written(tmp_path, data[:at] + twice + end)) == "overlap_or_gap"


@pytest.mark.parametrize("size", [0, 1, 21, 22, 1000])
def test_what_is_no_zip_is_refused(tmp_path: Path, size: int) -> None:
    assert reason_of(written(tmp_path, b"\0" * size)) == "not_a_zip"


def test_every_damaged_byte_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    """A byte of a zip's own bookkeeping changed: the outcome is a refusal, or the same files."""
    data = packed({"main.jsbundle": b"1", "a.json": b"{}"})
    path, target = written(tmp_path, data), tmp_path / "out.zip"
    rewrite(path, inspect(path), target, {})
    good = target.read_bytes()
    for at in range(len(data)):
        for flip in (0x01, 0x80, 0xFF):
            path.write_bytes(data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :])
            try:
                rewrite(path, inspect(path), target, {})
            except (BundleUnsafe, BundleTooLarge):
                continue
            assert target.read_bytes() == good, f"byte {at} ^ {flip}"
