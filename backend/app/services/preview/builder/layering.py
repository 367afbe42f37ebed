"""Installs that are an older one and what differs.

Writing forty thousand files takes longer than everything else that a build does, and almost all of them are the same as
in an older install. So only packages that differ are fetched; the others are mounted from where they are. The unit is a
package at the top with all that lies in it, and which ones differ follows from the lock file alone.
"""

import json
import platform
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.files.rooted import RootedFolder
from app.adapters.files.trees import Kept
from app.services.preview.builder.brought import FOLDER, version_at
from app.services.preview.builder.installing import is_same_package, is_what_was_locked
from app.services.preview.builder.package_files import Wanted
from app.services.preview.builder.packages import Packages

# Above it npm is better at it: it fetches many at once.
_MOST_FETCHED = 40
_NAME = re.compile(r"(?:@[a-z0-9._~-]+/)?[a-zA-Z0-9_~-][a-zA-Z0-9._~-]*")
# As in semver.org; what ends as archives do npm takes for a file.
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?(?<!\.tgz)(?<!\.tar)(?<!\.tar\.gz)")
_BIN, _LISTING = ".bin", ".package-lock.json"
_MACHINES = {"x86_64": "x64", "aarch64": "arm64"}
_List = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Layer:
    """What is to be fetched, outer packages first; what is shown of the older install; what npm would list then."""

    fetched: tuple[dict[str, str], ...]
    shown: tuple[str, ...]
    listed: _List

    def lay_out(self, folder: Path, base: Path) -> None:
        """Make an empty `node_modules` ready: places for what is shown, links to programs, npm's list. Blocks."""
        for name in self.shown:
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / _BIN).mkdir(parents=True, exist_ok=True)
        for link in (base / _BIN).iterdir() if (base / _BIN).is_dir() else ():
            up, *below = link.readlink().parts if link.is_symlink() else ("",)
            if up == ".." and self._shows(below):
                (folder / _BIN / link.name).symlink_to(link.readlink())
        told = {"lockfileVersion": 3, "requires": True, "packages": self.listed}
        (folder / _LISTING).write_text(json.dumps(told))

    def is_whole(self, project: Path, base: Path) -> bool:
        """Say whether everything that is listed is there, fetched or shown. Blocks."""
        tree = RootedFolder(project)
        anew = [place for place in self.listed if not self._shows(place.split("/")[1:])]
        return all(version_at(tree, place) == self.listed[place].get("version") for place in anew) and all(
            _is_folder(base / FOLDER / name) for name in self.shown
        )

    def _shows(self, below: list[str]) -> bool:
        """Say whether a path below `node_modules` leads into what is shown: a package, or a whole scope."""
        return any("/".join(below[:count]) in self.shown for count in (1, 2))


def layer_over(installed: _List, wanted: Wanted, lacks: Collection[str] = ()) -> Layer | None:
    """Say how a lock file's packages come of an older install's; None where npm had better do it.

    `lacks` are those of its own lock file that the older one was made without, as `what_lacks` names them.
    """
    locked = wanted.packages or {}
    if (
        not wanted.lock_fits
        or ".npmrc" in wanted.files
        or not all(map(_is_plain, (*locked.items(), *installed.items())))
    ):
        return None
    # What npm left out of the older one it leaves out again.
    needed = {
        place: about
        for place, about in locked.items()
        if place in installed or (_fits(about) and _told(place, about) not in lacks)
    }
    if any(_is_npms_choice(about, is_there=place in installed) for place, about in needed.items()):
        return None
    differs = {
        _unit_of(place)
        for place in needed.keys() | installed.keys()
        if place not in needed or place not in installed or not is_same_package(needed[place], installed[place])
    }
    wanted_anew = [
        place for place in sorted(needed) if _unit_of(place) in differs and not needed[place].get("inBundle")
    ]
    shown = tuple(_shown({_unit_of(place) for place in installed} - differs, differs))
    if len(wanted_anew) > _MOST_FETCHED or not shown:
        return None
    listed = {place: about for place, about in installed.items() if _unit_of(place) not in differs}
    listed |= {place: about for place, about in needed.items() if _unit_of(place) in differs}
    fetched = tuple(_fetched(place, needed[place]) for place in wanted_anew)
    if not all(each["integrity"] for each in fetched) or not is_what_was_locked(locked, listed):
        return None
    return Layer(fetched, shown, dict(sorted(listed.items())))


def packages_over(kept: Kept, base: Kept | None) -> Packages | None:
    """Put an install together; None where a part of it is missing."""
    folder, names = kept.folder / FOLDER, kept.facts.get("shown") or ()
    shown = {name: base.folder / FOLDER / name for name in names} if base is not None else {}
    if len(shown) != len(names) or not all(map(_is_folder, shown.values())):
        return None
    return Packages(folder, shown)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_plain(item: tuple[str, Mapping[str, Any]]) -> bool:
    """Say whether it is a package of the registry that lies where packages lie."""
    place, about = item
    names = f"/{place}".split(f"/{FOLDER}/")
    resolved = about.get("resolved", "https://")
    return bool(
        len(names) > 1 and not names[0]
        and all(_NAME.fullmatch(name) and ".." not in name for name in names[1:])
        and _NAME.fullmatch(str(about.get("name") or names[-1]))
        and _VERSION.fullmatch(str(about.get("version")))
        and not about.get("link")
        and isinstance(resolved, str) and resolved.startswith(("https://", "http://"))
    )  # fmt: skip


def _unit_of(place: str) -> str:
    parts = place.split("/")
    return "/".join(parts[1:3] if parts[1].startswith("@") else parts[1:2])


def _shown(same: Iterable[str], differs: Iterable[str]) -> Iterator[str]:
    """Name what is shown, a whole scope at once where nothing in it differs."""
    split = {unit.partition("/")[0] for unit in differs}
    yield from sorted(
        {scope if "/" in unit and (scope := unit.partition("/")[0]) not in split else unit for unit in same}
    )


def _fits(about: Mapping[str, Any]) -> bool:
    """Say whether an optional package is for such machines; one that is not optional is for all."""
    if not about.get("optional"):
        return True
    machine = _MACHINES.get(platform.machine(), platform.machine())
    library = "glibc" if platform.libc_ver()[0] == "glibc" else "musl"
    told = (("os", "linux"), ("cpu", machine), ("libc", library))
    return all(_allows(about.get(kind), value) for kind, value in told)


def _allows(named: Any, value: str) -> bool:
    names = named if isinstance(named, list) else []
    return f"!{value}" not in names and (value in names or all(str(name).startswith("!") for name in names))


def what_lacks(wanted: Wanted, installed: _List) -> list[str]:
    """Name what a lock file lists and npm did not install."""
    return sorted(_told(place, about) for place, about in (wanted.packages or {}).items() if place not in installed)


def _told(place: str, about: Mapping[str, Any]) -> str:
    kinds = [kind for kind in ("optional", "devOptional", "peer") if about.get(kind)]
    return " ".join((place, str(about.get("version")), str(about.get("integrity")), *kinds))


def _is_npms_choice(about: Mapping[str, Any], *, is_there: bool) -> bool:
    """Say whether more than the list decides that it is installed: npm may leave it out, or had another reason."""
    return bool(about.get("peer") or (not is_there and (about.get("optional") or about.get("devOptional"))))


def _fetched(place: str, about: Mapping[str, Any]) -> dict[str, str]:
    name = str(about.get("name") or place.rpartition(f"{FOLDER}/")[2])
    return {"place": place, "spec": f"{name}@{about.get('version')}", "integrity": str(about.get("integrity") or "")}
