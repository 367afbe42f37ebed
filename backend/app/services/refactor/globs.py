"""Paths by shell patterns, without a regular expression over the whole: no pattern takes long. Pure."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

LONGEST_GLOB = 300
MOST_GLOBS = 20


def matches(path: str, globs: Sequence[str]) -> bool:
    """Say whether a path matches one of the patterns: `*` and `?` stay in a folder, `**` means any folders.

    A pattern without a slash is one of file names; one that names a folder means all below it.
    """
    return any(_matches(path.split("/"), glob) for glob in globs)


def _matches(parts: Sequence[str], glob: str) -> bool:
    wanted = glob.removeprefix("./").strip("/").split("/")
    if len(wanted) == 1:
        wanted = ["**", *wanted]
    # After each part of the pattern: how many parts of the path can be used up.
    reached = {0}
    for want in wanted:
        if want == "**":
            reached = set(range(min(reached), len(parts) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(parts) and fnmatchcase(parts[at], want)}
        if not reached:
            return False
    return True
