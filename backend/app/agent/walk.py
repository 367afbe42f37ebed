"""Lists the files of a folder without following anything, and says of what was left out why.

Everything here blocks: run it in a thread.
"""

import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.agent.errors import Stopped, TooManyFiles
from app.agent.git import Listing
from app.agent.ignoring import BUILT_IN, FILE_NAME, Ignoring
from app.agent.tree import Proof, check_path
from app.core.errors import AppError

# Larger files are no source code; git hosts refuse them at this size too.
LARGEST_FILE = 100 * 1024**2
_MOST_FILES = 500_000
_LARGEST_PATTERNS = 256 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a symbolic link: its git mode, and what tells whether it is still the same. `target` is a link's."""

    mode: str
    proof: Proof
    target: bytes | None = None


@dataclass(slots=True)
class Walk:
    """What is in a folder. `refused` says of a path why it is left out; `ignored` counts what the rules leave out."""

    rules: "Rules"
    files: dict[str, Entry] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    ignored: int = 0

    def refuse(self, name: bytes, reason: str) -> None:
        """Leave something out."""
        self.refused.append((name.decode("utf-8", "backslashreplace"), reason))

    def refuse_links(self) -> None:
        """Leave out links: what becomes a commit from a folder holds plain files only."""
        for path in [path for path, entry in self.files.items() if entry.target is not None]:
            del self.files[path]
            self.refused.append((path, "link"))
        self.refused.sort()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a folder leaves out: by everybody's rules where git has none, and by its own `.hivesyncignore`."""

    everybody: Ignoring
    own: Ignoring

    @classmethod
    def of(cls, root: Path) -> "Rules":
        """Read a folder's own rules."""
        try:
            descriptor = os.open(root / FILE_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return cls(Ignoring(BUILT_IN), Ignoring(()))
        with os.fdopen(descriptor, "rb") as file:
            text = file.read(_LARGEST_PATTERNS).decode("utf-8", "replace")
        return cls(Ignoring(BUILT_IN), Ignoring(text.splitlines()))


def walk(root: Path, listing: Listing | None, stopped: threading.Event) -> Walk:
    """Go through a folder; with git's listing where it is a work tree. Stopped when the event is set meanwhile."""
    rules = Rules.of(root)
    found = Walk(rules, ignored=listing.ignored if listing else 0)
    names = _plain_names(root, rules, found) if listing is None else _listed(listing, rules, found)
    links = _Links(root)
    for number, name in enumerate(names):
        if stopped.is_set():
            raise Stopped
        if number >= _MOST_FILES:
            raise TooManyFiles(most_files=_MOST_FILES)
        _look(root, name, found, links)
    found.refused.sort()
    return found


def _listed(listing: Listing, rules: Rules, found: Walk) -> Iterator[bytes]:
    """What git tracks is wanted unless the folder's own rules say no; what is new must pass everybody's as well."""
    for name in listing.tracked:
        if rules.own.ignores(_text(name)):
            found.ignored += 1
        else:
            yield name
    for name in listing.new:
        path = _text(name.rstrip(b"/"))
        if rules.own.ignores(path) or rules.everybody.ignores(path):
            found.ignored += 1
        elif name.endswith(b"/"):
            found.refuse(name.rstrip(b"/"), "repository")
        else:
            yield name


def _plain_names(root: Path, rules: Rules, found: Walk) -> Iterator[bytes]:
    waiting = [b""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.fsencode(root) + b"/" + folder) as entries:
                listed = sorted(entries, key=lambda each: each.name)
        except OSError:
            found.refuse(folder, "unreadable")
            continue
        for entry in listed:
            name = folder + b"/" + entry.name if folder else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            path = _text(name)
            if rules.everybody.ignores(path, is_folder=is_folder) or rules.own.ignores(path, is_folder=is_folder):
                found.ignored += 1
            elif is_folder:
                waiting.append(name)
            else:
                yield name


class _Links:
    """Remembers which folders are reached without a link."""

    def __init__(self, root: Path) -> None:
        self._root = os.fsencode(root)
        self._plain: dict[bytes, bool] = {b"": True}

    def leads_to(self, folder: bytes) -> bool:
        """Say whether a folder is reached without following a link."""
        if folder not in self._plain:
            above = folder.rpartition(b"/")[0]
            try:
                is_folder = stat.S_ISDIR(os.lstat(self._root + b"/" + folder).st_mode)
            except OSError:
                is_folder = False
            self._plain[folder] = is_folder and self.leads_to(above)
        return self._plain[folder]


def _look(root: Path, name: bytes, found: Walk, links: _Links) -> None:
    try:
        path = check_path(name.decode())
    except (UnicodeDecodeError, AppError):
        found.refuse(name, "name")
        return
    if not links.leads_to(name.rpartition(b"/")[0]):
        # Tracked by git, and gone or behind a link by now: it is not in the folder any more.
        return
    try:
        seen = os.lstat(root / path)
    except FileNotFoundError:
        return
    except OSError:
        found.refuse(name, "unreadable")
        return
    if stat.S_ISLNK(seen.st_mode):
        _look_at_link(root, path, seen, found)
    elif stat.S_ISDIR(seen.st_mode):
        found.refuse(name, "submodule")
    elif not stat.S_ISREG(seen.st_mode):
        found.refuse(name, "special")
    elif seen.st_size > LARGEST_FILE:
        found.refuse(name, "too_large")
    elif not os.access(root / path, os.R_OK):
        found.refuse(name, "unreadable")
    else:
        mode = "100755" if seen.st_mode & 0o100 else "100644"
        found.files[path] = Entry(mode, Proof.of(seen))


def _look_at_link(root: Path, path: str, seen: os.stat_result, found: Walk) -> None:
    target = os.readlink(root / path)  # noqa: PTH115 - a path object tidies up what it holds; its bytes count
    leads = os.path.realpath((root / path).parent / target)
    if target.startswith("/") or not Path(leads).is_relative_to(os.path.realpath(root)):
        found.refuse(os.fsencode(path), "link_leaves")
        return
    found.files[path] = Entry("120000", Proof.of(seen), os.fsencode(target))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
