"""What every refactor begins with: the files of a commit, read once for several, and a server that works on them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from app.adapters.git.port import TreeEntry
from app.adapters.language.port import LanguageSession
from app.adapters.language.tsc import HOW_TO_GET_IT
from app.adapters.process.port import ProgramMissing
from app.core.jobs import JobContext
from app.services.manifest.digest import ManifestRef
from app.services.refactor.errors import LanguageUnsupported
from app.services.refactor.plan import Note
from app.services.refactor.shelf import Shelf
from app.services.refactor.symbols.typescript_config import workspace_config
from app.services.refactor.tree import SourceTree, read_code, read_tree

TYPESCRIPT = "typescript"
# Of this process; contents never change, so nothing in it can be out of date.
_SHELF = Shelf()


async def tree_of(ctx: JobContext, manifest: ManifestRef, language: str) -> SourceTree:
    """Read the code of a language and the texts beside it; TreeTooLarge."""
    reader = ctx.container.mirrors.reader(manifest.project_id)
    return await read_tree(reader, manifest.commit, language, _SHELF.of(manifest.project_id))


async def code_of(
    ctx: JobContext, manifest: ManifestRef, is_wanted: Callable[[str], bool]
) -> tuple[SourceTree, Sequence[TreeEntry]]:
    """Read the files whose paths are wanted, and list what else there is; TreeTooLarge."""
    reader = ctx.container.mirrors.reader(manifest.project_id)
    return await read_code(reader, manifest.commit, is_wanted, _SHELF.of(manifest.project_id))


@asynccontextmanager
async def session_on(
    ctx: JobContext, manifest: ManifestRef, tree: SourceTree, language: str
) -> AsyncIterator[LanguageSession]:
    """Lend the project's server, on exactly these files; LanguageUnsupported where its program is missing."""
    try:
        async with ctx.container.languages.open(language, tree.roots, key=str(manifest.project_id)) as session:
            await session.sync({**tree.code, **settings_of(tree, language)})
            yield session
    except ProgramMissing as missing:
        if language != TYPESCRIPT:
            raise
        raise LanguageUnsupported(HOW_TO_GET_IT, language=language, missing="typescript") from missing


def settings_of(tree: SourceTree, language: str) -> dict[str, bytes]:
    """Give the files that tell the server of a language what to read; notes go to the tree."""
    if language != TYPESCRIPT:
        return {}
    files, notes = workspace_config(tree.code, tree.texts)
    tree.notes += notes
    return files


def unread(tree: SourceTree, name: str) -> list[Note]:
    """Tell which files were not understood, and may use a name."""
    paths = (path for path, data in tree.unread.items() if data is None or name.encode() in data)
    return [Note("doubt", path, 0, "this file was not read, and may use the name") for path in paths]
