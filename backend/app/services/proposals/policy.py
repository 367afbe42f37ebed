"""Which files can run commands, so that approving everything at once is not enough for them. Pure."""

_NAMES = frozenset(
    {
        ".envrc",
        ".gitlab-ci.yml",
        ".npmrc",
        ".pnpmfile.cjs",
        ".pre-commit-config.yaml",
        ".yarnrc",
        ".yarnrc.yml",
        "azure-pipelines.yml",
        "jenkinsfile",
    }
)
_FOLDERS = frozenset({".ci", ".circleci", ".devcontainer", ".husky", ".idea", ".vscode"})


def needs_confirmation(path: str) -> bool:
    """Say whether a change of this file must be approved by name: git's, editors' and build servers' own files."""
    *folders, name = path.lower().split("/")
    return (
        name in _NAMES or any(part.startswith(".git") for part in (*folders, name)) or not _FOLDERS.isdisjoint(folders)
    )
