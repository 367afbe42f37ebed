"""Which paths a folder may hold."""

import pytest

from app.services.folders.paths import PathCheck


def problem(*paths: str) -> str | None:
    """What is wrong with the last of these paths, when the others came before it."""
    check = PathCheck()
    return [check.problem(path) for path in paths][-1]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/etc/passwd", "absolute"),
        ("", "empty"),
        ("a//b", "empty"),
        ("a/", "empty"),
        (".", "'.' or '..'"),
        ("..", "'.' or '..'"),
        ("../up", "'.' or '..'"),
        ("a/../../up", "'.' or '..'"),
        ("a/./b", "'.' or '..'"),
        ("a\0b", "control character"),
        ("a\nb", "control character"),
        ("a/\x7f", "control character"),
        ("a\\b", "backslash"),
        ("..\\up", "backslash"),
        ("C:\\x", "backslash"),
        ("half \ud800", "not text"),
        ("cafe\u0301", "normal form C"),
        ("x" * 256, "longer than 255"),
        ("é" * 128, "longer than 255"),
        ("d/" * 101 + "f", "folders deep"),
        (f"{'x' * 200}/" * 20 + "y" * 200, "longer than 4,096"),
        # Every spelling of git's own folder that some file system takes for it.
        (".git", "belongs to git"),
        (".git/config", "belongs to git"),
        ("a/.git/hooks/post-checkout", "belongs to git"),
        (".GIT/config", "belongs to git"),
        (".gIt", "belongs to git"),
        (".git./config", "belongs to git"),
        (".git ", "belongs to git"),
        (".git . .", "belongs to git"),
        (".git::$INDEX_ALLOCATION/config", "belongs to git"),
        ("git~1/config", "belongs to git"),
        ("GIT~1", "belongs to git"),
        (".g\u200cit/config", "belongs to git"),
        ("\ufeff.git", "belongs to git"),
        (".git\u200d", "belongs to git"),
        ("\uff0e\uff47\uff49\uff54/config", "belongs to git"),
    ],
)
def test_a_path_that_is_a_trap_is_refused(path: str, said: str) -> None:
    found = problem(path)
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        ".gitignore",
        ".gitmodules",
        ".github/workflows/ci.yml",
        "git/config",
        "git~2",
        "digit",
        "a b/ c",
        "naïve/日本語.txt",
        "...",
        "a..b",
        "-rf",
        "x" * 255,
        "é" * 127,
        "d/" * 100 + "f",
        "con.txt",
        "emoji 👩‍👩‍👧.md",
    ],
)
def test_a_path_that_people_have_is_taken(path: str) -> None:
    assert problem(path) is None


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (("README.md", "readme.md"), "case of letters"),
        (("Src/a", "src/b"), "case of letters"),
        (("a/B/c", "a/b/d"), "case of letters"),
        (("straße", "STRASSE"), "case of letters"),
        (("É", "é"), "case of letters"),
        (("a", "a/b"), "file and a folder"),
        (("a/b", "a"), "file and a folder"),
        (("a/b/c", "a/b"), "file and a folder"),
        (("A", "a/b"), "case of letters"),
    ],
)
def test_two_paths_that_get_in_each_others_way_are_refused(paths: tuple[str, ...], said: str) -> None:
    found = problem(*paths)
    assert found is not None
    assert said in found


def test_paths_that_only_look_alike_are_taken() -> None:
    assert problem("a/b", "ab", "a-b", "b/a", "a/c", "A1") is None
