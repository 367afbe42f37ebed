"""The client's side of a rename. What is plainly wrong with it is told at once; git is read between short scopes."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from app.adapters.container import Container
from app.adapters.git.port import EntryType
from app.adapters.http.idempotency import Idempotency
from app.adapters.scope import ScopeFactory
from app.models.job import Job
from app.services.manifest.reading import find_shown
from app.services.refactor.errors import LanguageUnsupported, SymbolNotFound
from app.services.refactor.pointing import AskedName, check_asked, name_at, name_of_module
from app.services.refactor.rename import RenameRequest
from app.services.refactor.service import RefactorService
from app.services.refactor.tree import LANGUAGES, LARGEST_FILE

# Of a folder: enough to know in which language it is written.
_MOST_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class RenameDesk:
    """Where renames are asked for, on behalf of one actor."""

    scopes: ScopeFactory
    container: Container

    async def ask(self, project_id: UUID, ref: str | None, asked: RenameRequest, idempotency: Idempotency) -> Job:
        """Write a rename down against the manifest that describes the ref.

        LanguageUnsupported, PathNotFound, SymbolNotFound when no name stands there, InvalidName.
        """
        shown = await find_shown(self.scopes, self.container.mirrors, project_id, ref)
        async with self.scopes(read_only=True) as scope:
            await RefactorService(scope).allow(project_id)
        named = await self._named(project_id, shown.manifest.commit, asked)
        check_asked(named, asked.new_name)
        async with self.scopes() as scope:
            service = RefactorService(scope)
            return await idempotency.once(scope, lambda: service.request(shown.manifest, asked, named))

    async def _named(self, project_id: UUID, commit: str, asked: RenameRequest) -> AskedName:
        reader = self.container.mirrors.reader(project_id)
        if asked.line is None:
            below = [await reader.entry(commit, asked.path)]
            if below[0].type is EntryType.FOLDER:
                below = await reader.list_tree(commit, asked.path, recursive=True, limit=_MOST_LOOKED_AT)
            return name_of_module(asked.path, [each.path for each in below if each.type is EntryType.FILE])
        if PurePosixPath(asked.path).suffix not in LANGUAGES:
            raise LanguageUnsupported(path=asked.path, supported=sorted(LANGUAGES))
        entry = await reader.entry(commit, asked.path)
        if entry.type is not EntryType.FILE:
            raise SymbolNotFound(path=asked.path, reason="not_a_file")
        return name_at(asked, await reader.read_blob(entry.oid, max_bytes=LARGEST_FILE))
