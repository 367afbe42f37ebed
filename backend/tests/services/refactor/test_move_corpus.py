"""Every move of the corpus, by the same steps as a job: read, understand, prove; then the program runs as before."""

from pathlib import Path

import pytest

from app.core.errors import AppError

from tests.corpus.cases import Case, read_moves
from tests.corpus.moving import applied, moved
from tests.services.refactor.test_corpus import output_of

CASES = read_moves()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_move_is_right_or_declined(case: Case, tmp_path: Path) -> None:
    if case.refusal is not None:
        with pytest.raises(AppError) as refused:
            await moved(case, tmp_path)
        assert (refused.value.code, refused.value.details.get("reason")) == case.refusal
        return
    plan = await moved(case, tmp_path)
    assert applied(case, plan) == case.after
    assert plan.tier.value == case.tier, plan.doubts
    assert case.note in " ".join(note.reason for note in plan.notes)
    if case.runs:
        assert output_of(case.after, tmp_path / "after") == output_of(case.before, tmp_path / "before")
