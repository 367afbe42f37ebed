"""The language servers of this machine, by language."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.adapters.language.tsc import open_tsc
from app.adapters.language.ty import TySession, open_ty
from app.adapters.language.workspace import Workspace, temporary_workspace
from app.core.ids import IdSource

_Opener = Callable[[Workspace, Sequence[str]], AbstractAsyncContextManager[TySession]]
_OPENERS: Mapping[str, _Opener] = {"python": open_ty, "typescript": open_tsc}


@dataclass(frozen=True, slots=True)
class SystemLanguageServers:
    """Starts a server of its own for each piece of work, on a workspace below `folder`."""

    folder: Path
    ids: IdSource

    def open(
        self, language: str, roots: Sequence[str] = (), *, key: str = ""
    ) -> AbstractAsyncContextManager[TySession]:
        """Start a server on an empty workspace, both gone at the end; KeyError for a language without one."""
        _OPENERS[language]
        return self._open(language, roots)

    @asynccontextmanager
    async def _open(self, language: str, roots: Sequence[str]) -> AsyncIterator[TySession]:
        async with (
            temporary_workspace(self.folder, self.ids) as workspace,
            _OPENERS[language](workspace, roots) as session,
        ):
            yield session
