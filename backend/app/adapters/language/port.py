"""The port for language servers, and the values that cross it. Places are 0-based lines and bytes of UTF-8."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.core.errors import Unavailable


class LanguageServerLost(Unavailable):
    """The language server ended or did not answer in time. Try again; a smaller repository or file may help."""


class Spot(NamedTuple):
    """A place in a file: a line from 0, and bytes of UTF-8 from its start."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Target:
    """Where a name leads: the span of what defines it. `path` is None outside of the workspace."""

    path: str | None
    start: Spot
    end: Spot


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the server finds wrong in a file."""

    path: str
    at: Spot
    code: str
    message: str


class LanguageSession(Protocol):
    """A server at work on a workspace of its own, which holds what was written into it and nothing else."""

    async def write(self, files: Mapping[str, bytes | None]) -> None:
        """Put files into the workspace, or take them out (None). Paths are those of a repository; PathRefused."""
        ...

    async def sync(self, files: Mapping[str, bytes]) -> None:
        """Make the workspace hold exactly these files; what it holds already costs nothing. PathRefused."""
        ...

    async def definitions(self, path: str, spots: Sequence[Spot]) -> list[tuple[Target, ...]]:
        """Say where the names at these places lead, in the order asked; nothing for what the server does not know."""
        ...

    async def problems(self, paths: Sequence[str]) -> list[Problem]:
        """List what is wrong in these files."""
        ...


class LanguageServers(Protocol):
    """All servers this machine has."""

    def open(
        self, language: str, roots: Sequence[str] = (), *, key: str = ""
    ) -> AbstractAsyncContextManager[LanguageSession]:
        """Start a server on an empty workspace, both gone at the end; KeyError for a language without one.

        With a `key`, one that was opened with the same key, language and roots may be lent again, with its files.
        `roots` are the folders, beside the top, below which imports are looked for. ProgramMissing when it is not
        installed, LanguageServerLost when it does not start.
        """
        ...
