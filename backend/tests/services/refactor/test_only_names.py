"""Names that nothing else has: which are made up, and which files use packages."""

import pytest

from app.services.refactor.only_names import Packages, is_made_up


@pytest.mark.parametrize("name", ["get_internal_type", "_clone", "makeNoise"])
def test_a_name_with_parts_is_made_up(name: str) -> None:
    assert is_made_up(name)


@pytest.mark.parametrize("name", ["count", "send", "total", "read_text", "assertEqual", "_copy"])
def test_a_word_of_every_day_or_of_python_is_not(name: str) -> None:
    assert not is_made_up(name)


def test_packages_are_what_is_neither_here_nor_pythons() -> None:
    code = {
        "src/shop/__init__.py": b"",
        "src/shop/cart.py": b"import os, boto3 as b, shop.rows\nfrom shop import x\nfrom . import y\n",
        "tests/helpers.py": b"",
        "tests/test_cart.py": b"    from helpers import z\n  import pytest.mark  # tests\n",
        "plain.py": b"import asyncio.tasks\n'''from here on'''\n",
    }
    packages = Packages(code)
    assert {path: packages.used_in(path) for path in code} == {
        "src/shop/__init__.py": set(),
        "src/shop/cart.py": {"boto3"},
        "tests/helpers.py": set(),
        "tests/test_cart.py": {"pytest"},
        "plain.py": set(),
    }
