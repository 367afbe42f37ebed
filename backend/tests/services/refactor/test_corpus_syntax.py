"""Every case of the corpus in languages without a server; where the machine can, the program runs as before."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.services.refactor.asked import RenameRequest
from app.services.refactor.rename_syntax import plan_syntax_rename
from app.services.refactor.tiers import Tier

from tests.corpus.cases import SYNTAX, Case, read_cases
from tests.corpus.working import applied

CASES = read_cases(SYNTAX)
# What runs a program, by the name of its main file: each step is a command in its folder.
STEPS: dict[str, Sequence[str]] = {
    "main.c": ("gcc -o main -x c {sources}", "./main"),
    "main.rs": ("rustc -A warnings -o main main.rs", "./main"),
    "Main.java": ("java Main.java",),
    "main.sh": ("bash main.sh",),
}


def output_of(files: dict[str, str], folder: Path) -> str | None:
    """What the program prints; None where there is none, or nothing that runs it."""
    main = next((path for path in STEPS if path in files), None)
    if main is None or shutil.which(STEPS[main][0].split()[0]) is None:
        return None
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    sources = " ".join(path for path in files if path.endswith(".c"))
    said = ""
    for step in STEPS[main]:
        command = step.format(sources=sources).split()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said = done.stdout
    return said


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_rename_is_right(case: Case, tmp_path: Path) -> None:
    files = {path: text.encode() for path, text in case.before.items()}
    plan, _ = plan_syntax_rename(RenameRequest(case.path, case.line, case.column, case.new_name), files)
    assert applied(case, plan) == case.after
    assert {edit.tier.value for edit in plan.of(Tier.PROVEN, Tier.LIKELY)} == {case.tier}
    assert output_of(case.after, tmp_path / "after") == output_of(case.before, tmp_path / "before")
