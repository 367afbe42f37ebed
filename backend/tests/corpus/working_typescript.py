"""Runs a case of the TypeScript corpus by the same steps as a job; and by its language server's own rename alone."""

from collections.abc import Mapping
from pathlib import Path

from app.adapters.ids import SystemIds
from app.adapters.language.servers import SystemLanguageServers
from app.services.refactor.asked import RenameRequest
from app.services.refactor.plan import Plan
from app.services.refactor.tree import SourceTree, is_code
from app.services.refactor.working import finished, worked_out
from app.services.refactor.workspaces import TYPESCRIPT, settings_of

from tests.corpus.cases import Case
from tests.corpus.working import renamed_by_server


async def renamed_script(case: Case, folder: Path) -> Plan:
    """Work the rename out and prove it; the AppError that declines it otherwise."""
    tree = tree_of(case)
    request = RenameRequest(case.path, case.line, case.column, case.new_name)
    async with SystemLanguageServers(folder, SystemIds()).open(TYPESCRIPT, tree.roots) as session:
        await session.write(workspace_of(tree))
        work = await worked_out(request, tree, session, TYPESCRIPT)
    return finished(work, tree)


async def renamed_by_tsc(case: Case, folder: Path) -> dict[str, str]:
    """The files after the server's own rename, taken as it comes; unchanged when it declines."""
    async with SystemLanguageServers(folder, SystemIds()).open(TYPESCRIPT) as session:
        await session.write(workspace_of(tree_of(case)))
        return await renamed_by_server(case, session._rpc, session._workspace)


def tree_of(case: Case) -> SourceTree:
    """The case's files, code and others."""
    files = {path: text.encode() for path, text in case.before.items()}
    code = {path: data for path, data in files.items() if is_code(path, TYPESCRIPT)}
    return SourceTree(code=code, texts={path: data for path, data in files.items() if path not in code})


def workspace_of(tree: SourceTree) -> Mapping[str, bytes]:
    """What a server is given to read."""
    return {**tree.code, **settings_of(tree, TYPESCRIPT)}
