"""Short runs of the chaos driver with a fixed seed, one family of faults each; and mutants that it must catch."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
IS_POSTGRES = bool(os.environ.get("TEST_DATABASE_URL"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FAMILIES = {
    "processes die": ("kill", "term", "leader"),
    "processes vanish or stand still": ("lost", "stop"),
    "Redis forgets or is away": ("redis_restart", "flush", "redis_away"),
    "the rest": ("producer", "duplicates", "disk", "storage", "skew"),
}


def drive(*arguments: str) -> dict[str, Any]:
    """Run the driver; its verdict."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "backend")}
    command = [sys.executable, "-m", "chaos", "--json", "--seed", "11", "--minutes", "3", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.stdout, done.stderr[-3000:]
    verdict: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode == 0) is (not verdict["broken"])
    return verdict


def run(faults: tuple[str, ...], *, jobs: int) -> dict[str, Any]:
    """Hold every invariant but the speed of recovery, which depends on what else this machine does."""
    database = "postgres" if IS_POSTGRES else "sqlite"
    verdict = drive("--database", database, "--faults", ",".join(faults), "--jobs", str(jobs), "--every", "2")
    assert set(verdict["broken"]) <= {"slow"}, verdict
    assert verdict["faults"], "nothing was broken"
    return verdict


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_is_lost_doubled_or_left_over(family: str) -> None:
    run(FAMILIES[family], jobs=120)


@pytest.mark.skipif(not IS_POSTGRES, reason="crashes a PostgreSQL server of its own")
def test_nothing_is_lost_when_the_database_crashes_or_hangs_up() -> None:
    verdict = run(("pg_restart", "pg_terminate", "kill"), jobs=120)
    assert not verdict["forgotten"], "what was committed is there"


@pytest.mark.skipif(IS_POSTGRES, reason="the checker is the same on both")
def test_a_product_that_is_broken_on_purpose_is_caught() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "backend")}
    command = [sys.executable, "-m", "chaos.mutants", "no_sweep"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
