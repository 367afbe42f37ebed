"""Every case of the TypeScript corpus, by the same steps as a job; then the program runs as before."""

import shutil
import subprocess
from pathlib import Path

import pytest

from app.adapters.language.tsc import executable
from app.core.errors import AppError
from app.services.refactor.tiers import Tier

from tests.corpus.cases import TYPESCRIPT as FOLDER
from tests.corpus.cases import Case, read_cases
from tests.corpus.working import applied
from tests.corpus.working_typescript import renamed_script

CASES = read_cases(FOLDER)
RUNNING = [case for case in CASES if case.runs and case.refusal is None]
COMPILED = (
    *("--outDir", ".", "--module", "commonjs", "--target", "es2022", "--jsx", "react"),
    *("--noCheck", "--allowJs", "--ignoreConfig", "--types", "node"),
)
NODE = shutil.which("node")
HAS_SERVER = Path(executable()).exists()
pytestmark = pytest.mark.skipif(not HAS_SERVER, reason="TypeScript's server is not installed: make setup")


def output_of(files: dict[str, str], main: str, folder: Path) -> str:
    """What the program prints, once it was made JavaScript."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    if main.endswith((".ts", ".tsx")):
        # Types are not looked at here: what is wrong with them does not keep a program from running.
        command = [executable(), *COMPILED, main]
        subprocess.run(command, cwd=folder, env={}, check=False, capture_output=True)
        main = f"{Path(main).stem}.js"
    command = [NODE or "node", main]
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_rename_is_right_or_declined(case: Case, tmp_path: Path) -> None:
    if case.refusal is not None:
        with pytest.raises(AppError) as refused:
            await renamed_script(case, tmp_path)
        assert (refused.value.code, refused.value.details.get("reason")) == case.refusal
        return
    found = await renamed_script(case, tmp_path)
    assert applied(case, found) == case.after
    tiers = {edit.tier.value for edit in found.of(Tier.PROVEN, Tier.LIKELY)}
    tiers = tiers or {"likely" if found.doubts else "proven"}
    assert tiers == {case.tier}, found.doubts
    assert case.note in " ".join(note.reason for note in found.notes)


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
@pytest.mark.parametrize("case", RUNNING, ids=[case.name for case in RUNNING])
def test_the_program_prints_the_same(case: Case, tmp_path: Path) -> None:
    main = case.main or ""
    before, after = (output_of(files, main, tmp_path / name) for name, files in (("b", case.before), ("a", case.after)))
    assert before == after != ""
