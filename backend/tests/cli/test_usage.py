"""Exit statuses, help, and JSON that is nothing else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from app.cli.main import app

from tests.cli.conftest import BACKEND, Shell
from tests.fixtures.repos import commit

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
WRONG = [
    ("jump",),
    ("project",),
    ("project", "create"),
    ("project", "update", "shop"),
    ("review", "not-an-id"),
    ("review", "../../projects"),
    ("review", "--approve"),
    ("review", ID, "--hunk", "1"),
    ("review", ID, "--approve", "--reject"),
    ("review", ID, "--undo", "--apply"),
    ("review", ID, "--reason", "no"),
    ("review", ID, "--push", "branch"),
    ("jobs", "show", "7"),
    ("jobs", "--limit", "0"),
    ("ask", "comment", "shop", "shop.py", "ten"),
    ("ask", "replay", "x"),
    ("sync", "shop", "--nonsense"),
]


def commands(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, (*path, name))
        elif isinstance(command, TyperCommand):
            yield (*path, name), command


def test_every_command_has_help_and_an_example_that_it_understands() -> None:
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    for path, command in commands(root):
        example = (command.epilog or "").removeprefix("Example: hivesync ")
        assert command.help, path
        assert example.split()[: len(path)] == list(path), path
        for option in command.params:
            assert getattr(option, "help", None) or option.name == "worker_id", (path, option.name)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
async def test_wrong_usage_is_status_2_and_says_so_on_stderr(new_shell: Shell, arguments: tuple[str, ...]) -> None:
    said = await new_shell(*arguments)
    assert (said.status, said.out == "" or arguments == ("project",)) == (2, True), said
    assert "Usage: hivesync" in said.err + said.out


async def test_a_failure_in_json_is_json_on_stderr_and_nothing_on_stdout(shell: Shell, project: Path) -> None:
    said = await shell("cat", "shop", "no.py", "--json")
    assert (said.status, said.out) == (1, "")
    told = json.loads(said.err)
    assert (told["code"], told["details"]["path"]) == ("PATH_NOT_FOUND", "no.py")
    assert told["request_id"]


async def test_a_job_that_fails_fails_in_json_too(shell: Shell, project: Path) -> None:
    commit(project, {".env": "TOKEN=x\n"}, "Secret")
    await shell.good("sync", "shop")
    said = await shell("docs", "shop", ".env", "--json")
    assert (said.status, said.out) == (1, "")
    assert json.loads(said.err)["code"]


async def test_every_reading_command_prints_pure_json(shell: Shell, project: Path) -> None:
    for line in (
        "whoami", "notifications", "project list", "project show shop", "project members shop", "sync shop",
        "sync shop --history", "files shop", "cat shop shop.py", "manifest show shop", "manifest versions shop",
        "docs shop --visa", "review", "jobs", "logout",
    ):  # fmt: skip
        said = await shell.good(*line.split(), "--json")
        assert (said.json is None, said.err) == (False, ""), line


async def test_the_version_is_told(new_shell: Shell) -> None:
    assert (await new_shell.good("--version")).out.startswith("hivesync")


async def test_piped_output_has_no_colours(shell: Shell, project: Path) -> None:
    for arguments in (("docs", "shop", "shop.py"), ("review",), ("jobs",), ("--help",)):
        said = await shell(*arguments)
        assert "\x1b" not in said.out + said.err


def test_peoples_commands_start_without_loading_the_server() -> None:
    script = "import sys, app.cli.main; print([m for m in ('pydantic', 'sqlalchemy', 'fastapi') if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=BACKEND, capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
