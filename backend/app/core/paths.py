"""Paths that stay where they belong."""

import re
import unicodedata

from app.core.errors import Invalid

_LONGEST_PATH_BYTES = 4096
# What HFS+ leaves out when it compares names: with one of these inside, `.git` is `.git` there.
_LEFT_OUT = re.compile("[\u200c-\u200f\u202a-\u202e\u2060\u206a-\u206f\ufeff]")
_GIT = frozenset({".git", "git~1"})


class PathRefused(Invalid):
    """That path is not a plain path inside the repository."""


def check_repo_path(path: str, *, allow_root: bool = False) -> str:
    """Return a path inside a repository unchanged, or raise PathRefused.

    Refused: absolute paths, `.`, `..` and empty segments, backslashes, NUL and other control
    characters, names git itself refuses (`.git` in any case), non-NFC text, more than 4,096 bytes.
    """
    if path == "" and allow_root:
        return path
    problem = _problem_with(path)
    if problem:
        raise PathRefused(f"That path is not a plain path inside the repository: {problem}.", path=path[:200])
    return path


def is_git_name(name: str) -> bool:
    """Say whether some file system takes this name for `.git`: Windows and macOS know several spellings of it."""
    if name.isascii() and name[:1] not in (".", "g", "G"):
        return False
    plain = unicodedata.normalize("NFKC", _LEFT_OUT.sub("", name)).casefold()
    return plain.partition(":")[0].rstrip(" .") in _GIT


def _problem_with(path: str) -> str | None:
    if len(path.encode("utf-8", "surrogatepass")) > _LONGEST_PATH_BYTES:
        return "it is longer than 4,096 bytes"
    if any(ord(char) < 32 or ord(char) == 127 for char in path):
        return "it holds a control character"
    if "\\" in path:
        return "it holds a backslash"
    if unicodedata.normalize("NFC", path) != path:
        return "its text is not in Unicode normal form C"
    for segment in path.split("/"):
        if segment in ("", ".", ".."):
            return "a segment is empty, '.' or '..'"
        if segment.lower() == ".git":
            return "'.git' belongs to git"
    return None
