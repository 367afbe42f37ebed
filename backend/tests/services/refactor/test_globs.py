"""Paths by shell patterns."""

import pytest

from app.services.refactor.globs import matches


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("src/**", "src/a/b.py", True),
        ("src", "src/a.py", True),
        ("src/", "src/a/b.py", True),
        ("./src/*.py", "src/a.py", True),
        ("src/*.py", "src/a/b.py", False),
        ("src/**/b.py", "src/b.py", True),
        ("src/**/b.py", "src/x/y/b.py", True),
        ("**/test_*.py", "a/test_b.py", True),
        ("*.py", "a/b/c.py", True),
        ("*.py", "a/b/c.pyi", False),
        ("a?.py", "ab.py", True),
        ("src/**", "lib/src/a.py", False),
        ("lib", "a/lib/b.py", True),
        ("**", "anything", True),
        ("[ab].py", "b.py", True),
    ],
)
def test_what_a_pattern_means(glob: str, path: str, expected: bool) -> None:
    assert matches(path, [glob]) is expected


def test_a_pattern_that_is_meant_to_take_long_does_not() -> None:
    assert not matches("a" * 4_000, ["*a" * 100 + "b"])
    assert not matches("/".join("a" * 1_000), ["**/a/" * 50 + "b"])


def test_one_of_several_is_enough() -> None:
    assert matches("b.py", ["a.py", "b.py"])
    assert not matches("b.py", [])
