"""The port for finding code by its syntax: a pattern with `$A` and `$$$ARGS`, and what would stand in its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.core.errors import PayloadTooLarge

# What HiveSync calls a language (`adapters/syntax/languages.py`) and with which ending the engine reads it.
PATTERN_LANGUAGES: Mapping[str, str] = {
    "c": "c",
    "cpp": "cpp",
    "csharp": "cs",
    "css": "css",
    "dart": "dart",
    "elixir": "ex",
    "go": "go",
    "haskell": "hs",
    "hcl": "hcl",
    "html": "html",
    "java": "java",
    "javascript": "js",
    "json": "json",
    "kotlin": "kt",
    "lua": "lua",
    "nix": "nix",
    "php": "php",
    "python": "py",
    "ruby": "rb",
    "rust": "rs",
    "scala": "scala",
    "shell": "sh",
    "solidity": "sol",
    "swift": "swift",
    "tsx": "tsx",
    "typescript": "ts",
    "yaml": "yml",
}


class PatternTooCostly(PayloadTooLarge):
    """Looking for this pattern takes more time or memory than one search may have. Ask for fewer files or say more."""

    code = "PATTERN_TOO_COSTLY"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What would stand in the place of the bytes [start, end)."""

    start: int
    end: int
    new: bytes


@dataclass(slots=True)
class Rewrites:
    """Rewrites by file, in one another too, in order of their starts; and the files that could not be searched."""

    found: dict[str, list[Rewrite]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


class PatternEngine(Protocol):
    """Finds code by patterns."""

    async def problem_with(self, language: str, pattern: str) -> str | None:
        """Say why a pattern is none in one of PATTERN_LANGUAGES; None when it is one."""
        ...

    async def rewrites(self, language: str, pattern: str, replacement: str, files: Mapping[str, bytes]) -> Rewrites:
        """Find a pattern in files that are UTF-8; PatternTooCostly when too many of them cannot be searched."""
        ...
