"""Which paths a folder may hold (pure): what git, Linux, macOS and Windows all take for the same file, and no trap."""

import re
import unicodedata
from dataclasses import dataclass, field

from app.core.paths import is_git_name

LONGEST_PATH_BYTES = 4096
# What the usual file systems take for one name.
LONGEST_NAME_BYTES = 255
DEEPEST = 100

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class PathCheck:
    """Looks at the paths of one folder, one after the other."""

    # Each folder that was right, with its name as file systems compare it that do not tell cases apart.
    _folders: dict[str, str] = field(default_factory=lambda: {"": ""})
    # What was seen, by that name: the path, and whether it is a folder.
    _seen: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def problem(self, path: str) -> str | None:
        """Say what is wrong with the path of a file; None when nothing is."""
        try:
            if len(path.encode()) > LONGEST_PATH_BYTES:
                return f"it is longer than {LONGEST_PATH_BYTES:,} bytes"
        except UnicodeEncodeError:
            return "it is not text"
        folder, _, name = path.rpartition("/")
        if path.startswith("/"):
            return "it is absolute"
        problem = self._folder_problem(folder) or _name_problem(name)
        return problem or self._collision(path, f"{self._folders[folder]}/{_folded(name)}", is_folder=False)

    def _folder_problem(self, path: str) -> str | None:
        if path in self._folders:
            return None
        parts = path.split("/")
        if len(parts) > DEEPEST:
            return f"it lies more than {DEEPEST} folders deep"
        for depth in range(len(parts)):
            here = "/".join(parts[: depth + 1])
            if here in self._folders:
                continue
            folded = f"{self._folders['/'.join(parts[:depth])]}/{_folded(parts[depth])}"
            problem = _name_problem(parts[depth]) or self._collision(here, folded, is_folder=True)
            if problem is not None:
                return problem
            self._folders[here] = folded
        return None

    def _collision(self, path: str, folded: str, *, is_folder: bool) -> str | None:
        other, other_is_folder = self._seen.setdefault(folded, (path, is_folder))
        if other != path:
            return f"it differs from '{other[:200]}' only in the case of letters, which not every system can tell apart"
        return None if other_is_folder == is_folder else "it is a file and a folder at once"


def _name_problem(name: str) -> str | None:
    if name in ("", ".", ".."):
        return "a part of it is empty, '.' or '..'"
    if _CONTROL.search(name):
        return "it holds a control character"
    if "\\" in name:
        return "it holds a backslash"
    if not name.isascii() and unicodedata.normalize("NFC", name) != name:
        return "its text is not in Unicode normal form C"
    if len(name) * 4 > LONGEST_NAME_BYTES and len(name.encode()) > LONGEST_NAME_BYTES:
        return f"a name in it is longer than {LONGEST_NAME_BYTES} bytes"
    return "'.git' belongs to git" if is_git_name(name) else None


def _folded(name: str) -> str:
    if name.isascii():
        return name.lower()
    # Folding can leave normal form C behind; two that are equal after it are one.
    return unicodedata.normalize("NFC", name.casefold())
