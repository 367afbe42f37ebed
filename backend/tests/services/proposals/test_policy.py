"""Files that can run commands and text that deceives are recognised wherever they are."""

import pytest

from app.services.proposals.policy import is_deceptive, needs_confirmation


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        ".gitattributes",
        "sub/.gitmodules",
        ".githooks/pre-commit",
        "web/.npmrc",
        ".vscode/tasks.json",
        ".IDEA/workspace.xml",
        "Jenkinsfile",
        ".GitLab-CI.yml",
        ".devcontainer/devcontainer.json",
    ],
)
def test_files_that_run_commands_need_confirmation(path: str) -> None:
    assert needs_confirmation(path)


@pytest.mark.parametrize("path", ["src/app.py", "docs/git.md", "github/workflows.md", "npmrc", "vscode/x.ts", "ci.yml"])
def test_other_files_do_not(path: str) -> None:
    assert not needs_confirmation(path)


@pytest.mark.parametrize("text", ["a\u202eb", "zero\u200bwidth", "\u2066x\u2069", "tag\U000e0041"])
def test_characters_nobody_sees_are_found(text: str) -> None:
    assert is_deceptive(b"\xff" + text.encode())


def test_other_scripts_and_binary_bytes_are_not_deceptive() -> None:
    assert not is_deceptive("日本語 עברית ünï \t\r\n".encode() + bytes(range(256)))
