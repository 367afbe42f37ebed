"""Operators' commands work on the database itself, and say what to do when there is none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import BACKEND

JOB = "01890a5d-ac96-774b-bcce-b302099a8057"


def hivesync(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on an embedded database in this folder."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "DATA_DIR": str(folder), "PYTHONPATH": str(BACKEND)}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], env=env, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("admin", "verify"),
        ("admin", "reseal"),
        ("admin", "requeue", JOB),
        ("admin", "create-user", "ann@example.org", "--password", "a sentence nobody guesses"),
    ],
    ids=" ".join,
)
def test_a_database_without_tables_is_named_with_the_way_out(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = hivesync(tmp_path, *arguments)
    assert (said.returncode, said.stdout) == (1, "")
    assert "hivesync migrate" in said.stderr
    assert "Traceback" not in said.stderr


def test_manifests_of_a_new_database_are_verified(tmp_path: Path) -> None:
    assert hivesync(tmp_path, "migrate").returncode == 0
    said = hivesync(tmp_path, "admin", "verify", "--json")
    assert (said.returncode, json.loads(said.stdout)) == (0, {"checked": 0, "damaged": {}})
