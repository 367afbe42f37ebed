"""Every benchmark runs and gives its figures. What it measures is nobody's business here: nothing is timed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]

FIGURES = {
    "symbols": {"names after a 10-file change", "search: OrderedDict", "references: OrderedDict"},
    "jobs": {"enqueue → start, SQLite, idle, p50", "enqueue → start, SQLite, idle, p99", "jobs/s, SQLite"},
    "status": {"polls/s, SQLite", "polls/s, SQLite, without lane"},
    "manifest": {"whole manifest of 300 files", "manifest after a 10-file change"},
    "rename": {"renames that are right", "one rename, proof and server start included"},
    "startup": {"API process → first page", "import the API process", "import the command line"},
}


def run(name: str, out: Path) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "backend")}
    command = [sys.executable, "-m", "benchmarks.run", "--only", name, "--quick", "--json", str(out)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "benchmark" in done.stdout
    (result,) = json.loads(out.read_text(encoding="utf-8"))["results"]
    assert isinstance(result, dict)
    return result


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_benchmark_yields_its_figures(name: str, tmp_path: Path) -> None:
    figures = run(name, tmp_path / "results.json")["figures"]
    assert {figure["what"] for figure in figures} >= FIGURES[name]
    # In a moment as short as here an idle worker may use no processor at all; and nothing need be missed or wrong.
    above_zero = [each for each in figures if "CPU" not in each["what"] and each["unit"] != "cases"]
    assert all(figure["ours"] > 0 for figure in above_zero)


def test_help_names_every_benchmark() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "backend")}
    command = [sys.executable, "-m", "benchmarks.run", "--help"]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert [name for name in ("jobs", "status", "manifest", "startup") if name not in told.stdout] == []
