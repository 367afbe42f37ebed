"""Command lines for git: constant words are written down, everything else is checked before it becomes one."""

import re
from dataclasses import dataclass

from app.core.errors import Invalid

_OID = re.compile(r"[0-9a-f]{40}")
_BAD_IN_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^/|/$|\.$")


class ArgumentRefused(Invalid):
    """That value cannot be given to git."""


@dataclass(frozen=True, slots=True)
class GitArguments:
    """The words after `git`. Dynamic values enter through the methods only."""

    words: tuple[str, ...]

    def values(self, *values: str) -> "GitArguments":
        """Add positional values; ArgumentRefused for whatever git could take for an option."""
        for value in values:
            if not value or value.startswith("-") or "\0" in value or "\n" in value:
                raise ArgumentRefused(f"{value[:80]!r} cannot be given to git.")
        return GitArguments((*self.words, *values))

    def option(self, name: str, value: str) -> "GitArguments":
        """Add `--name=value` in one word, so that the value cannot be taken for another option."""
        if "\0" in value or "\n" in value:
            raise ArgumentRefused(f"{value[:80]!r} cannot be given to git.")
        return GitArguments((*self.words, f"--{name}={value}"))

    def end_of_options(self) -> "GitArguments":
        """Tell git that only values follow."""
        return GitArguments((*self.words, "--end-of-options"))


def git(*constants: str) -> GitArguments:
    """Begin a command line with words that stand in the source code."""
    return GitArguments(constants)


def check_oid(text: str) -> str:
    """Return an object id unchanged, or raise ArgumentRefused."""
    if not _OID.fullmatch(text):
        raise ArgumentRefused(f"{text[:80]!r} is not a commit id.")
    return text


def check_ref_name(name: str, *, below: str) -> str:
    """Return a full ref name unchanged, or raise ArgumentRefused when git would not accept it or it is elsewhere."""
    parts = name.removeprefix(below).split("/")
    if not name.startswith(below) or _BAD_IN_REF.search(name) or len(name) > 1024:
        raise ArgumentRefused(f"{name[:80]!r} is not a name git accepts.")
    if any(not part or part.startswith((".", "-")) or part.endswith(".lock") for part in parts):
        raise ArgumentRefused(f"{name[:80]!r} is not a name git accepts.")
    return name
