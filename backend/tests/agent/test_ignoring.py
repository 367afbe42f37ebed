"""Patterns of `.hivesyncignore` mean what they mean to git."""

import subprocess
from pathlib import Path

import pytest

from app.agent.ignoring import BUILT_IN, Ignoring

from tests.fixtures.repos import make_repo

PATTERNS = [
    "*.log", "!keep.log", "/top.txt", "build/", "docs/*.md", "a/**/z", "**/cache", "deep/**", "x?y", "[ab].c",
    "[!q].h", "sp\\ ace ", "\\#hash", "# no", "", "[^r].k", "\\!bang", "st\\*r", "**two**",
]  # fmt: skip
PATHS = [
    "a.log", "sub/b.log", "keep.log", "sub/keep.log", "top.txt", "sub/top.txt", "build/x", "sub/build/y", "buildx",
    "docs/a.md", "docs/sub/a.md", "a/z", "a/b/z", "a/b/c/z", "a/b/c", "cache", "q/cache/file", "deep/er/x", "deeper",
    "xay", "x/y", "a.c", "c.c", "q.h", "w.h", "sp ace", "#hash", "no",
    "r.k", "s.k", "!bang", "st*r", "stir", "sub/a-two-b", "two/c", "deep/e/r/x",
]  # fmt: skip
UNWANTED = (
    *(".git/config", "x/node_modules/y/z.js", ".env", "sub/.env.local", "k.pem", "dist/a.js", "a/__pycache__/b.pyc"),
)


def test_they_mean_what_they_mean_to_git(tmp_path: Path) -> None:
    repo = make_repo(tmp_path)
    (repo / ".gitignore").write_text("\n".join(PATTERNS))
    for path in PATHS:
        if not (repo / path).exists():
            (repo / path).parent.mkdir(parents=True, exist_ok=True)
            (repo / path).touch()
    done = subprocess.run(
        ["git", "-C", str(repo), "ls-files", "-o", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    seen = set(done.stdout.splitlines()) - {".gitignore"}
    files = [path for path in PATHS if (repo / path).is_file()]
    rules = Ignoring(PATTERNS)
    assert {path for path in files if not rules.ignores(path)} == seen


@pytest.mark.parametrize("path", UNWANTED)
def test_what_nobody_wants_is_left_out_everywhere(path: str) -> None:
    assert Ignoring(BUILT_IN).ignores(path)


@pytest.mark.parametrize("path", [".env.example", "src/dist/a.js", "lib/build/b.py", "environment.py", "keys.py"])
def test_what_only_looks_like_it_stays(path: str) -> None:
    assert not Ignoring(BUILT_IN).ignores(path)


@pytest.mark.parametrize("pattern", ["*a" * 12 + "*b", "**/*a" * 12 + "/b", "/" + "**/" * 50 + "b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    path = "/".join(["a" * 200] * 18)
    assert not Ignoring([pattern]).ignores(path)
