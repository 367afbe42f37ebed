"""Every case of the corpus, by the same steps as a job: read, understand, prove; then the program runs as before."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import AppError
from app.services.refactor.tiers import Tier

from tests.corpus.cases import Case, read_cases
from tests.corpus.working import applied, renamed

CASES = read_cases()


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
    # Where files move and nothing else changes, the move is as certain as the whole.
    tiers = tiers or {"likely" if plan.doubts else "proven"}
    assert tiers == {case.tier}, plan.doubts
    assert case.note in " ".join(note.reason for note in plan.notes)
    if case.runs:
        assert output_of(case.after, tmp_path / "after") == output_of(case.before, tmp_path / "before")
