"""What a person must look at twice: files that can run commands, text that does not look like what it is. Pure."""

import re

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
# Zero width, direction marks, embeddings, overrides and isolates, byte order mark, tags (CVE-2021-42574).
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def is_deceptive(data: bytes) -> bool:
    """Say whether a text holds characters that are not seen, or that change the order in which others are."""
    return _UNSEEN.search(data.decode(errors="ignore")) is not None


def needs_confirmation(path: str) -> bool:
    """Say whether a change of this file must be approved by name: git's, editors' and build servers' own files."""
    *folders, name = path.lower().split("/")
    return (
        name in _NAMES or any(part.startswith(".git") for part in (*folders, name)) or not _FOLDERS.isdisjoint(folders)
    )
