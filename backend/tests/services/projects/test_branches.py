"""Names of branches."""

import pytest

from app.services.projects.branches import check_branch
from app.services.projects.errors import BranchNameRefused


@pytest.mark.parametrize("name", ["main", "feature/x", "a.b-c_d", "release-1.0", "ünïcode", "a@b", "@a"])
def test_what_git_accepts_is_accepted(name: str) -> None:
    assert check_branch(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-x",
        "--upload-pack=x",
        "a..b",
        "a b",
        "a~1",
        "a^",
        "a:b",
        "a?",
        "a*",
        "a[b",
        "a\\b",
        "a@{1}",
        "@",
        "HEAD",
        "/a",
        "a/",
        "a//b",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a.",
        "a\nb",
        "a\x7f",
        "x" * 256,
    ],
)
def test_what_git_refuses_is_refused(name: str) -> None:
    with pytest.raises(BranchNameRefused):
        check_branch(name)
