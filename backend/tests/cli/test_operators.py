"""Operators' commands work on the database itself; without one they say in a sentence, not a trace, what to do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import BACKEND, Shell

JOB = "01890a5d-ac96-774b-bcce-b302099a8057"


def hivesync(folder: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command on an embedded database in this folder."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "DATA_DIR": str(folder), "PYTHONPATH": str(BACKEND)} | extra
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


@pytest.mark.parametrize("command", ["up", "migrate", f"admin requeue {JOB}"])
def test_a_database_that_does_not_answer_is_named(tmp_path: Path, command: str) -> None:
    said = hivesync(tmp_path, *command.split(), DATABASE_URL="postgresql://u:hidden@127.0.0.1:1/x", PORT="1")
    assert said.returncode == 1
    assert said.stderr.splitlines()[-1].startswith("UNAVAILABLE: The database does not answer (")
    assert "hidden" not in said.stderr
    assert "Traceback" not in said.stderr


def test_wrong_settings_are_listed_one_to_a_line(tmp_path: Path) -> None:
    said = hivesync(tmp_path, "migrate", PORT="many", DATABASE_URL="mysql://h/x")
    first, *problems = said.stderr.splitlines()
    assert (said.returncode, first) == (1, "SETTINGS_REFUSED: HiveSync cannot start with these settings:")
    assert sorted(line.split(":")[0] for line in problems) == ["  - DATABASE_URL", "  - PORT"]


async def test_a_session_that_cannot_be_kept_is_said_in_one_line(new_shell: Shell, owner: object) -> None:
    (new_shell.folder / "session.lock").touch()
    (new_shell.folder / "session.new").mkdir()
    said = await new_shell(
        "register",
        "--server",
        new_shell.address,
        "--email",
        "new@example.org",
        "--name",
        "New",
        stdin="a long and good passphrase 7\n",
    )
    assert said.status == 1
    assert said.err.splitlines()[-1] == f"{new_shell.folder / 'session.new'}: Is a directory"


def test_health_finds_that_a_database_does_not_answer(tmp_path: Path) -> None:
    said = hivesync(tmp_path, "health", "--json", DATABASE_URL="postgresql://u:hidden@127.0.0.1:1/x")
    checks = {each["name"]: each["health"] for each in json.loads(said.stdout)["checks"]}
    assert (said.returncode, checks["database"], checks["disk"]) == (1, "failed", "ok")


@pytest.mark.parametrize("option", ["-json", "--json"])
def test_programs_are_told_in_json_that_health_cannot_be_asked_for(tmp_path: Path, option: str) -> None:
    said = hivesync(tmp_path, "health", option, DATA_DIR=str(tmp_path / "missing"))
    assert (said.returncode, said.stdout, json.loads(said.stderr)["code"]) == (1, "", "UNAVAILABLE")


_SCRIPT = Path(__file__).parents[3] / "tools" / "hivesync-health.py"


def health_script(
    folder: Path, *arguments: str, script: Path = _SCRIPT, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the script with whatever Python is on the path, and nothing of this process's environment."""
    given = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "DATA_DIR": str(folder), **env}
    command = ["python3", str(script), *arguments]
    return subprocess.run(command, env=given, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("option", ["-json", "--json"])
def test_the_health_script_tells_programs(tmp_path: Path, option: str) -> None:
    said = health_script(
        tmp_path, option, DATABASE_URL="postgresql://u:hidden@127.0.0.1:1/x", REDIS_URL="redis://127.0.0.1:1"
    )
    told = json.loads(said.stdout)
    checks = {each["name"]: each["health"] for each in told["checks"]}
    assert (said.returncode, told["status"]) == (1, "failed")
    assert (checks["database"], checks["redis"], checks["queues"], checks["disk"]) == (
        "failed",
        "failed",
        "failed",
        "ok",
    )
    assert {"workers", "scheduler", "cleanup", "dead jobs"} <= set(checks)
    assert "hidden" not in said.stdout + said.stderr


def test_the_health_script_tells_people_and_has_no_colours_without_a_terminal(tmp_path: Path) -> None:
    said = health_script(tmp_path, DATABASE_URL="postgresql://u:p@127.0.0.1:1/x")
    assert said.returncode == 1
    assert "Check DATABASE_URL" in " ".join(said.stdout.split())
    assert "\x1b" not in said.stdout


def test_the_health_script_says_wrong_usage_and_where_nothing_is_installed(tmp_path: Path) -> None:
    assert health_script(tmp_path, "--nonsense").returncode == 2
    alone = tmp_path / "tools" / _SCRIPT.name
    alone.parent.mkdir()
    alone.write_bytes(_SCRIPT.read_bytes())
    said = health_script(tmp_path, script=alone)
    assert (said.returncode, "make -C" in said.stderr) == (1, True)
