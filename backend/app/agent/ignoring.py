"""Which paths of a folder nobody wants elsewhere: patterns as in `.gitignore`, and those that hold everywhere. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

FILE_NAME = ".hivesyncignore"
# What is made from other files, belongs to one machine, or is a secret.
BUILT_IN = (
    *(".git", ".hg", ".svn", ".hivesync", ".hivesync-*", ".DS_Store", "Thumbs.db", "*.swp", "*~", ".idea/", ".vscode/"),
    *("node_modules/", "bower_components/", ".expo/", ".next/", ".nuxt/", ".turbo/", ".parcel-cache/", ".yarn/cache/"),
    *(
        ".venv/",
        "venv/",
        "__pycache__/",
        "*.py[co]",
        ".tox/",
        ".nox/",
        ".mypy_cache/",
        ".ruff_cache/",
        ".pytest_cache/",
    ),
    *("*.egg-info/", ".gradle/", "Pods/", "DerivedData/", "/build/", "/dist/", "/out/", "/target/", "/coverage/"),
    *(".env", ".env.*", "!.env.example", "*.pem", "*.key", "*.keystore", "*.p12", "*.mobileprovision"),
)
_LONGEST_PATTERN = 500
_MOST_PATTERNS = 2000
# What a backslash or a bracket begins, which git writes in another way than `fnmatch` does.
_SPECIAL = re.compile(r"\\(.)|\[\^")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Patterns of single names, None for any folders; of a whole path, or of its last name. No path takes long."""

    names: tuple[re.Pattern[str] | None, ...]
    anchored: bool
    keeps: bool
    folders_only: bool

    def fits(self, parts: Sequence[str]) -> bool:
        """Say whether it means the path of these parts."""
        parts = parts if self.anchored else parts[-1:]
        # After each name of the pattern: how many parts of the path can be used up.
        reached = {0}
        for name in self.names:
            if name is None:
                reached = set(range(min(reached), len(parts) + 1))
            else:
                reached = {at + 1 for at in reached if at < len(parts) and name.fullmatch(parts[at])}
            if not reached:
                return False
        return len(parts) in reached


class Ignoring:
    """Rules in order; the last one that fits decides. What lies in an ignored folder is ignored with it."""

    def __init__(self, lines: Iterable[str]) -> None:
        found = (_rule(line) for line in list(lines)[:_MOST_PATTERNS])
        self._rules = [rule for rule in found if rule is not None]
        self._folder = lru_cache(maxsize=65536)(self._is_folder_ignored)

    def ignores(self, path: str, *, is_folder: bool = False) -> bool:
        """Say whether a path below the folder is left out."""
        above = path.rpartition("/")[0]
        return bool(above and self._folder(above)) or self._decides(path, is_folder=is_folder)

    def _is_folder_ignored(self, path: str) -> bool:
        return self.ignores(path, is_folder=True)

    def _decides(self, path: str, *, is_folder: bool) -> bool:
        parts = path.split("/")
        for rule in reversed(self._rules):
            if (is_folder or not rule.folders_only) and rule.fits(parts):
                return not rule.keeps
        return False


def _rule(line: str) -> _Rule | None:
    text = line.rstrip("\r\n")
    # Blanks at the end count only after a backslash.
    text = re.sub(r"(?<!\\)\s+$", "", text)[:_LONGEST_PATTERN]
    if not text or text.startswith("#"):
        return None
    keeps = text.startswith("!")
    text = text.removeprefix("!") if keeps else text
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    if not text:
        return None
    # A slash at the start or in the middle ties a pattern to the top.
    anchored = "/" in text
    names = text.lstrip("/").split("/")
    if anchored and names[-1] == "**":
        # What is in a folder, not the folder itself.
        names.append("*")
    return _Rule(tuple(map(_pattern, names)), anchored, keeps, folders_only)


def _pattern(name: str) -> re.Pattern[str] | None:
    """Turn the pattern of one name into an expression that never goes back over a star; None for any folders."""
    return None if name == "**" else re.compile(translate(_SPECIAL.sub(_spelled, name)))


def _spelled(found: re.Match[str]) -> str:
    plain = found[1]
    if plain is None:
        return "[!"
    return f"[{plain}]" if plain in "*?[" else plain
