"""Runs a case of the corpus of moves by the same steps as a job: read, understand, prove."""

from pathlib import Path, PurePosixPath

from app.adapters.ids import SystemIds
from app.adapters.language.servers import SystemLanguageServers
from app.services.refactor.moving.model import MovePlan, MoveRequest
from app.services.refactor.moving.working import finished, plan, prove
from app.services.refactor.tree import LANGUAGES, SourceTree, is_code
from app.services.refactor.workspaces import settings_of

from tests.corpus.cases import Case


async def moved(case: Case, folder: Path) -> MovePlan:
    """Work the move out and prove it; the AppError that declines it otherwise."""
    files = {path: text.encode() for path, text in case.before.items()}
    language = LANGUAGES[PurePosixPath(case.path).suffix]
    code = {path: data for path, data in files.items() if is_code(path, language)}
    tree = SourceTree(code=code, texts={path: data for path, data in files.items() if path not in code})
    request = MoveRequest(case.path, case.line or 1, case.column or 1, case.new_name)
    async with SystemLanguageServers(folder, SystemIds()).open(language, tree.roots) as session:
        await session.sync({**tree.code, **settings_of(tree, language)})
        work = await plan(request, tree, session)
        await prove(work, tree, session)
    return finished(work, tree)


def applied(case: Case, plan: MovePlan) -> dict[str, str]:
    """The files with the code put in."""
    files = {path: text.encode() for path, text in case.before.items()}
    return {path: data.decode() for path, data in {**files, **plan.changed(files)}.items()}
