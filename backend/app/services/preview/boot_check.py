"""Starts a finished bundle before anybody scans its code, and keeps what it showed: the report and a picture."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.adapters.container import Container
from app.adapters.files.strangers import keep_file
from app.adapters.node.tools import find_node_tools
from app.adapters.process.system import SystemProcesses
from app.core.errors import Unavailable
from app.core.hashing import canonical_json, sha256_hex
from app.services.preview.archives import inspect, member_pieces
from app.services.preview.boot.painting import paint
from app.services.preview.boot.report import BootError, BootReport
from app.services.preview.boot.starting import BootRoom, start
from app.services.preview.errors import BootUnavailable, BuildFailed
from app.services.preview.packaging import ENTRY, bytecode_version, digests_of, pieces_of
from app.services.preview.platforms import Platform

REPORT, PICTURE = "boot.json", "boot.png"
_MOST_NAMES = 20
_MOST_PICTURES = 20
# Changes when the same is drawn in another way.
_DRAWN_AS = 1


@dataclass(frozen=True, slots=True)
class BootCheck:
    """What a start came to: files to keep beside the bundle, and what is told of it, as JSON."""

    files: Mapping[str, bytes]
    told: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Startable:
    """A finished bundle: its files by name, the map of its code, and a folder that it may be unpacked in.

    `pictures` is where drawn pictures of the same project are kept, for bundles that show the same.
    """

    platform: Platform
    files: Mapping[str, Path | bytes]
    source_map: Path | None
    folder: Path
    pictures: Path | None = None


async def check_start(container: Container, node: Path, bundle: Startable, say: Callable[[str], None]) -> BootCheck:
    """Start a native bundle; BuildFailed with the mapped stack when it throws.

    Where the stand-in itself may be to blame, or the check cannot be made, that is said and nothing fails.
    """
    if bundle.platform is Platform.WEB:
        return BootCheck({}, None)
    await asyncio.to_thread(_unpack, bundle.files, bundle.folder)
    sandbox, processes = await container.build_sandbox.take(), SystemProcesses(container.clock)
    room = BootRoom(sandbox, processes, node, bundle.folder, bundle.platform, bundle.source_map)
    try:
        report = await start(room)
    except BootUnavailable as error:
        say(f"the bundle was not started: {error.message}")
        return BootCheck({}, {"checked": False, "why": error.message})
    say(_summary(report))
    if report.error and not report.started and not report.is_doubtful:
        raise _failure(report.error)
    picture = await _drawn(room, report, bundle)
    kept = {REPORT: report.as_json()} | ({PICTURE: picture} if picture else {})
    return BootCheck(kept, _told(report, has_picture=picture is not None))


async def check_sent(container: Container, platform: Platform, bundle: Path, folder: Path) -> BootCheck:
    """Start a bundle that was sent, where this machine has what that takes; otherwise it says why not."""
    if platform is Platform.WEB:
        return BootCheck({}, None)
    try:
        tools = await find_node_tools(SystemProcesses(container.clock))
        sandbox = await container.build_sandbox.take()
    except Unavailable as missing:
        return BootCheck({}, {"checked": False, "why": missing.message})
    if not sandbox.fit_for_builds:
        return BootCheck({}, {"checked": False, "why": "There is no sandbox here for code of strangers."})
    await asyncio.to_thread(_unpack_zip, bundle, folder)
    if await asyncio.to_thread(bytecode_version, folder / ENTRY[platform]) is not None:
        return BootCheck({}, {"checked": False, "why": "bytecode"})
    return await check_start(container, tools.node, Startable(platform, {}, None, folder), lambda _line: None)


def _unpack_zip(bundle: Path, folder: Path) -> None:
    """Write the files of a zip that was checked, as `archives` allows their names."""
    _write(folder, member_pieces(bundle, inspect(bundle)))


async def _drawn(room: BootRoom, report: BootReport, bundle: Startable) -> bytes | None:
    """Draw what a start showed, or find the picture of an earlier one that showed the same."""
    if bundle.pictures is None:
        return await paint(room, report)
    kept = bundle.pictures / f"{await asyncio.to_thread(_shown, report, bundle)}.png"
    if await asyncio.to_thread(kept.is_file):
        return await asyncio.to_thread(kept.read_bytes)
    picture = await paint(room, report)
    if picture is not None:
        await asyncio.to_thread(keep_file, kept, picture, most=_MOST_PICTURES)
    return picture


def _shown(report: BootReport, bundle: Startable) -> str:
    """Hash all that a picture is drawn of: the report but for its times and lines, and the bundle's assets."""
    still = replace(report, milliseconds=0, console=())
    digests = digests_of(
        (name, pieces_of(of)) for name, of in sorted(bundle.files.items()) if name.startswith("assets/")
    )
    return sha256_hex(canonical_json([still.as_json().decode(), dict(digests.sha256), _DRAWN_AS]))


def _unpack(files: Mapping[str, Path | bytes], folder: Path) -> None:
    seen = {name: source for name, source in files.items() if name.startswith("assets/") or "/" not in name}
    _write(folder, ((name, pieces_of(source)) for name, source in seen.items()))


def _write(folder: Path, files: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    for name, pieces in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            for piece in pieces:
                file.write(piece)


def _summary(report: BootReport) -> str:
    how = "started" if report.started else ("could not be judged" if report.is_doubtful else "did not start")
    lacks = ", ".join((*report.missing_modules, *report.missing_views)[:_MOST_NAMES])
    return f"boot check: {how} in {report.milliseconds} ms" + (f"; the stand-in lacks {lacks}" if lacks else "")


def _told(report: BootReport, *, has_picture: bool) -> dict[str, Any]:
    return {
        "checked": True,
        "started": report.started,
        "is_doubtful": report.is_doubtful,
        "error": {"message": report.error.message, "frames": _frames(report.error)} if report.error else None,
        "missing_modules": list(report.missing_modules[:_MOST_NAMES]),
        "missing_views": list(report.missing_views[:_MOST_NAMES]),
        "notes": list(report.notes),
        "milliseconds": report.milliseconds,
        "picture": has_picture,
    }


def _frames(error: BootError) -> list[dict[str, Any]]:
    return [
        {"file": frame.file, "line": frame.line, "column": frame.column, "function": frame.function}
        for frame in error.frames[:_MOST_NAMES]
    ]


def _failure(error: BootError) -> BuildFailed:
    frames = _frames(error)
    place = frames[0] if frames else {}
    details = {name: place.get(name) for name in ("file", "line", "column")} | {"excerpt": error.excerpt}
    known = {name: value for name, value in details.items() if value is not None}
    return BuildFailed(
        f"The app throws when it starts: {error.message}", reason="throws_at_start", frames=frames, **known
    )
