"""Every move of the corpus, by the same steps as a job: read, understand, prove; then the program runs as before."""

from pathlib import Path

import pytest

from app.core.errors import AppError

from tests.corpus.cases import SCRIPT_MOVES, Case, read_moves
from tests.corpus.moving import applied, moved
from tests.services.refactor.test_corpus import output_of
from tests.services.refactor.test_corpus_typescript import HAS_SERVER, NODE
from tests.services.refactor.test_corpus_typescript import output_of as printed

CASES = read_moves()
SCRIPTS = read_moves(SCRIPT_MOVES)
RUNNING = [case for case in SCRIPTS if case.runs and case.refusal is None]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_move_is_right_or_declined(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
    if case.runs and case.refusal is None:
        assert output_of(case.after, tmp_path / "after") == output_of(case.before, tmp_path / "before")


@pytest.mark.skipif(not HAS_SERVER, reason="TypeScript's server is not installed: make setup")
@pytest.mark.parametrize("case", SCRIPTS, ids=[case.name for case in SCRIPTS])
async def test_a_move_of_a_script_is_right_or_declined(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.skipif(NODE is None or not HAS_SERVER, reason="Node or TypeScript's server is not installed")
@pytest.mark.parametrize("case", RUNNING, ids=[case.name for case in RUNNING])
def test_the_script_prints_the_same(case: Case, tmp_path: Path) -> None:
    main = case.main or ""
    before, after = (printed(files, main, tmp_path / name) for name, files in (("b", case.before), ("a", case.after)))
    assert before == after != ""


async def check(case: Case, tmp_path: Path) -> None:
    """Hold a move against what is right."""
    if case.refusal is not None:
        with pytest.raises(AppError) as refused:
            await moved(case, tmp_path)
        assert (refused.value.code, refused.value.details.get("reason", "")) == case.refusal
        return
    plan = await moved(case, tmp_path)
    assert applied(case, plan) == case.after
    assert plan.tier.value == case.tier, plan.doubts
    assert case.note in " ".join(note.reason for note in plan.notes)
