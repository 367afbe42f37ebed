"""The client's side of refactors. What is plainly wrong with it is told at once; git is read between short scopes."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from app.adapters.container import Container
from app.adapters.git.errors import PathNotFound
from app.adapters.git.port import EntryType
from app.adapters.http.idempotency import Idempotency
from app.adapters.scope import ScopeFactory
from app.models.job import Job
from app.services.manifest.digest import ManifestRef
from app.services.manifest.reading import find_shown
from app.services.refactor.asked import RenameRequest, word_at
from app.services.refactor.errors import LanguageUnsupported, NameCollision, PatternInvalid, SymbolNotFound
from app.services.refactor.messages import ProposeMove, ProposeRename, ProposeReplace, RefactorPayload
from app.services.refactor.moving.model import MoveRequest
from app.services.refactor.patterns import ReplaceRequest, check_request
from app.services.refactor.pointing import AskedName, check_asked, name_at, name_of_module
from app.services.refactor.service import RefactorService
from app.services.refactor.tree import ALL_LANGUAGES, LANGUAGES, LARGEST_FILE

# Of a folder: enough to know in which language it is written.
_MOST_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class RefactorDesk:
    """Where refactors are asked for, on behalf of one actor."""

    scopes: ScopeFactory
    container: Container

    async def rename(self, project_id: UUID, ref: str | None, asked: RenameRequest, idempotency: Idempotency) -> Job:
        """Write a rename down against the manifest that describes the ref.

        LanguageUnsupported, PathNotFound, SymbolNotFound when no name stands there, InvalidName.
        """
        manifest = await self._find(project_id, ref)
        named = await self._named(manifest, asked)
        check_asked(named, asked.new_name)
        facts = {**asdict(asked), "old_name": named.old, "language": named.language}
        return await self._write(manifest, ProposeRename, facts, idempotency)

    async def replace(self, project_id: UUID, ref: str | None, asked: ReplaceRequest, idempotency: Idempotency) -> Job:
        """Write a replacement down against the manifest that describes the ref. LanguageUnsupported, PatternInvalid."""
        manifest = await self._find(project_id, ref)
        check_request(asked)
        problem = await self.container.patterns.problem_with(asked.language, asked.pattern)
        if problem is not None:
            message = f"That is no pattern in {asked.language}: {problem}"
            raise PatternInvalid(message, where="pattern", reason=problem, language=asked.language)
        return await self._write(manifest, ProposeReplace, asdict(asked), idempotency)

    async def move(self, project_id: UUID, ref: str | None, asked: MoveRequest, idempotency: Idempotency) -> Job:
        """Write a move down against the manifest that describes the ref.

        LanguageUnsupported, also for a file of another language to go to, PathNotFound, SymbolNotFound, NameCollision.
        """
        manifest = await self._find(project_id, ref)
        name = word_at(await self._read(manifest, asked.path, LANGUAGES), asked.line, asked.column)
        if name is None:
            place = {"path": asked.path, "line": asked.line, "column": asked.column}
            raise SymbolNotFound(**place, reason="no_name_there")
        languages = [LANGUAGES.get(PurePosixPath(path).suffix) for path in (asked.path, asked.to_path)]
        if languages[0] != languages[1]:
            said = f"{name} cannot go from {asked.path} to a file of another kind."
            raise LanguageUnsupported(said, path=asked.to_path, supported=sorted(LANGUAGES))
        await self._check_free(manifest, asked.to_path)
        return await self._write(manifest, ProposeMove, {**asdict(asked), "name": name}, idempotency)

    async def _find(self, project_id: UUID, ref: str | None) -> ManifestRef:
        """Find the manifest that describes the ref, for those who may ask for refactors there."""
        shown = await find_shown(self.scopes, self.container.mirrors, project_id, ref)
        async with self.scopes(read_only=True) as scope:
            await RefactorService(scope).allow(project_id)
        return shown.manifest

    async def _write(
        self, manifest: ManifestRef, kind: type[RefactorPayload], facts: Mapping[str, Any], idempotency: Idempotency
    ) -> Job:
        """Write a refactor down, once for every idempotency key."""
        async with self.scopes() as scope:
            service = RefactorService(scope)
            return await idempotency.once(scope, lambda: service.request(manifest, kind, facts))

    async def _check_free(self, manifest: ManifestRef, path: str) -> None:
        """NameCollision when something stands there that is no file, or a file or link where a folder is needed."""
        reader = self.container.mirrors.reader(manifest.project_id)
        folders = [str(folder) for folder in PurePosixPath(path).parents][:-1]
        for place, wanted in ((path, EntryType.FILE), *((folder, EntryType.FOLDER) for folder in folders)):
            try:
                entry = await reader.entry(manifest.commit, place)
            except PathNotFound:
                continue
            if entry.type is not wanted:
                said = f"{place} is a {entry.type.value}."
                raise NameCollision(said, name=path, reason="file_exists", paths=[place])

    async def _named(self, manifest: ManifestRef, asked: RenameRequest) -> AskedName:
        """Name what a rename is about: what stands at a place, or a file or folder itself."""
        if asked.line is not None:
            return name_at(asked, await self._read(manifest, asked.path, ALL_LANGUAGES))
        reader = self.container.mirrors.reader(manifest.project_id)
        below = [await reader.entry(manifest.commit, asked.path)]
        if below[0].type is EntryType.FOLDER:
            below = await reader.list_tree(manifest.commit, asked.path, recursive=True, limit=_MOST_LOOKED_AT)
        return name_of_module(asked.path, [each.path for each in below if each.type is EntryType.FILE])

    async def _read(self, manifest: ManifestRef, path: str, languages: Collection[str]) -> bytes:
        """Read a file of some endings; LanguageUnsupported for others, PathNotFound, SymbolNotFound for no file."""
        if PurePosixPath(path).suffix not in languages:
            raise LanguageUnsupported(path=path, supported=sorted(languages))
        reader = self.container.mirrors.reader(manifest.project_id)
        entry = await reader.entry(manifest.commit, path)
        if entry.type is not EntryType.FILE:
            raise SymbolNotFound(path=path, reason="not_a_file")
        return await reader.read_blob(entry.oid, max_bytes=LARGEST_FILE)
