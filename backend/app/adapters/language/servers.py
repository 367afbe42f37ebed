"""The language servers of this machine, by language."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.language.session import ServerSession
from app.adapters.language.tsc import open_tsc
from app.adapters.language.ty import open_ty
from app.adapters.language.workspace import Workspace, temporary_workspace
from app.adapters.sandbox.port import Sandbox, SandboxSource, Unconfined
from app.core.ids import IdSource

_Opener = Callable[[Workspace, Sequence[str], Sandbox], AbstractAsyncContextManager[ServerSession]]
_OPENERS: Mapping[str, _Opener] = {"python": open_ty, "typescript": open_tsc}


@dataclass(frozen=True, slots=True)
class SystemLanguageServers:
    """Starts a server of its own for each piece of work, in a sandbox, on a workspace below `folder`."""

    folder: Path
    ids: IdSource
    sandbox: SandboxSource = field(default_factory=Unconfined)

    def open(
        self, language: str, roots: Sequence[str] = (), *, key: str = ""
    ) -> AbstractAsyncContextManager[ServerSession]:
        """Start a server on an empty workspace, both gone at the end; KeyError for a language without one."""
        _OPENERS[language]
        return self._open(language, roots)

    @asynccontextmanager
    async def _open(self, language: str, roots: Sequence[str]) -> AsyncIterator[ServerSession]:
        sandbox = await self.sandbox.take()
        async with (
            temporary_workspace(self.folder, self.ids) as workspace,
            _OPENERS[language](workspace, roots, sandbox) as session,
        ):
            yield session
