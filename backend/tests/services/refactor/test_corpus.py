"""Every case of the corpus, by the same steps as a job: read, understand, prove; then the program runs as before."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.adapters.ids import SystemIds
from app.adapters.language.servers import SystemLanguageServers
from app.core.errors import AppError
from app.services.refactor.edits import apply_words, by_path
from app.services.refactor.plan import Plan
from app.services.refactor.rename import RenameRequest, plan_rename
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import SourceTree
from app.services.refactor.working import finished, prove

from tests.corpus.cases import Case, read_cases

CASES = read_cases()


async def renamed(case: Case, folder: Path) -> Plan:
    """Work the rename out and prove it."""
    tree = SourceTree(code={path: text.encode() for path, text in case.before.items()})
    request = RenameRequest(case.path, case.line, case.column, case.new_name)
    async with SystemLanguageServers(folder, SystemIds()).open("python", tree.roots) as session:
        await session.write(tree.code)
        work = await plan_rename(request, tree.code, session)
        await prove(work, tree, session)
    return finished(work, tree)


def applied(case: Case, plan: Plan) -> dict[str, str]:
    """The files with what is proven or likely put in."""
    edits = by_path(plan.of(Tier.PROVEN, Tier.LIKELY))
    return {
        plan.moves.get(path, path): apply_words(text.encode(), edits.get(path, [])).decode()
        for path, text in case.before.items()
    }


def output_of(files: dict[str, str], folder: Path) -> str:
    """What the program prints."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    done = subprocess.run([sys.executable, "main.py"], cwd=folder, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_rename_is_right_or_declined(case: Case, tmp_path: Path) -> None:
    if case.refusal is not None:
        with pytest.raises(AppError) as refused:
            await renamed(case, tmp_path)
        assert (refused.value.code, refused.value.details.get("reason")) == case.refusal
        return
    plan = await renamed(case, tmp_path)
    assert applied(case, plan) == case.after
    tiers = {edit.tier.value for edit in plan.of(Tier.PROVEN, Tier.LIKELY)}
    assert tiers == {case.tier}, plan.doubts
    assert case.note in " ".join(note.reason for note in plan.notes)
    if case.runs:
        assert output_of(case.after, tmp_path / "after") == output_of(case.before, tmp_path / "before")
