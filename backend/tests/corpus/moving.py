"""Runs a case of the corpus of moves by the same steps as a job: read, understand, prove."""

from pathlib import Path

from app.adapters.ids import SystemIds
from app.adapters.language.servers import SystemLanguageServers
from app.services.refactor.moving.model import MovePlan, MoveRequest
from app.services.refactor.moving.python_proof import check_move
from app.services.refactor.moving.working import finished, plan_python
from app.services.refactor.tree import SourceTree

from tests.corpus.cases import Case


async def moved(case: Case, folder: Path) -> MovePlan:
    """Work the move out and prove it; the AppError that declines it otherwise."""
    tree = SourceTree(code={path: text.encode() for path, text in case.before.items()})
    request = MoveRequest(case.path, case.line or 1, case.column or 1, case.new_name)
    async with SystemLanguageServers(folder, SystemIds()).open("python", tree.roots) as session:
        await session.sync(tree.code)
        work = await plan_python(request, tree, session)
        await check_move(work, session)
    return finished(work, tree)


def applied(case: Case, plan: MovePlan) -> dict[str, str]:
    """The files with the code put in."""
    files = {path: text.encode() for path, text in case.before.items()}
    return {path: data.decode() for path, data in {**files, **plan.changed(files)}.items()}
