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
from app.services.refactor.names import check_name
from app.services.refactor.rename import RenameRequest, word_at
from app.services.refactor.service import RefactorService
from app.services.refactor.tree import LANGUAGES, LARGEST_FILE


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
        old_name = await self._old_name(project_id, shown.manifest.commit, asked)
        check_name(LANGUAGES[PurePosixPath(asked.path).suffix], old_name, asked.new_name)
        async with self.scopes() as scope:
            service = RefactorService(scope)
            return await idempotency.once(scope, lambda: service.request(shown.manifest, asked, old_name))

    async def _old_name(self, project_id: UUID, commit: str, asked: RenameRequest) -> str:
        suffix = PurePosixPath(asked.path).suffix
        if suffix not in LANGUAGES:
            raise LanguageUnsupported(path=asked.path, supported=sorted(LANGUAGES))
        reader = self.container.mirrors.reader(project_id)
        entry = await reader.entry(commit, asked.path)
        if entry.type is not EntryType.FILE:
            raise SymbolNotFound(path=asked.path, reason="not_a_file")
        data = await reader.read_blob(entry.oid, max_bytes=LARGEST_FILE)
        word = word_at(data, asked.line, asked.column)
        if word is None:
            raise SymbolNotFound(path=asked.path, line=asked.line, column=asked.column, reason="no_name_there")
        return word
