"""Files that can run commands are recognised wherever they lie."""

import pytest

from app.services.proposals.policy import needs_confirmation


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
