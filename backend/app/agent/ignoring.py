"""Which paths of a folder nobody wants elsewhere: patterns as in `.gitignore`, and those that hold everywhere. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    keeps: bool
    folders_only: bool


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
        for rule in reversed(self._rules):
            if (is_folder or not rule.folders_only) and rule.pattern.fullmatch(path):
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
    body = _translated(text.lstrip("/"))
    try:
        return _Rule(re.compile(body if anchored else rf"(?:.*/)?{body}", re.DOTALL), keeps, folders_only)
    except re.error:
        return None


def _translated(text: str) -> str:
    """Turn a pattern into a regular expression without nested repetitions, so that none takes long."""
    out, at = "", 0
    while at < len(text):
        if found := re.compile(r"(?:^|(?<=/))\*\*/").match(text, at):
            out, at = out + "(?:.*/)?", found.end()
        elif text.startswith("/**", at) and at + 3 == len(text):
            out, at = out + "/.*", at + 3
        elif text[at] == "*":
            while text.startswith("*", at):
                at += 1
            out += "[^/]*"
        elif text[at] == "?":
            out, at = out + "[^/]", at + 1
        elif found := re.compile(r"\[([!^]?)(\]?[^\]/]*)\]").match(text, at):
            inner = found[2].replace("\\", r"\\").replace("[", r"\[")
            out, at = out + f"[{'^' if found[1] else ''}{inner}]", found.end()
        elif text[at] == "\\" and at + 1 < len(text):
            out, at = out + re.escape(text[at + 1]), at + 2
        else:
            out, at = out + re.escape(text[at]), at + 1
    return out
