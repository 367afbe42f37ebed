"""The layers hold, and the contracts that say so bite: a planted violation of each is found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BACKEND = Path(__file__).parents[2]
# One violation of every contract, each in files of its own.
PLANTED = {
    "Floors": ("core/planted.py", "from app.config import load_settings\n"),
    "Service tiers": ("services/projects/planted.py", "from app.services.ops import planted\n"),
    "Inside a service": ("services/ops/service.py", "from app.services.ops import routes\n"),
    "Doors are thin": ("services/ops/routes.py", "import sqlalchemy\n"),
    "Nothing ambient": ("services/ops/reaching.py", "import shutil\n"),
    "Workers run jobs": ("workers/planted.py", "from app.models import base\n"),
    "The agent is a client": ("agent/planted.py", "import sqlalchemy\n"),
}


def lint(folder: Path) -> dict[str, str]:
    """Contract name → KEPT or BROKEN, for the package in that folder."""
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()",
         "--no-cache", "--no-logo", "--config", "pyproject.toml"],
        cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    verdicts = [line.rpartition(" ") for line in run.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert verdicts, run.stdout + run.stderr
    return {name: verdict for name, _, verdict in verdicts}


def test_every_contract_is_kept() -> None:
    assert {name for name, verdict in lint(BACKEND).items() if verdict != "KEPT"} == set()


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(BACKEND / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(BACKEND / "pyproject.toml", folder)
    for name, code in [*PLANTED.values(), ("services/ops/planted.py", ""), ("services/rogue/__init__.py", "")]:
        path = folder / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.joinpath("__init__.py").touch()
        path.write_text(code)
    return lint(folder)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_found(planted: dict[str, str], contract: str) -> None:
    (verdict,) = [verdict for name, verdict in planted.items() if name.startswith(contract)]
    assert verdict == "BROKEN"


def test_every_contract_has_a_planted_violation(planted: dict[str, str]) -> None:
    assert [name for name in planted if not name.startswith(tuple(PLANTED))] == []
